import { sql } from 'kysely'
import type { Store, TenantId } from '../../store/store.ts'

export interface Progress {
  readonly documents: number
  readonly passages: number
  readonly embedded: { readonly documents: number; readonly passages: number }
  /** Passages of embedded documents that have no vector because of what stands in them. */
  readonly withheld: number
}

/** How many documents have vectors of the space, of how many. */
export function progressOf(store: Store, tenant: TenantId, space: string): Promise<Progress> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const all = await db
      .selectFrom('document')
      .leftJoin('embedded_document', 'embedded_document.document_id', 'document.id')
      .leftJoin('embedding_lot', 'embedding_lot.id', 'embedded_document.lot_id')
      .select([
        sql<number>`count(*)::int`.as('documents'),
        sql<number>`coalesce(sum(document.passages), 0)::int`.as('passages'),
        sql<number>`(count(*) filter (where embedding_lot.space = ${space}))::int`.as('embedded'),
        sql<number>`coalesce(sum(document.passages) filter (where embedding_lot.space = ${space}), 0)::int`.as(
          'vectors',
        ),
      ])
      .executeTakeFirstOrThrow()
    const { withheld } = await db
      .selectFrom('embedding_lot')
      .select(sql<number>`coalesce(sum(withheld), 0)::int`.as('withheld'))
      .where('space', '=', space)
      .where((of) =>
        of.exists(
          of
            .selectFrom('embedded_document')
            .select('document_id')
            .whereRef('embedded_document.lot_id', '=', 'embedding_lot.id'),
        ),
      )
      .executeTakeFirstOrThrow()
    return {
      documents: all.documents,
      passages: all.passages,
      embedded: { documents: all.embedded, passages: all.vectors },
      withheld,
    }
  })
}
