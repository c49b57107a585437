import type { sourceItemView } from '@freehold/contract/sources.ts'
import { dataClass, isWithin } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import type { Tx } from '../../store/store.ts'
import type { Page, PageOf } from '../../kernel/keyset-page.ts'
import { keysetPage } from '../../kernel/keyset-page.ts'
import { isReadable } from '../reach.ts'
import { externalIndex } from '../sealed-rows.ts'
import type { KnownItem, SourceRow } from './source-rows.ts'
import { openDefinition, openItem, sourceDek } from './source-rows.ts'

interface Asked extends Page {
  readonly outcome?: 'kept' | 'failed' | undefined
}

/** What a source brought. Who may not read a document does not learn here what it is called. */
export async function readItems(
  tx: Tx,
  caller: Caller,
  source: SourceRow,
  page: Asked,
): Promise<PageOf<z.input<typeof sourceItemView>>> {
  const rows = await tx.db
    .selectFrom('source_item')
    .selectAll()
    .where('source_id', '=', source.id)
    .$if(page.outcome !== undefined, (query) => query.where('outcome', '=', page.outcome ?? 'kept'))
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? ''))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()
  const dek = sourceDek(tx.keys, source)
  const opened = new Map(rows.map((row) => [row.id, openItem(dek, row)]))
  const readable = await readableOf(tx, caller, source.collection_id, [...opened.values()])
  const hasAcl = openDefinition(tx.keys, source).acl !== undefined
  const seesFailed =
    caller.principal.id === source.creator ||
    (!hasAcl && source.kind !== 'rest' && isWithin(dataClass.parse(source.class), caller.classCeiling))
  return keysetPage(rows, page.limit, (row) => {
    const known = opened.get(row.id)
    const brought = known?.kept?.documents ?? []
    const documents = brought.filter((id) => readable.has(id))
    const isTold = brought.length === 0 ? seesFailed : documents.length > 0
    return {
      id: row.id,
      item: isTold ? (known?.id ?? null) : null,
      title: isTold ? (known?.title ?? null) : null,
      documentId: documents[0] ?? null,
      documents,
      // Whoever reads only some of it is not told what else there was.
      inside: isTold && documents.length === brought.length ? [...(known?.inside ?? [])] : [],
      outcome: row.outcome,
      error:
        row.fault === null
          ? null
          : { code: row.fault, message: isTold ? (known?.failed?.message ?? '') : '' },
      changedAt: row.changed_at.toISOString(),
    }
  })
}

async function readableOf(
  tx: Tx,
  caller: Caller,
  collection: string,
  items: readonly KnownItem[],
): Promise<ReadonlySet<string>> {
  const ids = items.flatMap(({ kept }) => kept?.documents ?? [])
  if (ids.length === 0) return new Set()
  const byIndex = new Map(ids.map((id) => [externalIndex(tx.keys, id).toString('hex'), id]))
  const rows = await tx.db
    .selectFrom('document')
    .select('external_index')
    .where('collection_id', '=', collection)
    .where(
      'external_index',
      'in',
      ids.map((id) => externalIndex(tx.keys, id)),
    )
    .where(isReadable(caller))
    .execute()
  return new Set(rows.flatMap((row) => byIndex.get(row.external_index.toString('hex')) ?? []))
}
