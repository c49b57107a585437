import { setImmediate } from 'node:timers/promises'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import type { KeyRing, Store, TenantId } from '../../store/store.ts'
import { openWhole } from '../opening.ts'
import { placeAt } from '../outline.ts'
import { openSegmentBytes } from '../sealed-rows.ts'
import type { SegmentHead } from '../segment.ts'
import { segmentHead } from '../segment.ts'
import type { Embed, Quantised } from './batches.ts'
import { Batches, ClassHeld } from './batches.ts'
import type { Space, Waiting } from './embedding-rows.ts'
import { markOf, spaceName, waitingAfter } from './embedding-rows.ts'
import { storeLot } from './lots.ts'
import { SpareVectors } from './spare-vectors.ts'
import type { LotDocument, PassageVector } from './vector-lot.ts'
import { noVector } from './vector-lot.ts'

/** Passages of one lot, but for those of one large document: what a kill costs at most. */
const LOT_PASSAGES = 1024
/** Marks made between two turns of the event loop. */
const MARKED_AT_ONCE = 200

export interface PassRooms {
  readonly store: Store
  readonly tenant: TenantId
  readonly space: Space
  readonly embed: Embed
  /** Ends the pass between two steps. */
  readonly signal: AbortSignal
  /** Hears of passages that have their vectors now, and how many of these had to be asked for. */
  readonly done: (passages: number, asked: number) => void
  /** Hears when more vectors can be read. */
  readonly stored: () => void
}

/** What a pass could not do. */
export type Held = ReadonlyMap<DataClass, FaultCode>

interface Passage {
  readonly mark: Buffer
  readonly text: string
}

interface Read {
  readonly waiting: Waiting
  readonly passages: readonly Passage[]
}

/** Embeds whatever has no vectors of the space yet. What is done stays done, wherever it ends. */
export class EmbeddingPass {
  readonly #rooms: PassRooms
  readonly #name: string
  readonly #batches: Batches
  readonly #spare: SpareVectors
  readonly #held = new Map<DataClass, FaultCode>()
  #head: { readonly segment: string; readonly head: SegmentHead | null } | null = null

  constructor(rooms: PassRooms) {
    this.#rooms = rooms
    this.#name = spaceName(rooms.space)
    this.#batches = new Batches(rooms.embed)
    this.#spare = new SpareVectors(rooms.store, rooms.tenant, this.#name)
  }

