import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import type { Tx } from '../store/store.ts'
import type { Members } from './access-lists.ts'
import { membersOf, setOf, withSelf } from './access-lists.ts'
import type { Commit } from './collections.ts'

/** The record names so many of a list; the list itself is in the row. */
const RECORDED = 100

/** What the record says of a change. */
export const changeOf = (before: Members, after: Members) => ({
  before: before?.slice(0, RECORDED) ?? null,
  after: after?.slice(0, RECORDED) ?? null,
})

interface NewDocument {
  readonly row: string
  /** Undefined: whoever sent it said nothing of it. */
  readonly readers: Members | undefined
  /** Set of the document that it replaces; undefined where it replaces none. */
  readonly before: number | null | undefined
}

/** The set of readers of each new document, and what the record says where a replaced one had another. */
export async function readersOf(
  tx: Tx,
  by: { readonly caller: Caller; readonly commit: Commit },
  collection: string,
  documents: readonly NewDocument[],
): Promise<ReadonlyMap<string, number | null>> {
  const { caller, commit } = by
  const sets = new Map<string, number | null>()
  const numbers = new Map<string, number | null>()
  const numberOf = async (members: Members): Promise<number | null> => {
    const key = JSON.stringify(members)
    if (!numbers.has(key)) numbers.set(key, await setOf(tx, members))
    return numbers.get(key) ?? null
  }
  const usual = await usualReaders(tx, caller, collection)
  const changed: { readonly row: string; readonly before: number | null; readonly after: number | null }[] =
    []
  for (const { row, readers, before } of documents) {
    const isKept = readers === undefined && before !== undefined
    const after = isKept ? before : await numberOf(readers === undefined ? usual : readers)
    sets.set(row, after)
    if (before !== undefined && before !== after) changed.push({ row, before, after })
  }
  const members = await membersOf(
    tx,
    changed.flatMap(({ before, after }) => [before, after]),
  )
  for (const { row, before, after } of changed)
    await append(tx, {
      action: 'document.acl_changed',
      actor: caller.principal.id,
      subject: row,
      ...commit,
      detail: changeOf(members(before), members(after)),
    })
  return sets
}

/** Of a document that says nothing of it and replaces none. */
async function usualReaders(tx: Tx, caller: Caller, collection: string): Promise<Members> {
  const row = await tx.db
    .selectFrom('collection')
    .select('acl_set')
    .where('id', '=', collection)
    .executeTakeFirst()
  const set = row?.acl_set ?? null
  return withSelf((await membersOf(tx, [set]))(set), caller)
}
