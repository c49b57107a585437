import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { standingOf } from '../skills/catalogue/catalogue-entries.ts'
import { beginCatalogue, replaceRoot } from '../skills/catalogue/catalogue-writer.ts'
import type { Metadata, Role } from '../skills/catalogue/metadata.ts'
import { cosignMetadata, readMetadata, ROLES } from '../skills/catalogue/metadata.ts'
import type { RoleKeys } from '../skills/catalogue/root-writer.ts'
import { daysOf, draftRoot, rolesOf, USUAL_DAYS } from '../skills/catalogue/root-writer.ts'
import { exactly } from './people-names.ts'
import { publicKeyOf, PUBLIC_END, readBytes, readKeys } from './skill-files.ts'
import type { IndexTerminal, IndexValues } from './skill-index-options.ts'
import { withRunning } from './skill-index-options.ts'
import { repositoryAt, withRepository } from './skill-place.ts'
import { wholeDays } from './skill-sign.ts'
import { UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

export const ROLE_HELP = {
  '--root KEY': `init and rotate: a public key (KEY${PUBLIC_END}) that signs for the keys themselves; likewise --targets, --snapshot, --timestamp (init: by default the first --key for each)`,
  '--threshold ROLE=N': 'init and rotate: how many of its keys must sign (default 1)',
  '--days ROLE=N': `init: how long what each signs counts (default ${ROLES.map((role) => `${role}=${USUAL_DAYS[role]}`).join(', ')})`,
  '--draft FILE':
    'init and rotate: write the new root there and nothing into the repository, for others to sign',
  '--signed FILE': 'init and rotate: the root that all who must have signed',
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
  const now = systemClock.now()
  const draft = signedRoot(values, terminal) ?? draftRoot({ before: null, roles, days, now }, signers)
  if (values.draft !== undefined) return writeDraft(draft, values, terminal)
  const opened = await repositoryAt(words[0] ?? '', values, terminal)
  await withRepository(opened, (place) => beginCatalogue({ place, signers, now }, draft))
  const { threshold, keys } = rolesOf(draft.signed).root
  const root = { threshold, keys: keys.map((key) => key.text) }
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
  const signed = signedRoot(values, terminal)
  if (roles.length === 0 && signed === null)
    throw new UsageError('say whose keys are others: --root, --targets, --snapshot or --timestamp')
  await withRunning(words[0] ?? '', [values, terminal], async (running) => {
    const { repository: place, signers, now } = running
    const standing = await standingOf(running)
    const { root: before } = standing
    const parts = { before, roles: { ...rolesOf(before), ...changed }, days: daysOf(before), now }
    const draft = signed ?? draftRoot(parts, signers)
    if (values.draft !== undefined) return writeDraft(draft, values, terminal)
    await replaceRoot({ place, signers, now }, standing, draft)
    const said = roles.length === 0 ? 'as the signed root says' : roles.join(', ')
    return terminal.out(values.json ? `${JSON.stringify({ roles })}\n` : `Others sign now for: ${said}\n`)
  })
}

/** Adds signatures to a draft of a root, which goes from one who signs to the next. */
export async function cosignIndex(
  words: readonly string[],
  values: IndexValues,
  terminal: IndexTerminal,
): Promise<void> {
  exactly(words, ['FILE'], 'skill index cosign')
  const signers = readKeys(values.key ?? [], values['passphrase-file'], terminal)
  if (signers.length === 0) throw new UsageError('say with which key: --key KEY')
  const draft = readMetadata('root', readBytes(words[0] ?? '', terminal))
  writeDraft(cosignMetadata('root', draft, signers), { ...values, draft: words[0] ?? '' }, terminal)
}

function writeDraft(
  draft: Metadata<'root'>,
  { draft: file = '', json }: IndexValues,
  { cwd, out }: IndexTerminal,
): void {
  writeWhole(resolve(cwd, file), draft.bytes, { over: true })
  const { version, expires, roles } = draft.signed
  const signatures = draft.signatures.map(({ keyid }) => keyid)
  out(
    json
      ? `${JSON.stringify({ file, version, signatures })}\n`
      : `${file}: root version ${version}, until ${expires}, for ${roles.root.threshold} of ${roles.root.keyids.join(', ')}\nSigned by ${signatures.join(', ')}\n`,
  )
}

const signedRoot = ({ signed }: IndexValues, terminal: IndexTerminal): Metadata<'root'> | null =>
  signed === undefined ? null : readMetadata('root', readBytes(signed, terminal))

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
      return [role, wholeDays(number)]
    }),
  )
}
