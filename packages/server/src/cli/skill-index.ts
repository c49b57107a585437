import { systemClock } from '../kernel/clock.ts'
import { listSkill, revoke, standingOf, unlistSkill } from '../skills/catalogue/catalogue-entries.ts'
import type { Version } from '../skills/catalogue/catalogue-entries.ts'
import { refreshCatalogue } from '../skills/catalogue/catalogue-writer.ts'
import { skillsIn } from '../skills/catalogue/listed-skill.ts'
import { mirror } from '../skills/catalogue/mirror.ts'
import { ROLES } from '../skills/catalogue/metadata.ts'
import { EXIT } from './exit-codes.ts'
import { PASSPHRASE_OPTION } from './passphrase.ts'
import { actOf, exactly } from './people-names.ts'
import { cosignIndex, initIndex, ROLE_HELP, rotateIndex } from './skill-index-keys.ts'
import type { IndexTerminal, IndexValues } from './skill-index-options.ts'
import { parseIndex, withRunning } from './skill-index-options.ts'
import { PLACE_HELP, repositoryAt, withRepository } from './skill-place.ts'
import { levelOf } from './skill-verify.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type Verb = (words: readonly string[], values: IndexValues, terminal: IndexTerminal) => Promise<void>

const VERBS: Readonly<Record<string, Verb>> = {
  init: initIndex,
  add,
  remove,
  revoke: takeBack,
  refresh,
  rotate: rotateIndex,
  cosign: cosignIndex,
  show,
  mirror: copy,
}
const CHANGES_KEYS = ['init', 'rotate']
const BELONGS = {
  ...Object.fromEntries(ROLES.map((role) => [role, CHANGES_KEYS])),
  threshold: CHANGES_KEYS,
  days: ['init'],
  draft: CHANGES_KEYS,
  signed: CHANGES_KEYS,
  policy: ['add'],
  'key-id': ['revoke'],
  reason: ['revoke'],
  key: Object.keys(VERBS).filter((verb) => verb !== 'show' && verb !== 'mirror'),
}

/** For whoever runs a repository: its catalogue, which says what is there and that nobody holds news back. */
export const skillIndex: Command = {
  help: helpText({
    summary: 'Run the catalogue of a repository: what it lists, what was revoked, who signs it',
    usage: [
      'freehold skill index init REPO --key KEY… [--root KEY]… [--threshold N] [--days ROLE=N]…',
      'freehold skill index add | remove REPO NAME@VERSION --trust TRUST --key KEY… [--policy LEVEL]',
      'freehold skill index revoke REPO NAME@VERSION | --key-id ID --reason TEXT --trust TRUST --key KEY…',
      'freehold skill index refresh REPO --trust TRUST --key KEY…',
      'freehold skill index rotate REPO --trust TRUST --key KEY… [--root KEY]… [--targets KEY]… [--snapshot KEY]… [--timestamp KEY]…',
      'freehold skill index init | rotate REPO … --draft FILE, cosign FILE --key KEY, init | rotate REPO --signed FILE …',
      'freehold skill index show REPO --trust TRUST',
      'freehold skill index mirror REPO OTHER --trust TRUST',
    ].join('\n       '),
    options: {
      ...PLACE_HELP,
      '--trust TRUST': 'the trust root, by whose keys the catalogue is believed',
      '--key KEY': 'a private key to sign with; each signs what it may; repeat it for several',
      ...ROLE_HELP,
      '--policy LEVEL': 'add: what a bundle must be to be listed (default certified)',
      '--key-id ID': 'revoke: a key, and with it all that it has signed',
      '--reason TEXT': 'revoke: why, for whoever had it installed',
      refresh: 'signs again, with a new date, what the given keys suffice for; the timestamp every few days',
      mirror: 'copies all of it as it is, to a stick for where there is no network',
      ...PASSPHRASE_OPTION,
      '--json': 'one line of JSON',
    },
    examples: [
      'freehold skill index init oci-layout:./skills --key root.key',
      'freehold skill index add oci-layout:./skills order-lookup@1.0.0 --trust trust.yaml --key root.key --policy signed',
      'freehold skill index refresh oci-layout:./skills --trust trust.yaml --key root.key',
      'freehold skill index mirror oci-layout:./skills tar:stick.tar --trust trust.yaml',
    ],
  }),
  run: indexCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function indexCommand(args: readonly string[], terminal: IndexTerminal): Promise<number> {
  const { values, positionals } = parseIndex(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'skill index', verbs: VERBS, belongs: BELONGS }, verb, values)(
    words,
    values,
    terminal,
  )
  return EXIT.ok.code
}

function versionOf(word = ''): Version {
  const [, name, version] = /^([^@]+)@([^@]+)$/.exec(word) ?? []
  if (name === undefined || version === undefined) throw new UsageError('a skill is named as NAME@VERSION')
  return { name, version }
}

