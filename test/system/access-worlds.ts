import { isDeepStrictEqual } from 'node:util'
import type { DataClass } from '../../packages/contract/src/data-class.ts'
import { isWithin } from '../../packages/contract/src/data-class.ts'
import { insertAccount } from '../../packages/server/src/identity/accounts.ts'
import type { Caller, ReadsAs } from '../../packages/server/src/identity/caller.ts'
import { createGroup } from '../../packages/server/src/identity/groups.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import type { Found } from '../../packages/server/src/knowledge/finding.ts'
import type { DocumentParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { createLocalEngine } from '../../packages/server/src/knowledge/local-engine.ts'
import type { Retrieval } from '../../packages/server/src/knowledge/retrieval.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import type { Replica } from './knowledge-house.ts'
import { callerOf, replica } from './knowledge-house.ts'

/** A net that is off: searches see every set of readers, or rows are read as the operator reads them. */
type Disarmed = 'search' | 'rows'

interface World {
  readonly store: Store
  readonly parser: DocumentParser
  readonly seed: number
  readonly states: number
  /** Of each state. */
  readonly queries: number
  readonly disarmed?: Disarmed
}

export interface Compared {
  readonly queries: number
  /** Queries that found something, and those that found less than the operator would. */
  readonly answered: number
  readonly narrowed: number
  /** What told more, less or something else than an index that holds only what the asker may see: kinds, with their count. */
  readonly leaks: Readonly<Record<string, number>>
}

interface Kept {
  readonly id: string
  readonly collection: string
  readonly title: string
  readonly text: string
  readonly class: DataClass
  /** Null: everybody. */
  readers: readonly string[] | null
}

interface Asker {
  readonly caller: Caller
  readonly collections: readonly string[]
}

const WORDS = `
  harbour crane ledger invoice turbine valve orchard signal granite copper
  budget merger payroll vaccine bridge tunnel archive engine glacier lantern
  harvest customs warrant station reactor pension charter cargo deposit survey`
  .trim()
  .split(/\s+/)
const CLASSES: readonly DataClass[] = ['public', 'internal', 'internal', 'confidential']
const CEILINGS: readonly DataClass[] = ['internal', 'confidential', 'confidential', 'restricted']
const PEOPLE = 6
const GROUPS = 4
const FIRST_DOCUMENTS = 30
/** More than all passages, so that no tie is cut. */
const ALL = 100

/** mulberry32: the same worlds for the same seed. */
function dice(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number): number => Math.floor(next() * most)
  return {
    below,
    one: <T>(all: readonly T[]): T => {
      const found = all[below(all.length)]
      if (found === undefined) throw new Error('nothing to choose from')
      return found
    },
    some: <T>(all: readonly T[], share: number): T[] => all.filter(() => next() < share),
  }
}
type Dice = ReturnType<typeof dice>

const sentence = ({ one, below }: Dice): string =>
  `The ${one(WORDS)} ${one(WORDS)} was moved to the ${one(WORDS)} in ${1900 + below(120)} by the ${one(WORDS)}.`

/** Two replicas that share a database, and what each asker should be told. */
class AccessWorld {
  readonly #world: World
  readonly #dice: Dice
  readonly #replicas: readonly [Replica, Replica]
  readonly #documents: Kept[] = []
  readonly #leaks: Record<string, number> = {}
  readonly #operator: Caller
  #collections: string[] = []
  #people: string[] = []
  #groups: string[] = []
  #members = new Map<string, ReadonlySet<string>>()
  #made = 0
  #queries = 0
  #answered = 0
  #narrowed = 0

  constructor(world: World) {
    this.#world = world
    this.#dice = dice(world.seed)
    const open = (): Replica =>
      replica(world.store, world.parser, world.disarmed === 'search' ? seeingAll : undefined)
    this.#replicas = [open(), open()]
    this.#operator = localOperator(world.store.home)
  }