  /** @throws Fault what is wrong with the provider or the store; the reason of the signal */
  async run(): Promise<Held> {
    // What comes while it runs, or moved to another segment before it was reached, is found by going over it again.
    while (await this.#goOver()) this.#rooms.signal.throwIfAborted()
    return this.#held
  }

  async #goOver(): Promise<boolean> {
    const { store, tenant, signal } = this.#rooms
    let after: Waiting | null = null
    let isAnyDone = false
    for (;;) {
      const held = [...this.#held.keys()]
      const from: Waiting | null = after
      const keys = await store.withTenant({ tenant }, async (tx) => tx.keys)
      const rows: Waiting[] = await store.withTenant({ tenant }, (tx) =>
        waitingAfter(tx, this.#name, { after: from, held }),
      )
      if (rows.length === 0) return isAnyDone
      for (const chunk of chunksOf(rows)) {
        signal.throwIfAborted()
        if (await this.#embedded(chunk, keys)) isAnyDone = true
      }
      after = rows.at(-1) ?? null
    }
  }

  /** Whether something of it was done. */
  async #embedded(chunk: readonly Waiting[], keys: KeyRing): Promise<boolean> {
    const [first] = chunk
    if (!first || this.#held.has(first.class)) return false
    const documents: Read[] = []
    for (const waiting of chunk) {
      const read = await this.#read(waiting, keys)
      if (read) documents.push(read)
    }
    if (documents.length === 0) return false
    try {
      const vectors = await this.#vectors(first, documents, keys)
      const isStored = await storeLot(this.#rooms, keys, {
        collection: first.collection,
        space: this.#name,
        documents: vectors,
        isSpare: false,
      })
      if (isStored) this.#rooms.stored()
      return isStored
    } catch (error) {
      if (!(error instanceof ClassHeld)) throw error
      this.#held.set(error.class, error.code)
      return false
    }
  }

  /** What of a document is embedded; null when it is gone, or in another segment by now. */
  async #read(waiting: Waiting, keys: KeyRing): Promise<Read | null> {
    const head = await this.#headOf(waiting.segment)
    const at = head?.documents.findIndex(({ id }) => id === waiting.id) ?? -1
    if (!head || at < 0) return null
    const whole = await this.#rooms.store.withTenant({ tenant: this.#rooms.tenant }, (tx) =>
      openWhole(tx, waiting.id),
    )
    if (!whole) return null
    const { title, outline } = whole.document
    const { passagePrefix } = this.#rooms.space
    const passages: Passage[] = []
    for (let own = head.firstPassage[at] ?? 0; own < (head.firstPassage[at + 1] ?? 0); own++) {
      if (passages.length % MARKED_AT_ONCE === MARKED_AT_ONCE - 1) await setImmediate()
      const start = head.passageStart[own] ?? 0
      const { heading } = placeAt(outline, start)
      const words = [title, heading, whole.text.slice(start, head.passageEnd[own])]
      const text = passagePrefix + words.filter((part) => part !== undefined && part !== '').join('\n')
      passages.push({ text: text.toWellFormed(), mark: markOf(keys, this.#name, text) })
    }
    return { waiting, passages }
  }

  async #headOf(segment: string): Promise<SegmentHead | null> {
    if (this.#head?.segment === segment) return this.#head.head
    const { store, tenant } = this.#rooms
    const found = await store.withTenant({ tenant }, async (tx) => ({
      row: await tx.db
        .selectFrom('index_segment')
        .select(['id', 'dek', 'blob_key'])
        .where('id', '=', segment)
        .executeTakeFirst(),
      keys: tx.keys,
    }))
    const { row } = found
    const bytes =
      row && (await openSegmentBytes(found.keys, row, await store.blobs.get(tenant, row.blob_key)))
    const head = bytes ? segmentHead(bytes) : null
    this.#head = { segment, head }
    return head
  }

  /** A large document is kept in parts while it is embedded, so that a kill costs no more than one of them. */
  async #vectors(first: Waiting, documents: readonly Read[], keys: KeyRing): Promise<LotDocument[]> {
    const passages = documents.flatMap((read) => read.passages)
    const vectors: PassageVector[] = []
    for (let from = 0; from < passages.length; from += LOT_PASSAGES) {
      this.#rooms.signal.throwIfAborted()
      const part = await this.#part(first, passages.slice(from, from + LOT_PASSAGES))
      vectors.push(...part.vectors)
      if (part.asked === 0 || from + LOT_PASSAGES >= passages.length) continue
      await storeLot(this.#rooms, keys, {
        collection: first.collection,
        space: this.#name,
        documents: [{ id: first.id, passages: part.vectors }],
        isSpare: true,
      })
    }
    let at = 0
    return documents.map(({ waiting, passages: own }) => ({
      id: waiting.id,
      passages: vectors.slice(at, (at += own.length)),
    }))
  }

  async #part(
    { collection, class: dataClass }: Waiting,
    passages: readonly Passage[],
  ): Promise<{ readonly vectors: PassageVector[]; readonly asked: number }> {
    const known = await this.#spare.of(collection)
    const asked = new Map<string, Passage>()
    for (const passage of passages) {
      const name = passage.mark.toString('hex')
      if (!known.has(name)) asked.set(name, passage)
    }
    const fresh = await this.#batches.vectors(
      dataClass,
      Array.from(asked.values(), ({ text }) => text),
    )
    const found = new Map<string, Quantised | null>(
      [...asked.keys()].map((name, at) => [name, fresh[at] ?? null]),
    )
    const dimensions = fresh.find((one) => one !== null)?.values.length ?? 1
    const vectors = passages.map(({ mark }): PassageVector => {
      const name = mark.toString('hex')
      const vector = known.get(name) ?? found.get(name)
      return vector ? { ...vector, mark } : noVector(dimensions)
    })
    this.#rooms.done(passages.length, asked.size)
    return { vectors, asked: asked.size }
  }
}

/** Documents of one segment and class, about as many passages as a lot holds. */
function chunksOf(rows: readonly Waiting[]): Waiting[][] {
  const chunks: Waiting[][] = []
  const open = new Map<string, { readonly chunk: Waiting[]; passages: number }>()
  for (const row of rows) {
    const place = `${row.segment} ${row.class}`
    const last = open.get(place)
    if (last && last.passages + row.passages <= LOT_PASSAGES) {
      last.chunk.push(row)
      last.passages += row.passages
      continue
    }
    const chunk = [row]
    chunks.push(chunk)
    open.set(place, { chunk, passages: row.passages })
  }
  return chunks
}
