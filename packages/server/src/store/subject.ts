import { sql } from 'kysely'
import type { Tx } from './store.ts'

/** A value that may stand in JSON. */
export type Said = string | number | boolean | null | readonly Said[] | { readonly [name: string]: Said }

/** A person whose data it is about. */
export interface Subject {
  /** The account. */
  readonly account: string
  /** Ids under which the person acted: the account, keys made by it, and keys made by those. */
  readonly principals: readonly string[]
}

/** Some of what is held of a person; `next` goes on from there, null at the end. */
export interface SubjectPage {
  readonly items: readonly { readonly [name: string]: Said }[]
  readonly next: string | null
}

/** One kind of what a room holds of people. Everything is done in pieces, each in a transaction of its own. */
export interface SubjectPart {
  readonly kind: string
  /** Columns that name a person or hold what one said, as `table.column`: what it exports and erases. */
  readonly covers: readonly string[]
  count(tx: Tx, subject: Subject): Promise<number>
  /** What the person is told of it. */
  read(tx: Tx, subject: Subject, after: string | null): Promise<SubjectPage>
  /** Erases a piece, and returns how much of it; 0 when nothing is left. May be called again after it was done. */
  erase(tx: Tx, subject: Subject): Promise<number>
}

/** What a room holds of people. */
export interface SubjectRoom {
  readonly room: string
  readonly parts: readonly SubjectPart[]
}

/** Of one page, and of one piece of an erasure. */
export const SUBJECT_SLICE = 200

/** Where the name of who did something was erased. */
export const ERASED = 'erased'

/** A page of rows that are ordered by `place`. */
export function subjectPage<R>(
  rows: readonly R[],
  place: (row: R) => string,
  present: (row: R) => { readonly [name: string]: Said },
): SubjectPage {
  const last = rows.at(-1)
  return {
    items: rows.map(present),
    next: rows.length === SUBJECT_SLICE && last !== undefined ? place(last) : null,
  }
}

/** How many rows `from` has: a table, and where. */
export async function countOf({ db }: Tx, from: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM ${from}`.execute(db)
  return rows[0]?.count ?? 0
}

/** The person as an owner: the account, or a principal that acted without one behind it. */
export const ownersOf = ({ account, principals }: Subject): string[] => [account, ...principals]

/** A condition on the column `owner`. */
export const ownedBy = (subject: Subject) => sql<boolean>`owner = ANY (${ownersOf(subject)}::text[])`

/** Versions that the person wrote: the name of the author goes, what was written is of the tenant. */
export const authored = (kind: string, table: 'routing_version' | 'policy_version'): SubjectPart => ({
  kind,
  covers: [`${table}.actor`],
  count: (tx, { principals }) =>
    countOf(tx, sql`${sql.table(table)} WHERE actor = ANY (${[...principals]}::text[])`),
  async read({ db }, { principals }) {
    const rows = await db
      .selectFrom(table)
      .select(['version', 'at'])
      .where('actor', 'in', [...principals])
      .orderBy('version')
      .execute()
    return { items: rows.map(({ version, at }) => ({ version, at: at.toISOString() })), next: null }
  },
  async erase({ db }, { principals }) {
    const { numUpdatedRows } = await db
      .updateTable(table)
      .set({ actor: ERASED })
      .where('actor', 'in', [...principals])
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  },
})