async function add(words: readonly string[], values: IndexValues, terminal: IndexTerminal): Promise<void> {
  exactly(words, ['REPO', 'NAME@VERSION'], 'skill index add')
  const version = versionOf(words[1])
  const listed = await withRunning(words[0] ?? '', [values, terminal], (running) =>
    listSkill(running, version, levelOf(values.policy)),
  )
  terminal.out(
    values.json
      ? `${JSON.stringify(listed)}\n`
      : `${listed.name} ${listed.version} is listed: sha256:${listed.digest}\n`,
  )
}

async function remove(words: readonly string[], values: IndexValues, terminal: IndexTerminal): Promise<void> {
  exactly(words, ['REPO', 'NAME@VERSION'], 'skill index remove')
  const version = versionOf(words[1])
  await withRunning(words[0] ?? '', [values, terminal], (running) => unlistSkill(running, version))
  terminal.out(values.json ? `${JSON.stringify(version)}\n` : `${words[1]} is not listed any more.\n`)
}

async function takeBack(
  words: readonly string[],
  values: IndexValues,
  terminal: IndexTerminal,
): Promise<void> {
  const { reason, 'key-id': keyId } = values
  if (reason === undefined) throw new UsageError('say why: --reason TEXT')
  exactly(words, keyId === undefined ? ['REPO', 'NAME@VERSION'] : ['REPO'], 'skill index revoke')
  const version = keyId === undefined ? versionOf(words[1]) : null
  const said = { reason, revokedAt: new Date(systemClock.now()).toISOString() }
  const digest = await withRunning(words[0] ?? '', [values, terminal], async (running) => {
    if (version === null) {
      await revoke(running, { name: 'key', digest: keyId ?? '' }, { ...said, of: 'key' })
      return keyId ?? ''
    }
    const { targets } = (await standingOf(running)).targets
    const listed = skillsIn(targets).find(
      (one) => one.name === version.name && one.version === version.version,
    )
    if (listed === undefined) throw new UsageError(`${words[1]} is not listed there`)
    await revoke(running, listed, { ...said, of: 'bundle' })
    return listed.digest
  })
  const what = version === null ? `the key ${digest}` : `${words[1]} (sha256:${digest})`
  terminal.out(values.json ? `${JSON.stringify({ digest, reason })}\n` : `Revoked: ${what}\n`)
}

async function refresh(
  words: readonly string[],
  values: IndexValues,
  terminal: IndexTerminal,
): Promise<void> {
  exactly(words, ['REPO'], 'skill index refresh')
  const roles = await withRunning(words[0] ?? '', [values, terminal], async (running) => {
    const { repository: place, signers, now } = running
    return refreshCatalogue({ place, signers, now }, await standingOf(running))
  })
  terminal.out(values.json ? `${JSON.stringify({ roles })}\n` : `Signed again: ${roles.join(', ')}\n`)
}

async function show(words: readonly string[], values: IndexValues, terminal: IndexTerminal): Promise<void> {
  exactly(words, ['REPO'], 'skill index show')
  const { root, targets, snapshot, timestamp } = await withRunning(
    words[0] ?? '',
    [values, terminal],
    standingOf,
  )
  const signed = [root, targets, snapshot.signed, timestamp.signed]
  const roles = ROLES.map((role, at) => ({
    role,
    version: signed[at]?.version,
    expires: signed[at]?.expires,
    threshold: root.roles[role].threshold,
    keys: root.roles[role].keyids,
  }))
  const skills = skillsIn(targets.targets).map(({ name, version, publisher, digest }) => ({
    name,
    version,
    publisher,
    digest,
  }))
  if (values.json) return terminal.out(`${JSON.stringify({ roles, skills })}\n`)
  for (const { role, version, expires, threshold, keys } of roles)
    terminal.out(
      `${role} version ${version}, until ${expires}, signed by ${threshold} of ${keys.join(', ')}\n`,
    )
  for (const { name, version, publisher, digest } of skills)
    terminal.out(`${name} ${version} of ${publisher}: sha256:${digest}\n`)
}

async function copy(words: readonly string[], values: IndexValues, terminal: IndexTerminal): Promise<void> {
  exactly(words, ['REPO', 'OTHER'], 'skill index mirror')
  const other = await repositoryAt(words[1] ?? '', values, terminal)
  const count = await withRepository(other, (to) =>
    withRunning(words[0] ?? '', [values, terminal], (running) =>
      mirror({ ...running, clock: systemClock, to }),
    ),
  )
  terminal.out(
    values.json ? `${JSON.stringify({ skills: count })}\n` : `Skills copied to ${words[1]}: ${count}\n`,
  )
}
