import { ROLES } from '@freehold/contract/people.ts'
import type { PolicyProblem } from '@freehold/contract/policy-problems.ts'
import { policyProblemSaid } from '@freehold/contract/policy-problems.ts'
import type { Tx } from '../../store/store.ts'
import { unseal } from '../sealed-columns.ts'
import type { StoredPolicy } from './compiled.ts'
import { namesIn } from './compiled.ts'
import { placeOf, splitPolicies } from './splitting.ts'

/** Whether there is one of this name, for names that identity does not know itself. */
export type KnowsTarget = (name: string) => boolean

interface Known {
  readonly [type: string]: (id: string) => boolean
}

/** What stands in policies and nobody has: a word that is mistyped would quietly forbid nothing. */
export interface StrangeNames {
  /** Of roles and groups: there are few, and a policy about none of them is a mistake. */
  readonly problems: readonly PolicyProblem[]
  /** Of people, service accounts, keys, collections and targets, which come and go. */
  readonly warnings: readonly PolicyProblem[]
}

const MUST_BE = new Set(['Role', 'Group'])

/** `knowsTarget`: null where targets are not looked at. */
export async function strangeNames(
  tx: Tx,
  { text, policies }: { readonly text: string; readonly policies: readonly StoredPolicy[] },
  knowsTarget: KnowsTarget | null,
): Promise<StrangeNames> {
  const known = await readKnown(tx, policies, knowsTarget)
  const pieces = splitPolicies(text)
  const found = policies.flatMap(({ json }, at) =>
    namesIn(json)
      .filter(({ type, id }) => known[type]?.(id) === false)
      .map(({ type, id }) => {
        const written = `${type}::${JSON.stringify(id)}`
        const { start = 0, text: piece = '' } = pieces[at] ?? {}
        const place = placeOf(text, start + Math.max(0, piece.indexOf(written)))
        return { type, problem: { ...place, ...policyProblemSaid('no_such_name', { name: written }) } }
      }),
  )
  const of = (must: boolean): PolicyProblem[] =>
    found.filter(({ type }) => MUST_BE.has(type) === must).map(({ problem }) => problem)
  return { problems: of(true), warnings: of(false) }
}

const NO_UUID = '00000000-0000-0000-0000-000000000000'
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

async function readKnown(
  tx: Tx,
  policies: readonly StoredPolicy[],
  knowsTarget: KnowsTarget | null,
): Promise<Known> {
  const names = policies.flatMap(({ json }) => namesIn(json))
  const idsOf = (type: string): string[] => names.flatMap((one) => (one.type === type ? [one.id] : []))
  const uuidsOf = (type: string): string[] => [NO_UUID, ...idsOf(type).filter((id) => UUID.test(id))]
  const ids = (rows: readonly { readonly id: string }[]): ReadonlySet<string> =>
    new Set(rows.map(({ id }) => id))
  const users = ids(
    await tx.db.selectFrom('account').select('id').where('id', 'in', uuidsOf('User')).execute(),
  )
  const services = ids(
    await tx.db
      .selectFrom('service_account')
      .select('id')
      .where('id', 'in', uuidsOf('ServiceAccount'))
      .execute(),
  )
  const keys = ids(
    await tx.db
      .selectFrom('api_key')
      .select('id')
      .where('id', 'in', ['', ...idsOf('ApiKey')])
      .where('revoked_at', 'is', null)
      .execute(),
  )
  const collections = ids(
    await tx.db.selectFrom('collection').select('id').where('id', 'in', uuidsOf('Collection')).execute(),
  )
  const roles = new Set<string>([
    ...ROLES,
    ...(await tx.db.selectFrom('custom_role').select('name').execute()).map(({ name }) => name),
  ])
  const groups = await tx.db.selectFrom('people_group').select(['id', 'dek', 'name_sealed']).execute()
  const groupNames = new Set(
    groups.map((row) => unseal(tx, row, { table: 'people_group', column: 'name_sealed' }, row.name_sealed)),
  )
  return {
    Role: (id) => roles.has(id),
    Group: (id) => groupNames.has(id),
    User: (id) => users.has(id),
    ServiceAccount: (id) => services.has(id),
    ApiKey: (id) => keys.has(id),
    Collection: (id) => collections.has(id),
    Tenant: (id) => id === tx.tenant,
    ...(knowsTarget && { Target: (id) => id === 'local' || knowsTarget(id), Service: knowsTarget }),
  }
}
