import { randomUUID } from 'node:crypto'
import { setTimeout as later } from 'node:timers/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { SearchQuery, SearchResult, Visible } from '../retrieval.ts'
import { mergedResults } from './merged.ts'
import { BEAT_MS, Replicas } from './replicas.ts'
import type { Letter, Question } from './wire.ts'
import { beat, Letters, openAnswer, openQuestion, tell } from './wire.ts'

const MIB = 1024 * 1024
/** Whoever has not answered by then is asked no more, and the index is read here. */
const PATIENCE_MS = 3000

/** What is visible, with the collections named: an index that is divided is asked for no others. */
export type VisibleIn = Visible & { readonly collections: readonly string[] }

/** The index of this process, for what it has or has to read. */
export interface Here {
  /** These collections are held from now on for a while, whoever owns them. */
  keep(tenant: TenantId, collections: readonly string[]): void
  /** The next search looks at the rows first. */
  stale(tenant: TenantId): void
  searchHere(query: SearchQuery, visible: Visible): Promise<SearchResult>
}

/** How the index of a tenant is divided among replicas. */
export interface Division {
  isDivided(bytes: number): boolean
  isOwn(collection: string): boolean
  search(here: Here, question: Question & { readonly visible: VisibleIn }): Promise<SearchResult>
  /** A notice of another replica. */
  heard(notice: string, here: Here): void
}

interface DivisionRooms {
  readonly store: Store
  readonly clock: Clock
  /** Above which size, in MiB, the index of a tenant is divided; 0: never. */
  readonly aboveMb: () => number
  readonly asked: (outcome: 'answered' | 'silent' | 'refused') => void
  readonly report: (error: unknown) => void
  /** Tests have less patience. */
  readonly patienceMs?: number
}

/** Each collection has one replica that holds its index; a search asks those of its collections, and puts their answers together. */
export class DividedIndex implements Division {
  readonly #rooms: DivisionRooms
  readonly #replicas: Replicas
  readonly #letters = new Letters()
  /** Searches that another replica makes, by their id. */
  readonly #waiting = new Map<string, (letter: Letter) => void>()
  readonly #beating: NodeJS.Timeout
  #beats: Promise<void> = Promise.resolve()

  constructor(rooms: DivisionRooms) {
    this.#rooms = rooms
    this.#replicas = new Replicas(randomUUID(), () => rooms.clock.now())
    this.#beating = setInterval(() => this.#beat(), BEAT_MS).unref()
    this.#beat()
  }

  get own(): string {
    return this.#replicas.own
  }

  /** How many replicas there are, this one among them. */
  get live(): number {
    return this.#replicas.live().length
  }

  isDivided(bytes: number): boolean {
    const aboveMb = this.#rooms.aboveMb()
    return aboveMb > 0 && bytes > aboveMb * MIB && this.live > 1
  }

  isOwn(collection: string): boolean {
    return this.#replicas.ownerOf(collection) === this.#replicas.own
  }

  async search(here: Here, { query, visible, isFresh }: Question & { readonly visible: VisibleIn }) {
    const owners = Map.groupBy(visible.collections, (collection) => this.#replicas.ownerOf(collection))
    const parts = await Promise.all(
      [...owners].map(([owner, collections]) => {
        const question = { query, visible: { ...visible, collections }, isFresh }
        return owner === this.#replicas.own ? searched(here, question) : this.#asked(owner, question, here)
      }),
    )
    return mergedResults(parts, query.limit)
  }

  heard(notice: string, here: Here): void {
    const letter = this.#letters.read(notice)
    if (letter === null) return
    if ('here' in letter) return this.#replicas.heard(letter.here)
    if (letter.to !== this.#replicas.own) return
    if (letter.kind === 'answer') return this.#waiting.get(letter.search)?.(letter)
    void this.#answer(letter, here).catch(this.#rooms.report)
  }

  async close(): Promise<void> {
    clearInterval(this.#beating)
    await this.#beats
  }

  #beat(): void {
    if (this.#rooms.aboveMb() === 0) return
    this.#beats = this.#beats
      .then(() => beat(this.#rooms.store, this.#replicas.own))
      .catch(this.#rooms.report)
  }

  /** What the owner finds; where it is silent or refuses, what is found here once its part was read. */
  async #asked(owner: string, question: Question & { readonly visible: VisibleIn }, here: Here) {
    const result = await this.#ask(owner, question).catch((error: unknown) => {
      this.#rooms.report(error)
      this.#rooms.asked('refused')
      return null
    })
    return result ?? searched(here, question)
  }

  async #ask(owner: string, question: Question): Promise<SearchResult | null> {
    const { store } = this.#rooms
    const { tenant } = question.visible
    const search = randomUUID()
    const { promise, resolve } = Promise.withResolvers<Letter>()
    this.#waiting.set(search, resolve)
    const patience = new AbortController()
    try {
      await tell(store, { kind: 'question', from: this.#replicas.own, to: owner, tenant, search }, question)
      const silence = later(this.#rooms.patienceMs ?? PATIENCE_MS, null, {
        ref: false,
        signal: patience.signal,
      }).catch(() => null)
      const letter = await Promise.race([promise, silence])
      if (letter === null) {
        this.#replicas.silent(owner)
        this.#rooms.asked('silent')
        return null
      }
      const result = await store.withTenant({ tenant }, async ({ keys }) => openAnswer(keys, letter))
      this.#rooms.asked('answered')
      return result
    } finally {
      patience.abort()
      this.#waiting.delete(search)
    }
  }

  async #answer(letter: Letter, here: Here): Promise<void> {
    const { store } = this.#rooms
    const { tenant, from, search } = letter
    const question = await store.withTenant({ tenant }, async ({ keys }) => openQuestion(keys, letter))
    if (question.isFresh) here.stale(tenant)
    const result = await searched(here, question)
    await tell(store, { kind: 'answer', from: this.#replicas.own, to: from, tenant, search }, result)
  }
}

/** Who owns what may have changed since the index was last read: what is searched here has to be here. */
function searched(here: Here, { query, visible }: Question): Promise<SearchResult> {
  here.keep(visible.tenant, visible.collections ?? [])
  return here.searchHere(query, visible)
}
