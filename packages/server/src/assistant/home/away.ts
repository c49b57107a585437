import type { BlobStore, Dek, Place, TenantId, Tx } from '../../store/store.ts'
import { conversationDek } from '../sealed-rows.ts'
import type { Body } from './packed.ts'
import { unpack } from './packed.ts'

/** Under the key of the conversation, so that whoever destroys that has destroyed what lies outside too. */
export const bodiesPlace = (conversation: string): Place => ({
  table: 'conversation',
  row: conversation,
  column: 'bodies',
})

/** What lies in an object. @throws Fault `unavailable`, Error ENOENT where the object is gone */
export async function bodiesIn(
  blobs: Pick<BlobStore, 'get'>,
  tenant: TenantId,
  { id, dek, blob }: { readonly id: string; readonly dek: Dek; readonly blob: string },
): Promise<Body[]> {
  return unpack(await dek.openLarge(bodiesPlace(id), await blobs.get(tenant, blob)))
}

/** Conversations that one reading remembers the objects of: what is read in order of time goes to and fro between them. */
const MOST_OPEN = 20

/** Reads bodies where they lie, without bringing them back: for whoever reads much, and once. */
export class AwayBodies {
  readonly #blobs: Pick<BlobStore, 'get'>
  readonly #open = new Map<string, ReadonlyMap<string, Buffer>>()

  constructor(blobs: Pick<BlobStore, 'get'>) {
    this.#blobs = blobs
  }

  /** The sealed body of a message whose row had none. @throws Fault `unavailable`, Error where it is nowhere */
  async bodyOf(tx: Tx, conversation: string, message: string): Promise<Buffer> {
    const row = await tx.db
      .selectFrom('conversation')
      .select(['id', 'dek', 'bodies_blob'])
      .where('id', '=', conversation)
      .executeTakeFirstOrThrow()
    const bodies =
      row.bodies_blob === null ? null : await this.#bodiesIn(tx, { ...row, blob: row.bodies_blob })
    const body = bodies?.get(message) ?? (await inItsRow(tx, message))
    if (body === null) throw new Error('a message is neither in its row nor in the object')
    return body
  }

  /** Null where the object is gone: they came back meanwhile. */
  async #bodiesIn(
    { tenant, keys }: Tx,
    { id, dek, blob }: { readonly id: string; readonly dek: Buffer; readonly blob: string },
  ): Promise<ReadonlyMap<string, Buffer> | null> {
    const found =
      this.#open.get(blob) ??
      (await this.#read(tenant, { id, dek: conversationDek(keys, { id, dek }), blob }))
    if (found === null) return null
    this.#open.delete(blob)
    this.#open.set(blob, found)
    const [oldest] = this.#open.keys()
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest)
    return found
  }

  async #read(
    tenant: TenantId,
    which: { readonly id: string; readonly dek: Dek; readonly blob: string },
  ): Promise<ReadonlyMap<string, Buffer> | null> {
    try {
      const bodies = await bodiesIn(this.#blobs, tenant, which)
      return new Map(bodies.flatMap((one) => ('message' in one ? [[one.message, one.sealed] as const] : [])))
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }
}

async function inItsRow({ db }: Tx, message: string): Promise<Buffer | null> {
  const row = await db
    .selectFrom('message')
    .select('body_sealed')
    .where('id', '=', message)
    .executeTakeFirst()
  return row?.body_sealed ?? null
}

/** No object is there under the key. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
