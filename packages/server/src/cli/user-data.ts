import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Client } from './client.ts'
import { exactly, userId } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

type DataTerminal = Pick<Terminal, 'out' | 'err' | 'cwd' | 'signal'> & {
  readonly client: Pick<Client, 'call' | 'stream'>
}

/** Writes everything that is held of somebody, to a file or to standard output. */
export async function exportUser(
  words: readonly string[],
  { client, out, err, cwd, signal }: DataTerminal,
): Promise<void> {
  const [who = '', file, ...more] = words
  exactly([who, ...more].filter(Boolean), ['USER'], 'user export')
  const { path } = OPERATIONS['person.export']
  const id = await userId(client, who)
  const answer = await client.stream(path.replace('{id}', id), undefined, signal)
  if (file === undefined) {
    for await (const part of answer.setEncoding('utf8')) out(String(part))
    return
  }
  // It is all about one person: nobody else on this machine is to read it.
  await pipeline(answer, createWriteStream(resolve(cwd, file), { mode: 0o600, flags: 'wx' }))
  err(`Written to ${resolve(cwd, file)}`)
}

const AGAIN_MS = 1000

/** Counts, or with `--yes` erases to the end. */
export async function eraseUser(
  words: readonly string[],
  { reason, yes, json }: { readonly reason?: string; readonly yes: boolean; readonly json: boolean },
  { client, out, err }: DataTerminal,
): Promise<void> {
  exactly(words, ['USER'], 'user erase')
  if (reason === undefined)
    throw new UsageError('say why with --reason: a ticket, not the name of the person')
  const { method, path, output } = OPERATIONS['person.erase']
  const at = path.replace('{id}', await userId(client, words[0] ?? ''))
  const ask = async () => output.parse(await client.call(method, at, { reason, dryRun: !yes }))
  let found = await ask()
  while (found.state === 'erasing') {
    await sleep(AGAIN_MS)
    found = await ask()
  }
  if (json) return out(`${JSON.stringify(found)}\n`)
  const rows = Object.entries(found.counts).map(([kind, count]) => [kind, String(count)])
  out(alignedTable([['WHAT', 'COUNT'], ...rows], ['COUNT']))
  if (found.state === 'counted') err('Nothing was erased. Repeat it with --yes: there is no way back.')
  else err('Erased.')
}
