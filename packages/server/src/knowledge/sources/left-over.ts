import type { Caller } from '../../identity/caller.ts'
import type { Knowledge } from '../knowledge.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { externalIndex, openMeta } from '../sealed-rows.ts'
import { deleteIfThere } from './applying.ts'
import type { SourceRow } from './source-rows.ts'
import { openItem, sourceDek } from './source-rows.ts'

interface Rooms {
  readonly store: Store
  readonly knowledge: Pick<Knowledge, 'deleteDocument'>
  readonly tenant: TenantId
  readonly row: SourceRow
  readonly actor: () => Caller
}

const READ_AT_ONCE = 500

/**
 * Removes documents that no item of the source is known to be: a run that was cut short had brought them and not yet
 * written them down, and what they were is not there any more.
 */
export async function removeLeftOver(rooms: Rooms): Promise<void> {
  const known = await knownDocuments(rooms)
  const { knowledge, row, actor } = rooms
  for (let after = ''; ;) {
    const { ids, last } = await unknownDocuments(rooms, known, after)
    for (const id of ids) await deleteIfThere(knowledge, actor(), { id, collection: row.collection_id })
    if (last === null) return
    after = last
  }
}

/** Blind indexes of the documents of all items. */
async function knownDocuments({ store, tenant, row }: Rooms): Promise<ReadonlySet<string>> {
  const known = new Set<string>()
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    after = await store.withTenant({ tenant }, async (tx) => {
      const items = await tx.db
        .selectFrom('source_item')
        .select(['id', 'item_sealed'])
        .where('source_id', '=', row.id)
        .$if(from !== '', (query) => query.where('id', '>', from))
        .orderBy('id')
        .limit(READ_AT_ONCE)
        .execute()
      const dek = sourceDek(tx.keys, row)
      for (const item of items)
        for (const id of openItem(dek, item).kept?.documents ?? [])
          known.add(externalIndex(tx.keys, id).toString('hex'))
      return items.at(-1)?.id
    })
  }
  return known
}

/** The ids of some documents that are not known, and where to go on; null at the end. */
function unknownDocuments({ store, tenant, row }: Rooms, known: ReadonlySet<string>, after: string) {
  return store.withTenant({ tenant }, async (tx) => {
    const documents = await tx.db
      .selectFrom('document')
      .select(['id', 'dek', 'meta_sealed', 'external_index'])
      .where('source_id', '=', row.id)
      .where('collection_id', '=', row.collection_id)
      .$if(after !== '', (query) => query.where('id', '>', after))
      .orderBy('id')
      .limit(READ_AT_ONCE)
      .execute()
    const ids = documents
      .filter((document) => !known.has(document.external_index.toString('hex')))
      .map((document) => openMeta(tx.keys, document).externalId ?? document.id)
    return { ids, last: documents.at(-1)?.id ?? null }
  })
}
