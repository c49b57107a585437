import { setImmediate } from 'node:timers/promises'
import type { conversationHits, conversationSearch } from '@freehold/contract/conversations.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { termsOf } from '../knowledge/analysis.ts'
import type { Dek, Store, TenantId, Tx } from '../store/store.ts'
import { AwayBodies } from './home/away.ts'
import type { Own } from './ownership.ts'
import { isOwn } from './ownership.ts'
import { conversationDek, openBody, openMeta, textOf } from './sealed-rows.ts'
import { snippetOf } from './snippet.ts'

/** The words of one message, or of a title. */
interface Analysed {
  /** Null for the title. */
  readonly message: string | null
  readonly counts: ReadonlyMap<string, number>
  readonly terms: number
}

interface Remembered {
  /** Of the row: it changes with everything that is said and renamed. */
  readonly version: string
  readonly texts: readonly Analysed[]
  readonly bytes: number
}

/** What is analysed is kept in memory up to so much, for everybody together; the rest is read again when it is asked for. */
const MOST_BYTES = 64 * 1024 * 1024
/** Of one caller; older ones are not looked at, and the answer says so. */
const MOST_CONVERSATIONS = 5000
/** Conversations read in one transaction. */
const AT_ONCE = 25
/** UTF-16 units analysed between two turns of the event loop. */
const SLICE = 20_000
/** A search that must read everything first is cut short, and says so; the next one goes on from there. */
const PATIENCE_MS = 3000

type Hits = z.input<typeof conversationHits>

/** Searches what callers said and were told. Nothing of it is stored in the clear: it is opened and analysed in memory. */
export class ConversationSearch {
  readonly #store: Pick<Store, 'withTenant' | 'blobs'>
  readonly #remembered = new Map<string, Remembered>()
  #bytes = 0

  constructor(store: Pick<Store, 'withTenant' | 'blobs'>) {
    this.#store = store
  }

  async search(own: Own, { query, limit }: z.output<typeof conversationSearch>): Promise<Hits> {
    const wanted = new Set(termsOf(query))
    const untilMs = performance.now() + PATIENCE_MS
    const rows = await this.#store.withTenant(own.caller, (tx) => rowsOf(tx, own))
    const shown = rows.slice(0, MOST_CONVERSATIONS)
    const texts: { readonly conversation: string; readonly text: Analysed }[] = []
    let searched = 0
    for (let at = 0; at < shown.length && performance.now() < untilMs; at += AT_ONCE) {
      const some = shown.slice(at, at + AT_ONCE)
      await this.#analyse(own, some)
      for (const { id } of some)
        for (const text of this.#use(own.caller.tenant, id)?.texts ?? [])
          texts.push({ conversation: id, text })
      searched += some.length
    }
    const best = ranked(texts, wanted).slice(0, limit)
    const away = new AwayBodies(this.#store.blobs)
    const hits = await this.#store.withTenant(own.caller, (tx) =>
      present(tx, own, { best, terms: [...wanted], away }),
    )
    return { hits, searched, complete: searched === rows.length }
  }

  /** What was analysed of these conversations is gone from memory. */
  drop(tenant: TenantId, conversations: readonly string[]): void {
    for (const id of conversations) this.#drop(keyOf(tenant, id))
  }

  /** What was analysed of this tenant is gone from memory. */
  forget(tenant: TenantId): void {
    for (const key of this.#remembered.keys()) if (key.startsWith(`${tenant} `)) this.#drop(key)
  }

  async #analyse(
    own: Own,
    rows: readonly { readonly id: string; readonly version: string }[],
  ): Promise<void> {
    const { tenant } = own.caller
    const stale = rows.filter(
      ({ id, version }) => this.#remembered.get(keyOf(tenant, id))?.version !== version,
    )
    if (stale.length === 0) return
    const ids = stale.map(({ id }) => id)
    const away = new AwayBodies(this.#store.blobs)
    for (const { id, version, texts } of await this.#store.withTenant(own.caller, (tx) =>
      opened(tx, own, ids, away),
    )) {
      const analysed: Analysed[] = []
      for (const { message, text } of texts) analysed.push(await analyse(message, text))
      this.#keep(keyOf(tenant, id), { version, texts: analysed, bytes: sizeOf(analysed) })
    }
  }

  #use(tenant: TenantId, id: string): Remembered | undefined {
    const key = keyOf(tenant, id)
    const found = this.#remembered.get(key)
    if (found) {
      this.#remembered.delete(key)
      this.#remembered.set(key, found)
    }
    return found
  }

