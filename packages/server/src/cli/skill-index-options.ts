import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import type { Running } from '../skills/catalogue/catalogue-entries.ts'
import { readKeys, trustOf } from './skill-files.ts'
import { PLACE_OPTIONS, repositoryAt, stateOf, withRepository } from './skill-place.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const INDEX_OPTIONS = {
  ...PLACE_OPTIONS,
  trust: text,
  key: texts,
  root: texts,
  targets: texts,
  snapshot: texts,
  timestamp: texts,
  threshold: texts,
  days: texts,
  draft: text,
  signed: text,
  policy: text,
  'key-id': text,
  reason: text,
  'passphrase-file': text,
  json: { type: 'boolean', default: false },
} as const

export type IndexTerminal = Pick<Terminal, 'cwd' | 'env' | 'data' | 'out'>
/** What stands behind `freehold skill index`. */
export const parseIndex = (args: readonly string[]) =>
  parseArgs({ args: [...args], allowPositionals: true, options: INDEX_OPTIONS })
export type IndexValues = ReturnType<typeof parseIndex>['values']

/** Does something with a repository that is there. @throws UsageError, Fault */
export async function withRunning<T>(
  url: string,
  [values, terminal]: readonly [IndexValues, IndexTerminal],
  act: (running: Running) => Promise<T>,
): Promise<T> {
  if (values.trust === undefined) throw new UsageError('say by whose keys it is believed: --trust TRUST')
  const trust = trustOf(values.trust, terminal)
  const signers = readKeys(values.key ?? [], values['passphrase-file'], terminal)
  const store = stateOf(url, values, terminal)
  const opened = await repositoryAt(url, values, terminal)
  return withRepository(opened, (repository) =>
    act({ repository, trust, store, signers, now: systemClock.now() }),
  )
}
