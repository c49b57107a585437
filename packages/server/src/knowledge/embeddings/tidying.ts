import type { KeyRing, Store, TenantId } from '../../store/store.ts'
import { deleteUnnamed } from '../discard-blobs.ts'
import type { LotRow } from './embedding-rows.ts'
import { lotsOf, openLotBytes } from './embedding-rows.ts'
import { deleteLots, storeLot } from './lots.ts'
import type { LotDocument } from './vector-lot.ts'
import { openLot, vectorOf } from './vector-lot.ts'

interface TidyingRooms {
  readonly store: Store
  readonly tenant: TenantId
  readonly signal: AbortSignal
}

/** A collection with more small lots than this gets them put together. */
const SMALL_LOTS = 8
const SMALL_PASSAGES = 512
/** Of one lot that several are put together to. */
const MOST_PASSAGES = 4096

/**
 * Writes lots anew without what is gone, so that a deleted document's vectors go as well, and puts small ones together.
 * Not while vectors are made of the same tenant: parts of a large document would go.
 */
export async function tidyLots(rooms: TidyingRooms): Promise<void> {
  const { store, tenant, signal } = rooms
  const { lots, keys } = await store.withTenant({ tenant }, async (tx) => ({
    lots: await lotsOf(tx),
    keys: tx.keys,
  }))
  const dead = lots.filter(({ live }) => live === 0).map(({ id }) => id)
  const blobs = await store.withTenant({ tenant }, (tx) => deleteLots(tx, dead))
  await deleteUnnamed(store, tenant, blobs)
  for (const together of toRewrite(lots.filter(({ live }) => live > 0))) {
    signal.throwIfAborted()
    await rewrite(rooms, keys, together)
  }
}

function toRewrite(lots: readonly LotRow[]): LotRow[][] {
  const places = Map.groupBy(lots, ({ collection, space }) => `${collection} ${space}`)
  return [...places.values()].flatMap((there) => {
    const small = there.filter(({ passages }) => passages <= SMALL_PASSAGES)
    const isCrowded = small.length > SMALL_LOTS
    const chosen = there.filter((lot) => lot.live < lot.documents || (isCrowded && small.includes(lot)))
    const groups: LotRow[][] = []
    let passages = 0
    for (const lot of chosen) {
      const last = groups.at(-1)
      passages += lot.passages
      if (last && passages <= MOST_PASSAGES) last.push(lot)
      else {
        groups.push([lot])
        passages = lot.passages
      }
    }
    return groups
  })
}

async function rewrite({ store, tenant }: TidyingRooms, keys: KeyRing, lots: readonly LotRow[]) {
  const [first] = lots
  if (!first) return
  const named = await store.withTenant({ tenant }, ({ db }) =>
    db
      .selectFrom('embedded_document')
      .select(['document_id', 'lot_id'])
      .where(
        'lot_id',
        'in',
        lots.map(({ id }) => id),
      )
      .execute(),
  )
  const homes = new Map(named.map((row) => [row.document_id, row.lot_id]))
  const documents: LotDocument[] = []
  for (const row of lots) {
    const lot = openLot(await openLotBytes(keys, row, await store.blobs.get(tenant, row.blob)))
    for (const { id, first: from, passages } of lot.documents) {
      if (homes.get(id) !== row.id) continue
      documents.push({ id, passages: Array.from({ length: passages }, (_, at) => vectorOf(lot, from + at)) })
    }
  }
  await storeLot({ store, tenant }, keys, {
    collection: first.collection,
    space: first.space,
    documents,
    isSpare: false,
    instead: lots.map(({ id }) => id),
  })
}