  #keep(key: string, entry: Remembered): void {
    this.#drop(key)
    this.#remembered.set(key, entry)
    this.#bytes += entry.bytes
    for (const oldest of this.#remembered.keys()) {
      if (this.#bytes <= MOST_BYTES || oldest === key) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#remembered.get(key)?.bytes ?? 0
    this.#remembered.delete(key)
  }
}

const keyOf = (tenant: TenantId, id: string): string => `${tenant} ${id}`

/** The one that was spoken in last comes first; temporary ones are not among them. */
async function rowsOf({ db }: Tx, own: Own) {
  return db
    .selectFrom('conversation')
    .select(['id', sql<string>`xmin::text`.as('version')])
    .where(isOwn(own))
    .where('temporary', '=', false)
    .orderBy('touched', 'desc')
    .limit(MOST_CONVERSATIONS + 1)
    .execute()
}

async function opened(tx: Tx, own: Own, ids: readonly string[], away: AwayBodies) {
  const rows = await tx.db
    .selectFrom('conversation')
    .select(['id', 'dek', 'meta_sealed', sql<string>`xmin::text`.as('version')])
    .where('id', 'in', [...ids])
    .where(isOwn(own))
    .execute()
  const deks = new Map<string, Dek>(rows.map((row) => [row.id, conversationDek(tx.keys, row)]))
  const messages = await tx.db
    .selectFrom('message')
    .select(['id', 'conversation_id', 'body_sealed'])
    .where('conversation_id', 'in', [...ids])
    .execute()
  const found: Opened[] = []
  for (const row of rows) {
    const dek = deks.get(row.id) ?? conversationDek(tx.keys, row)
    const { title, tags } = openMeta(dek, row)
    const texts: Opened['texts'] = [{ message: null, text: [title ?? '', ...tags].join('\n') }]
    for (const { id, conversation_id: of, body_sealed: sealed } of messages) {
      if (of !== row.id) continue
      const body_sealed = sealed ?? (await away.bodyOf(tx, of, id))
      texts.push({ message: id, text: textOf(openBody(dek, { id, body_sealed })) })
    }
    found.push({ id: row.id, version: row.version, texts })
  }
  return found
}

interface Opened {
  readonly id: string
  readonly version: string
  readonly texts: { readonly message: string | null; readonly text: string }[]
}

async function analyse(message: string | null, text: string): Promise<Analysed> {
  const counts = new Map<string, number>()
  let terms = 0
  for (let at = 0; at < text.length || at === 0; at += SLICE) {
    for (const term of termsOf(text.slice(at, at + SLICE))) {
      counts.set(term, (counts.get(term) ?? 0) + 1)
      terms += 1
    }
    if (text.length > SLICE) await setImmediate()
  }
  return { message, counts, terms }
}

/** About what a map entry and its string take. */
const ENTRY_BYTES = 72
const sizeOf = (texts: readonly Analysed[]): number =>
  texts.reduce((sum, { counts }) => sum + 200 + counts.size * ENTRY_BYTES, 0)

interface Ranked {
  readonly conversation: string
  readonly message: string | null
  readonly score: number
}

const SATURATION = 1.2
const TITLE_WEIGHT = 2

/** The best text of each conversation: rare words count more, and a text with more of the words more. */
function ranked(
  texts: readonly { readonly conversation: string; readonly text: Analysed }[],
  wanted: ReadonlySet<string>,
): Ranked[] {
  const holding = new Map<string, number>()
  for (const { text } of texts)
    for (const term of wanted) if (text.counts.has(term)) holding.set(term, (holding.get(term) ?? 0) + 1)
  const best = new Map<string, Ranked>()
  for (const { conversation, text } of texts) {
    let [score, found] = [0, 0]
    for (const term of wanted) {
      const count = text.counts.get(term) ?? 0
      if (count === 0) continue
      found += 1
      score += Math.log(1 + texts.length / (holding.get(term) ?? 1)) * (count / (count + SATURATION))
    }
    if (found === 0) continue
    score *= (found / wanted.size) * (text.message === null ? TITLE_WEIGHT : 1)
    if (score > (best.get(conversation)?.score ?? 0))
      best.set(conversation, { conversation, message: text.message, score })
  }
  return [...best.values()].toSorted((a, b) => b.score - a.score)
}

interface Found {
  readonly best: readonly Ranked[]
  readonly terms: readonly string[]
  readonly away: AwayBodies
}

async function present(tx: Tx, own: Own, { best, terms, away }: Found): Promise<Hits['hits']> {
  const hits: Hits['hits'] = []
  for (const { conversation, message, score } of best) {
    const row = await tx.db
      .selectFrom('conversation')
      .select(['id', 'dek', 'meta_sealed', 'created_at'])
      .where('id', '=', conversation)
      .where(isOwn(own))
      .executeTakeFirst()
    if (!row) continue
    const dek = conversationDek(tx.keys, row)
    const { title } = openMeta(dek, row)
    const said = message === null ? undefined : await saidIn(tx, { conversation, message, dek, away })
    if (message !== null && !said) continue
    hits.push({
      conversation,
      message,
      title,
      snippet: snippetOf(said?.text ?? title ?? '', terms),
      score,
      at: (said?.at ?? row.created_at).toISOString(),
    })
  }
  return hits
}

interface Saying {
  readonly conversation: string
  readonly message: string
  readonly dek: Dek
  readonly away: AwayBodies
}

async function saidIn(tx: Tx, { conversation, message: id, dek, away }: Saying) {
  const row = await tx.db
    .selectFrom('message')
    .select(['body_sealed', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const body_sealed = row.body_sealed ?? (await away.bodyOf(tx, conversation, id))
  return { text: textOf(openBody(dek, { id, body_sealed })), at: row.created_at }
}
