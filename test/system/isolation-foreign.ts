import { HANDED_OUT } from '../../packages/server/src/ops/tenants/own-tables.ts'
import type { Foreign } from './isolation-house.ts'
import type { Insiders } from './isolation-people.ts'

/** Who hears: somebody outside of the tenant, a member of it, or somebody in it who may use models and nothing else. */
export type Seen = 'outside' | 'member' | 'guest'

/** What is long enough to be told from everything else: ids, hashes, keys. */
const TOKEN = /[\w-]{20,}/g
export const tokensIn = (text: string): readonly string[] => text.match(TOKEN) ?? []

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

interface Row {
  readonly table: string
  readonly text: string
}

/** Of an archive of a tenant, which has everything of it in the clear. */
const rowsOf = (archive: string): readonly Row[] =>
  archive.split('\n').flatMap((line) => {
    const { table } = JSON.parse(line || '{}') as { table?: string }
    return table === undefined ? [] : [{ table, text: line }]
  })

export const idsIn = (archive: string): readonly string[] => [
  ...new Set(rowsOf(archive).flatMap(({ text }) => tokensIn(text).filter((one) => UUID.test(one)))),
]

/**
 * Fields that say nothing of their own here: no provider vouches for anybody, a group has its name elsewhere, and
 * nobody comes in by the emergency account. No tool asks anything: what is sealed of that is seen with the approvals.
 */
const SILENT: ReadonlySet<string> = new Set([
  'federated_identity.identity',
  'provisioned_group.resource',
  'break_glass.reason',
  'approval.question',
  'tool_grant.scope',
  // No skill is installed; what is sealed of them is seen with the skills.
  'skill_version.bundle',
  'skill_version.report',
  'skill.settings',
  'skill_item.item',
  'skill_fixture.exchange',
  'skill_exception.reason',
  'skill_review.report',
  'skill_review.reason',
  'mcp_tool.definition',
  'workflow_run.input',
  'workflow_run.output',
  'workflow_run.fault',
  'workflow_step.output',
  'workflow_step.fault',
])

/** Sealed fields, as the archive names them when they are opened, of which none has a word that is looked for. */
export function withoutCanary(archive: string): readonly string[] {
  const rows = rowsOf(archive)
  return HANDED_OUT.flatMap(({ table, sealed = [] }) =>
    sealed
      .map((column) => column.replace(/_sealed$/, ''))
      .filter((field) => !rows.some((row) => row.table === table && saysCanary(row, field)))
      .map((field) => `${table}.${field}`)
      .filter((field) => !SILENT.has(field)),
  )
}

function saysCanary({ text }: Row, field: string): boolean {
  const { row } = JSON.parse(text) as { row: Readonly<Record<string, unknown>> }
  return JSON.stringify(row[field] ?? '').includes('Zeisig')
}

/** What members of a tenant share. */
const SHARED: ReadonlySet<string> = new Set(['collection', 'document', 'source', 'skill', 'skill_version'])

interface Known {
  readonly words: Readonly<Record<'home' | 'victim' | 'shelf' | 'closed' | 'quoted', string>>
  readonly insiders: Insiders
  /** A key of the victim's. */
  readonly secret: string
  readonly tenant: string
}

/** Every text of the victim's archive that is in nobody else's, for whom it is foreign. */
export function foreignTo(
  archive: string,
  others: string,
  { words, insiders, secret, tenant }: Known,
): Readonly<Record<Seen, Foreign>> {
  const elsewhere = new Set(tokensIn(others))
  const ids = (isTheirs: (row: Row) => boolean, known: readonly string[] = []): ReadonlySet<string> => {
    const rows = rowsOf(archive)
    const own = new Set(rows.filter((row) => !isTheirs(row)).flatMap(({ text }) => tokensIn(text)))
    return new Set(
      rows
        .flatMap(({ text }) => tokensIn(text))
        .filter((one) => !elsewhere.has(one) && !own.has(one) && !known.includes(one)),
    )
  }
  const { home, victim, shelf, closed, quoted } = words
  const isOf =
    (insider: string) =>
    ({ text }: Row): boolean =>
      text.includes(insider)
  const isMine = isOf(insiders.member)
  const isFallen = isOf(insiders.fallen)
  return {
    outside: {
      words: [home, victim, shelf, closed, quoted, secret],
      ids: ids(() => true).union(new Set([tenant])),
    },
    member: {
      words: [home, victim, closed, quoted, secret],
      ids: ids((row) => !SHARED.has(row.table) && !isMine(row), [tenant]),
    },
    guest: {
      words: [home, victim, shelf, closed, quoted, secret],
      ids: ids((row) => !isFallen(row), [tenant]),
    },
  }
}

/** What of a text is foreign and was not sent. */
export function foreignIn(text: string, { words, ids }: Foreign, sent: string): readonly string[] {
  const found = words.filter((one) => text.includes(one) && !sent.includes(one))
  for (const one of tokensIn(text)) if (ids.has(one) && !sent.includes(one)) found.push(one)
  return found
}

/** What no attempt may change: rows of the victim's that are not of those who try it within its tenant. */
const LASTING: ReadonlySet<string> = new Set([
  'account',
  'custom_role',
  'people_group',
  'group_member',
  'federated_identity',
  'provisioned_user',
  'provisioned_group',
  'service_account',
  'policy_version',
  'legal_hold',
  'break_glass',
  'api_key',
  'collection',
  'document',
  'conversation',
  'message',
  'project',
  'note',
  'dictionary',
])

/** Rows of the archive before that are not the same, or not there, in the one after. */
export function changedIn(before: string, after: string, { member, fallen }: Insiders): readonly string[] {
  const lasting = (archive: string): readonly string[] =>
    rowsOf(archive)
      .filter(({ table, text }) => LASTING.has(table) && !text.includes(member) && !text.includes(fallen))
      // When a key was used last is no change of it.
      .map(({ text }) => text.replace(/"(?:last_)?used_at":[^,}]+/, ''))
  const there = new Set(lasting(after))
  return lasting(before).filter((row) => !there.has(row))
}