  async run(): Promise<Compared> {
    await this.#furnish()
    for (let state = 0; state < this.#world.states; state++) {
      for (let left = 1 + this.#dice.below(4); left > 0; left--) await this.#change()
      await this.#compareState()
    }
    const { [0]: one, [1]: two } = this.#replicas
    await Promise.all([one.knowledge.settled(), two.knowledge.settled()])
    return {
      queries: this.#queries,
      answered: this.#answered,
      narrowed: this.#narrowed,
      leaks: this.#leaks,
    }
  }

  async #furnish(): Promise<void> {
    const { store, seed } = this.#world
    const nowMs = Date.now()
    await store.withTenant({ tenant: store.home }, async (tx) => {
      for (let at = 0; at < PEOPLE; at++) {
        const person = { name: `person ${seed} ${at}`, phc: null, role: 'member' }
        this.#people.push((await insertAccount(tx, person, nowMs)).id)
      }
      for (let at = 0; at < GROUPS; at++) {
        const asked = { caller: this.#operator, request: 'req_world', nowMs }
        this.#groups.push((await createGroup(tx, { name: `group ${seed} ${at}`, roles: [] }, asked)).id)
      }
    })
    for (const person of this.#people) this.#regroup(person)
    for (const name of ['Left', 'Right'])
      this.#collections.push(
        (await this.#replicas[0].knowledge.createCollection(this.#operator, `${name} ${seed}`, {})).id,
      )
    for (let at = 0; at < FIRST_DOCUMENTS; at += 5) await this.#add(5)
  }

  #regroup(person: string): void {
    this.#members.set(person, new Set(this.#dice.some(this.#groups, 0.4)))
  }

  /** What access lists say: a third is for everybody. */
  #list(): { readonly users: string[]; readonly groups: string[] } | null {
    const { below, some } = this.#dice
    if (below(3) === 0) return null
    return { users: some(this.#people, 0.25), groups: some(this.#groups, 0.3) }
  }

  async #add(count: number): Promise<void> {
    const { one, below } = this.#dice
    const collection = one(this.#collections)
    const lists = Array.from({ length: count }, () => this.#list())
    const texts = lists.map((list) => {
      const said = Array.from({ length: 1 + below(6) }, () => sentence(this.#dice)).join(' ')
      const number = this.#made++
      return {
        title: `${one(WORDS)} ${number}`,
        text: `${said} The word is canary${number}.`,
        class: one(CLASSES),
        acl: list && { ...list, services: [], self: false },
      }
    })
    const seen = await one(this.#replicas).knowledge.addTexts(this.#operator, collection, texts, {})
    texts.forEach(({ title, text, class: dataClass }, at) =>
      this.#documents.push({
        id: seen[at]?.id ?? '',
        collection,
        title,
        text,
        class: dataClass,
        readers: named(lists[at] ?? null),
      }),
    )
  }

  async #change(): Promise<void> {
    const { below, one } = this.#dice
    const does = below(10)
    const commit = {}
    if (does < 2) return this.#regroup(one(this.#people))
    if (does === 2) return this.#add(1 + below(3))
    const document = one(this.#documents)
    const { knowledge } = one(this.#replicas)
    if (does === 3 && this.#documents.length > FIRST_DOCUMENTS / 2) {
      await knowledge.deleteDocument(this.#operator, { id: document.id }, commit)
      this.#documents.splice(this.#documents.indexOf(document), 1)
      return
    }
    const list = this.#list()
    const acl = list && { ...list, services: [], self: false }
    await knowledge.changeDocumentAccess(this.#operator, { id: document.id }, { acl, commit })
    document.readers = named(list)
  }

  #askers(): readonly Asker[] {
    const { some, one } = this.#dice
    const { home } = this.#world.store
    const people = this.#people.map((person, at): Caller => {
      const groups = [...(this.#members.get(person) ?? [])].map((id) => `group:${id}`)
      const readsAs: ReadsAs = [`user:${person}`, ...groups]
      return { ...callerOf(home, CEILINGS[at % CEILINGS.length], person), readsAs }
    })
    const nobody = callerOf(home, 'restricted', 'nobody')
    return [...people, nobody].map((caller) => {
      const chosen = some(this.#collections, 0.5)
      return { caller, collections: chosen.length > 0 ? chosen : [one(this.#collections)] }
    })
  }

  #visible({ caller }: Asker): readonly Kept[] {
    const names = new Set(caller.readsAs ?? [])
    return this.#documents.filter(
      (document) =>
        isWithin(document.class, caller.classCeiling) &&
        (document.readers === null || document.readers.some((reader) => names.has(reader))),
    )
  }

  async #compareState(): Promise<void> {
    // A second is over since the last change: every replica has seen it.
    for (const { clock } of this.#replicas) clock.advance(1000)
    const askers = this.#askers()
    const each = Math.ceil(this.#world.queries / askers.length)
    for (const asker of askers) {
      const visible = this.#visible(asker)
      const oracle = await this.#oracle(visible)
      await this.#compareRows(asker, visible)
      for (let left = each; left > 0; left--) await this.#compareQuery(asker, visible, oracle)
    }
  }

  /** An index that never held anything else. */
  async #oracle(visible: readonly Kept[]): Promise<Retrieval> {
    const index = inThisThread()
    const { parser, store } = this.#world
    for (const collection of this.#collections) {
      const documents = visible.filter((document) => document.collection === collection)
      if (documents.length === 0) continue
      const { segment } = await parser.run({ kind: 'texts', collection, documents })
      await index.add(store.home, { id: collection, bytes: segment }, [])
    }
    return index
  }

  #leak(kind: string): void {
    this.#leaks[kind] = (this.#leaks[kind] ?? 0) + 1
  }

  /** Lists, counts and texts. */
  async #compareRows(asker: Asker, visible: readonly Kept[]): Promise<void> {
    const { knowledge } = this.#dice.one(this.#replicas)
    const isDisarmed = this.#world.disarmed === 'rows'
    const caller = isDisarmed ? { ...this.#operator, classCeiling: asker.caller.classCeiling } : asker.caller
    const { data } = await knowledge.listCollections(caller, { limit: 200 })
    for (const collection of this.#collections) {
      const ids = visible.flatMap((one) => (one.collection === collection ? [one.id] : []))
      const listed = await knowledge.listDocuments(caller, collection, { limit: 200 })
      const counted = data.find(({ id }) => id === collection)?.documents
      if (!isDeepStrictEqual(listed.data.map(({ id }) => id).toSorted(), ids.toSorted())) this.#leak('list')
      if (counted !== ids.length) this.#leak('count')
    }
    const isThere = await knowledge.hasDocuments(caller, null)
    if (isThere !== visible.length > 0) this.#leak('presence')
    const document = this.#dice.one(this.#documents)
    const text = await knowledge.documentText(caller, document.id).then(
      (found) => found.text,
      (error: unknown) => (error instanceof Fault && error.code === 'not_found' ? null : error),
    )
    if (text !== (visible.includes(document) ? document.text : null)) this.#leak('text')
  }

  async #compareQuery(asker: Asker, visible: readonly Kept[], oracle: Retrieval): Promise<void> {
    const { one, below } = this.#dice
    const { caller } = asker
    const { home } = this.#world.store
    const about = one(this.#documents)
    const canary = /canary\d+/.exec(about.text)?.[0] ?? ''
    const words = Array.from({ length: 1 + below(4) }, () => one(WORDS)).join(' ')
    const text = one([words, `${words} ${canary}`, `What was moved to the ${one(WORDS)}?`, about.title])
    const collections = below(3) === 0 ? asker.collections : undefined
    const wanted = { text, limit: ALL, collections }
    const { knowledge } = one(this.#replicas)
    const found = await knowledge.find(caller, wanted)
    const expected = await expectedOf(oracle, visible, { home, wanted })
    this.#queries++
    if (found.passages.length > 0) this.#answered++
    const ids = ({ passages }: Found) => passages.map(({ document }) => document.id)
    const snippets = ({ passages }: Found) =>
      passages.map(({ document, start, end, score, coverage }) => [
        document.text.slice(start, end),
        document.title,
        score,
        coverage,
      ])
    if (!isDeepStrictEqual(ids(found), ids(expected))) this.#leak('ids')
    if (!isDeepStrictEqual(snippets(found), snippets(expected))) this.#leak('snippets')
    if (!isDeepStrictEqual(found.weights, expected.weights)) this.#leak('weights')
    if (below(4) > 0) return
    const whole = await knowledge.find(this.#operator, wanted)
    if (whole.passages.length > found.passages.length) this.#narrowed++
    await this.#compareAnswer(caller, text, { visible, oracle })
  }

  /** What `extract-1` quotes, cites, or names as nearest where it refuses. */
  async #compareAnswer(
    caller: Caller,
    text: string,
    { visible, oracle }: { readonly visible: readonly Kept[]; readonly oracle: Retrieval },
  ): Promise<void> {
    const { home } = this.#world.store
    const guide = (): null => null
    const { knowledge } = this.#dice.one(this.#replicas)
    const honest = createLocalEngine({
      guide,
      knowledge: {
        find: (_, wanted) => expectedOf(oracle, visible, { home, wanted }),
        hasDocuments: async () => visible.length > 0,
      },
    })
    const question = { caller, messages: [{ role: 'user' as const, content: text }] }
    const { signal } = new AbortController()
    const said = await createLocalEngine({ guide, knowledge }).answer(question, signal)
    if (!isDeepStrictEqual(said, await honest.answer(question, signal))) this.#leak('citations')
  }
}

const named = (list: { readonly users: string[]; readonly groups: string[] } | null): Kept['readers'] =>
  list && [...list.users.map((id) => `user:${id}`), ...list.groups.map((id) => `group:${id}`)]

/** What a search finds that has nothing to leave out. */
async function expectedOf(
  oracle: Retrieval,
  visible: readonly Kept[],
  asked: {
    readonly home: Store['home']
    readonly wanted: {
      readonly text: string
      readonly limit: number
      readonly collections?: readonly string[] | undefined
    }
  },
): Promise<Found> {
  const { text, limit, collections } = asked.wanted
  const all = { tenant: asked.home, ceiling: 'restricted', ...(collections && { collections }) } as const
  const byId = new Map(visible.map((document) => [document.id, document]))
  const result = await oracle.search({ text, limit }, all, [])
  if (!('hits' in result)) throw new Error('an index in memory lacked a segment')
  return {
    passages: result.hits.flatMap((hit) => {
      const found = byId.get(hit.document)
      if (!found) return []
      const { id, collection, title, class: dataClass, text: whole } = found
      const document = { row: id, id, collectionId: collection, title, class: dataClass, text: whole }
      return [{ ...hit, document }]
    }),
    weights: result.weights,
  }
}

/** The search without its access lists. */
const seeingAll = (retrieval: Retrieval): Retrieval => ({
  ...retrieval,
  search: (query, visible, opened) => retrieval.search(query, { ...visible, sets: 'every' }, opened),
})

/**
 * Random documents, access lists, groups and revocations on two replicas; after each change everybody asks, and what
 * they are told is compared with what an index says that only ever held the documents they may see.
 */
export const compareAccess = (world: World): Promise<Compared> => new AccessWorld(world).run()
