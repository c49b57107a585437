import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { SkillDetail } from '@freehold/contract/skills.ts'
import { skillDetail } from '@freehold/contract/skills.ts'
import { packSkill } from '../skills/bundle/pack.ts'
import type { Client } from './client.ts'
import { envelopesOf, readBytes } from './skill-files.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

export type SkillTerminal = Pick<Terminal, 'out' | 'cwd' | 'env' | 'data'> & {
  readonly client: Pick<Client, 'call'>
}

/** What a server is sent: the bundle of a file or folder with what was signed about it, or a name in its repository. */
export async function sourceOf(named: string, terminal: SkillTerminal): Promise<object> {
  const path = resolve(terminal.cwd, named)
  if (!existsSync(path)) {
    const [, name, version] = /^([a-z0-9-]+)(?:@(.+))?$/.exec(named) ?? []
    if (name === undefined) throw new UsageError(`there is no file ${named}, and it is no name of a skill`)
    return { name, ...(version !== undefined && { version }) }
  }
  const bytes = statSync(path).isDirectory() ? (await packSkill(path)).bytes : readBytes(named, terminal)
  const attestations = statSync(path).isDirectory()
    ? []
    : envelopesOf(named, terminal).map((one) => JSON.stringify(one))
  return { bundle: bytes.toString('base64'), ...(attestations.length > 0 && { attestations }) }
}

export async function detailFrom({ client }: SkillTerminal, name: string): Promise<SkillDetail> {
  const { method, path, output } = OPERATIONS['skill.get']
  return output.parse(await client.call(method, at(path, name)))
}

/** The path of an operation on a skill. */
export const at = (path: string, name: string): string => path.replace('{name}', encodeURIComponent(name))

/** The digest of a version that is named by itself, by the beginning of it, or by its number. */
export function digestIn(detail: SkillDetail, named: string): string {
  const found = detail.versions.filter(
    ({ version, digest }) => version === named || (named.length >= 6 && digest.startsWith(named)),
  )
  const [one] = found
  if (found.length === 1 && one) return one.digest
  throw new UsageError(
    found.length === 0
      ? `${detail.name} has no version "${named}". See: freehold skill show ${detail.name}`
      : `several are version "${named}". Say which by its digest. See: freehold skill show ${detail.name}`,
  )
}

/** What a person has to know after a change. */
export function tell(answer: unknown, { json }: { readonly json: boolean }, terminal: SkillTerminal): void {
  const detail = skillDetail.parse(answer)
  if (json) return terminal.out(`${JSON.stringify(detail)}\n`)
  const { name, version, canary, state } = detail
  const called = version === null ? 'no version is called' : `version ${version} is called`
  terminal.out(`${name}: ${state}, ${called}${canary ? `, ${canary.digest.slice(0, 12)} is tried` : ''}.\n`)
  for (const one of detail.versions.filter(({ approvedAt, revokedAt }) => !approvedAt && !revokedAt)) {
    const asked = one.grows.length > 0 ? one.grows : one.permissions
    terminal.out(
      `\nVersion ${one.version} waits for a yes. It asks for${one.grows.length > 0 ? ' more' : ''}:\n`,
    )
    for (const { words } of asked) terminal.out(`  - ${words.en}\n`)
    terminal.out(`Say yes with: freehold skill approve ${name} ${one.version}\n`)
  }
  // The newest stands first.
  const ready = detail.versions.find(({ approvedAt, revokedAt }) => approvedAt !== null && revokedAt === null)
  const isNewer = ready !== undefined && detail.versions[0] === ready && ready.digest !== detail.active
  if (isNewer && detail.active !== null && canary === null)
    terminal.out(`Version ${ready.version} may be called: freehold skill switch ${name} ${ready.version}\n`)
  const missing = detail.secrets.filter(({ isSet }) => !isSet)
  for (const secret of missing)
    terminal.out(`It needs a secret: freehold skill secret set ${name} ${secret.name} --file FILE\n`)
}

/** Everything of a skill. */
export function tellWhole(detail: SkillDetail, { out }: Pick<SkillTerminal, 'out'>): void {
  const { name, title, description, kind, state, why, audience, secrets } = detail
  out(`${name}: ${title}\n${description}\n\n`)
  out(
    alignedTable([
      ['KIND', 'STATE', 'FOR', 'SECRETS'],
      [
        kind,
        why === null ? state : `${state} (${why})`,
        audience?.join(' ') ?? 'everybody',
        secrets.map((one) => `${one.name}${one.isSet ? '' : ' (missing)'}`).join(' ') || '-',
      ],
    ]),
  )
  const rows = detail.versions.map((one) => [
    one.digest === detail.active
      ? '*'
      : one.digest === detail.canary?.digest
        ? `${detail.canary.share} %`
        : '',
    one.version,
    one.digest.slice(0, 12),
    one.level,
    one.source ?? '-',
    one.verdict ?? '-',
    one.revokedAt ? 'revoked' : one.approvedAt ? 'yes' : 'waits',
    one.installedAt,
  ])
  out(
    `\n${alignedTable([['', 'VERSION', 'DIGEST', 'LEVEL', 'FROM', 'CHECK', 'ALLOWED', 'TAKEN IN'], ...rows])}`,
  )
  const active = detail.versions.find(({ digest }) => digest === detail.active)
  if (active) {
    out('\nIt may:\n')
    for (const { words } of active.permissions) out(`  - ${words.en}\n`)
  }
  const operations = detail.operations.map((one) => [one.id, one.effect, one.confirm, one.description])
  out(`\n${alignedTable([['OPERATION', 'EFFECT', 'ASKED', 'WHAT IT DOES'], ...operations])}`)
}
