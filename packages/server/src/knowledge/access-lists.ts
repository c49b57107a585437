import { hash } from 'node:crypto'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import { sql } from 'kysely'
import type { Caller, ReadsAs } from '../identity/caller.ts'
import type { WrittenReader } from '../identity/named-readers.ts'
import { namedReaders, READER_KINDS } from '../identity/named-readers.ts'
import type { Tx } from '../store/store.ts'

/** Who may read beside class and policies, as `Caller.readsAs` names them; null: everybody of the tenant. */
export type Members = readonly string[] | null

export interface AclSeen {
  readonly users: string[]
  readonly groups: string[]
  readonly services: string[]
  readonly keys: string[]
}

/** A list that somebody sent, and the field it came in. */
interface WrittenAcl {
  readonly acl: DocumentAcl
  readonly param: string
}

/**
 * The operator of the machine, the program itself and the emergency account, whose readings are on record; and sources,
 * which show nobody what they replace and delete. Nobody else reads by role: an owner, or a key that was made on the
 * machine, reads what it is named in.
 */
export const readsEverything = ({ principal, breakGlass, source }: Caller): boolean =>
  principal.kind === 'operator' || breakGlass !== undefined || source !== undefined

/** What `self` stands for; nothing for who reads everything anyway. */
const ownName = (caller: Caller): readonly string[] =>
  readsEverything(caller) ? [] : (caller.readsAs?.slice(0, 1) ?? [])

/** @throws Fault `not_found` with the field of whoever is unknown */
export async function membersWritten(
  tx: Tx,
  caller: Caller,
  lists: readonly WrittenAcl[],
): Promise<readonly Members[]> {
  const written = lists.map(({ acl, param }): readonly WrittenReader[] =>
    READER_KINDS.flatMap((kind) =>
      (acl?.[kind] ?? []).map((name, at) => ({ kind, name, param: `${param}.${kind}[${at}]` })),
    ),
  )
  const found = (await namedReaders(tx, written.flat())).values()
  return lists.map(({ acl }, at) => {
    const named = (written[at] ?? []).flatMap(() => found.next().value ?? [])
    return acl === null ? null : [...named, ...(acl.self ? ownName(caller) : [])]
  })
}

/** What a document gets that says nothing of it: whoever adds it reads it. */
export const withSelf = (members: Members, caller: Caller): Members =>
  members === null ? null : [...members, ...ownName(caller)]

/** The number of the set with these members, made where it is new. */
export async function setOf(tx: Tx, members: Members): Promise<number | null> {
  if (members === null) return null
  const own = [...new Set(members)].toSorted()
  const members_hash = hash('sha256', JSON.stringify(own), 'buffer')
  const known = () =>
    tx.db
      .selectFrom('acl_set')
      .select('id')
      .where('members_hash', '=', members_hash)
      // Not swept between here and the commit of what names it.
      .forKeyShare()
      .executeTakeFirst()
  const before = await known()
  if (before) return before.id
  // Held until the commit, so that numbers become visible in their order: a replica asks for those after its last.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`acl_set ${tx.tenant}`}, 0))`.execute(tx.db)
  const meanwhile = await known()
  if (meanwhile) return meanwhile.id
  const { next } = await tx.db
    .selectFrom('acl_set')
    .select(sql<number>`coalesce(max(id), 0) + 1`.as('next'))
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('acl_set')
    .values({ tenant_id: tx.tenant, id: next, members: own, members_hash })
    .execute()
  return next
}

/** Members by the number of the set. */
export async function membersOf(
  tx: Tx,
  sets: readonly (number | null)[],
): Promise<(set: number | null) => Members> {
  const numbers = [...new Set(sets)].filter((set) => set !== null)
  const rows =
    numbers.length === 0
      ? []
      : await tx.db.selectFrom('acl_set').select(['id', 'members']).where('id', 'in', numbers).execute()
  const known = new Map(rows.map((row) => [row.id, row.members]))
  return (set) => (set === null ? null : (known.get(set) ?? []))
}

/** For whoever may change it. */
export function presentMembers(members: Members): AclSeen | null {
  if (members === null) return null
  const named = (word: string): string[] =>
    members.flatMap((member) => (member.startsWith(`${word}:`) ? [member.slice(word.length + 1)] : []))
  return { users: named('user'), groups: named('group'), services: named('service'), keys: named('key') }
}

/** As the sets that a search may see: one bit each. */
export type ReadableSets = 'every' | Uint32Array

/** The sets of one tenant in memory. What a set names is never added to, so each is read once. */
export class AccessSets {
  readonly #sets = new Map<number, readonly string[]>()
  #readable = new WeakMap<ReadsAs, Uint32Array>()
  #newest = 0

  get newest(): number {
    return this.#newest
  }

  put(rows: readonly { readonly id: number; readonly members: readonly string[] }[]): void {
    if (rows.length === 0) return
    for (const { id, members } of rows) {
      this.#sets.set(id, members)
      this.#newest = Math.max(this.#newest, id)
    }
    this.#readable = new WeakMap()
  }

  /** A set that was not read yet is not among them. */
  readableBy(caller: Caller): ReadableSets {
    if (readsEverything(caller)) return 'every'
    const { readsAs } = caller
    if (readsAs === undefined) return NO_SETS
    const known = this.#readable.get(readsAs)
    if (known) return known
    const names: ReadonlySet<string> = new Set(readsAs)
    const bits = new Uint32Array((this.#newest >>> 5) + 1)
    for (const [id, members] of this.#sets)
      if (members.some((member) => names.has(member)))
        bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31))
    this.#readable.set(readsAs, bits)
    return bits
  }
}

const NO_SETS = new Uint32Array(0)
