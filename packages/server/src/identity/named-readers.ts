import { Fault } from '../kernel/fault.ts'
import { isUuid } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { foldName } from './account-name.ts'

/** Whom an access list can name, each by what its members are called there. */
const READERS = {
  users: { table: 'account', word: 'user', missing: 'There is no person of this name or id.' },
  groups: { table: 'people_group', word: 'group', missing: 'There is no group of this name or id.' },
  services: {
    table: 'service_account',
    word: 'service',
    missing: 'There is no service account of this name or id.',
  },
} as const

export type ReaderKind = keyof typeof READERS
export const READER_KINDS = Object.keys(READERS) as readonly ReaderKind[] // keys of the constant above

/** A name or id that was written somewhere, and the field that it stands in. */
export interface WrittenReader {
  readonly kind: ReaderKind
  readonly name: string
  readonly param: string
}

/** A statement takes 65,535 values at most. */
const NAMES = 5000

/**
 * What access lists call these people, groups and service accounts of the tenant, in the order they were written in.
 * @throws Fault `not_found` with the field of the first that is unknown; another tenant's is as unknown as nobody's
 */
export async function namedReaders(tx: Tx, written: readonly WrittenReader[]): Promise<readonly string[]> {
  const known = new Map<string, string>()
  for (const kind of READER_KINDS) {
    const names = [...new Set(written.filter((one) => one.kind === kind).map(({ name }) => name))]
    for (let at = 0; at < names.length; at += NAMES)
      for (const [name, id] of await lookedUp(tx, kind, names.slice(at, at + NAMES)))
        known.set(`${kind} ${name}`, `${READERS[kind].word}:${id}`)
  }
  return written.map(({ kind, name, param }) => {
    const found = known.get(`${kind} ${name}`)
    if (found === undefined) throw new Fault('not_found', READERS[kind].missing, { param })
    return found
  })
}

/** Ids by what was written; an id goes before a name. */
async function lookedUp(
  tx: Tx,
  kind: ReaderKind,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { table } = READERS[kind]
  const ids = names.filter(isUuid)
  const byId =
    ids.length === 0 ? [] : await tx.db.selectFrom(table).select('id').where('id', 'in', ids).execute()
  const indexes = names.map((name) => tx.keys.blind(`${table}.name`, foldName(name)))
  const byName = await tx.db
    .selectFrom(table)
    .select(['id', 'name_index'])
    .where('name_index', 'in', indexes)
    .execute()
  const named = new Map(byName.map((row) => [row.name_index.toString('hex'), row.id]))
  const own = new Set(byId.map((row) => row.id))
  return new Map(
    names.flatMap((name, at) => {
      const id = own.has(name) ? name : named.get(indexes[at]?.toString('hex') ?? '')
      return id === undefined ? [] : [[name, id] as const]
    }),
  )
}
