import { systemClock } from '../kernel/clock.ts'
import { standingOf } from '../skills/catalogue/catalogue-entries.ts'
import type { RoleKeys } from '../skills/catalogue/catalogue-writer.ts'
import { beginCatalogue, rotateKeys, USUAL_DAYS } from '../skills/catalogue/catalogue-writer.ts'
import type { Role } from '../skills/catalogue/metadata.ts'
import { ROLES } from '../skills/catalogue/metadata.ts'
import { exactly } from './people-names.ts'
import { publicKeyOf, PUBLIC_END, readKeys } from './skill-files.ts'
import type { IndexTerminal, IndexValues } from './skill-index-options.ts'
import { withRunning } from './skill-index-options.ts'
import { repositoryAt, withRepository } from './skill-place.ts'
import { daysOf } from './skill-sign.ts'
import { UsageError } from './terminal.ts'

export const ROLE_HELP = {
  '--root KEY': `init and rotate: a public key (KEY${PUBLIC_END}) that signs for the keys themselves; likewise --targets, --snapshot, --timestamp (init: by default the first --key for each)`,
  '--threshold ROLE=N': 'init and rotate: how many of its keys must sign (default 1)',
  '--days ROLE=N': `init: how long what each signs counts (default ${ROLES.map((role) => `${role}=${USUAL_DAYS[role]}`).join(', ')})`,
} as const

/** Begins a catalogue. */
export async function initIndex(
  words: readonly string[],
  values: IndexValues,
  terminal: IndexTerminal,
): Promise<void> {
  exactly(words, ['REPO'], 'skill index init')
  const signers = readKeys(values.key ?? [], values['passphrase-file'], terminal)
  const [first] = signers
  if (first === undefined) throw new UsageError('say with which key: --key KEY')
  const given = changedRoles(values, terminal)
  const thresholds = numbers(values.threshold ?? [], '--threshold')
  const of = (role: Role): RoleKeys =>
    given[role] ?? { keys: [first.public], threshold: thresholds[role] ?? 1 }
  const roles = {
    root: of('root'),
    targets: of('targets'),
    snapshot: of('snapshot'),
    timestamp: of('timestamp'),
  }
  const days = { ...USUAL_DAYS, ...numbers(values.days ?? [], '--days') }
  const opened = await repositoryAt(words[0] ?? '', values, terminal)
  await withRepository(opened, (place) =>
    beginCatalogue({ place, signers, now: systemClock.now(), roles, days }),
  )
  const root = { threshold: roles.root.threshold, keys: roles.root.keys.map((key) => key.text) }
  terminal.out(
    values.json
      ? `${JSON.stringify({ root })}\n`
      : `The catalogue at ${words[0]} is there. Whoever reads it needs this in the trust root:\nroot: ${JSON.stringify(root)}\n`,
  )
}

/** Changes who signs. */
export async function rotateIndex(
  words: readonly string[],
  values: IndexValues,
  terminal: IndexTerminal,
): Promise<void> {
  exactly(words, ['REPO'], 'skill index rotate')
  const changed = changedRoles(values, terminal)
  const roles = ROLES.filter((role) => changed[role] !== undefined)
  if (roles.length === 0)
    throw new UsageError('say whose keys are others: --root, --targets, --snapshot or --timestamp')
  await withRunning(words[0] ?? '', [values, terminal], async (running) => {
    const { repository: place, signers, now } = running
    return rotateKeys({ place, signers, now }, await standingOf(running), changed)
  })
  terminal.out(values.json ? `${JSON.stringify({ roles })}\n` : `Others sign now for: ${roles.join(', ')}\n`)
}

function changedRoles(values: IndexValues, terminal: IndexTerminal): Partial<Record<Role, RoleKeys>> {
  const thresholds = numbers(values.threshold ?? [], '--threshold')
  const given = ROLES.filter((role) => values[role] !== undefined)
  return Object.fromEntries(
    given.map((role) => {
      const keys = (values[role] ?? []).map((file) => publicKeyOf(file, terminal))
      return [role, { keys, threshold: thresholds[role] ?? 1 }]
    }),
  )
}

/** `root=2` */
function numbers(written: readonly string[], option: string): Partial<Record<Role, number>> {
  return Object.fromEntries(
    written.map((one) => {
      const [name, number = ''] = one.split('=')
      const role = ROLES.find((known) => known === name)
      if (role === undefined)
        throw new UsageError(`${option} takes ROLE=N, where ROLE is ${ROLES.join(', ')}`)
      return [role, daysOf(number)]
    }),
  )
}
