import { deserialize, serialize } from 'node:v8'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import { SHARDS_CHANNEL } from '../../store/listening.ts'
import type { KeyRing, Place, Store, TenantId } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { SearchQuery, SearchResult, Visible } from '../retrieval.ts'

/** A notice holds 8,000 bytes at most. */
const PIECE_LENGTH = 7000
const MOST_PIECES = 64

/** What one replica asks of another. */
export interface Question {
  readonly query: SearchQuery
  readonly visible: Visible
  /** The asker has just changed something: what the other has seen before is not enough. */
  readonly isFresh: boolean
}

/** What one replica tells another about one search, before it is opened. */
export interface Letter {
  readonly kind: 'question' | 'answer'
  readonly from: string
  readonly to: string
  readonly tenant: TenantId
  readonly search: string
  readonly wrapped: string
  readonly sealed: string
}

const question = z.strictObject({
  // Other versions of the program may say more of a query than we know; of what may be seen they may not.
  query: z.looseObject({
    text: z.string().max(1_000_000),
    limit: z.int().min(1).max(10_000),
    explain: z.boolean().optional(),
  }),
  visible: z.strictObject({
    tenant: z.string(),
    ceiling: dataClass,
    collections: z.array(z.string()).min(1),
    sets: z.union([z.literal('every'), z.instanceof(Uint32Array)]).optional(),
    reach: z
      .strictObject({ named: z.map(z.string(), z.array(dataClass)), others: z.array(dataClass) })
      .optional(),
  }),
  isFresh: z.boolean(),
})

const answer = z.looseObject({
  hits: z.array(
    z.looseObject({
      document: z.string(),
      start: z.number(),
      end: z.number(),
      score: z.number(),
      coverage: z.number(),
    }),
  ),
  weights: z.map(z.string(), z.number()),
})

/** Sealed to this search and this direction: it opens nowhere else. */
const placeOf = (search: string, column: string): Place => ({ table: 'search', row: search, column })

function sealed(keys: KeyRing, { kind, search }: Pick<Letter, 'kind' | 'search'>, content: unknown) {
  const { dek, wrapped } = keys.newDek(placeOf(search, `${kind}_key`))
  const bytes = dek.seal(placeOf(search, kind), serialize(content))
  return { wrapped: wrapped.toString('base64url'), sealed: bytes.toString('base64url') }
}

function opened(keys: KeyRing, letter: Letter): unknown {
  const { kind, search } = letter
  const dek = keys.openDek(placeOf(search, `${kind}_key`), Buffer.from(letter.wrapped, 'base64url'))
  return deserialize(dek.open(placeOf(search, kind), Buffer.from(letter.sealed, 'base64url')))
}

/** @throws Error for what nobody with the tenant's keys wrote, or another version of the program */
export function openQuestion(keys: KeyRing, letter: Letter): Question {
  const read = question.parse(opened(keys, letter))
  if (read.visible.tenant !== keys.tenant) throw new Error('a question of another tenant')
  // Its form was checked; what a later version adds to a query is for the search engine.
  return read as unknown as Question
}

/** @throws Error as `openQuestion` */
export const openAnswer = (keys: KeyRing, letter: Letter): SearchResult =>
  answer.parse(opened(keys, letter)) as unknown as SearchResult

type Told = Omit<Letter, 'wrapped' | 'sealed'>

/** Tells another replica, by notices of the database that both listen to. @throws Error where it is too long */
export async function tell(store: Store, letter: Told, content: Question | SearchResult): Promise<void> {
  await store.withTenant({ tenant: letter.tenant }, async ({ db, keys }) => {
    const { wrapped, sealed: body } = sealed(keys, letter, content)
    const pieces = Math.ceil(body.length / PIECE_LENGTH)
    if (pieces > MOST_PIECES) throw new RangeError('too long to be told another replica')
    // Nothing is stored: who asks waits for the answer, not for a disk.
    await sql`SET LOCAL synchronous_commit = off`.execute(db)
    const { kind, from, to, tenant, search } = letter
    for (let at = 0; at < pieces; at++) {
      const piece = body.slice(at * PIECE_LENGTH, (at + 1) * PIECE_LENGTH)
      const words = [kind, from, to, tenant, search, wrapped, at, pieces, piece]
      await sql`SELECT pg_notify(${SHARDS_CHANNEL}, ${words.join(' ')})`.execute(db)
    }
  })
}

/** Says to all that this replica is there. */
export const beat = (store: Store, own: string): Promise<void> =>
  store.withTenant({ tenant: store.home }, async ({ db }) => {
    await sql`SET LOCAL synchronous_commit = off`.execute(db)
    await sql`SELECT pg_notify(${SHARDS_CHANNEL}, ${`here ${own}`})`.execute(db)
  })

const MOST_OPEN = 1000

/** Puts the pieces of letters together. */
export class Letters {
  readonly #open = new Map<string, string[]>()

  /** A replica that says it is there, or a letter whose last piece this is; null for all else. */
  read(notice: string): { readonly here: string } | Letter | null {
    const [kind = '', from = '', to = '', tenant = '', search = '', wrapped = '', at, of, piece = ''] =
      notice.split(' ')
    if (kind === 'here') return { here: from }
    if (kind !== 'question' && kind !== 'answer') return null
    const [number, pieces] = [Number(at), Number(of)]
    if (!(pieces >= 1 && pieces <= MOST_PIECES && number >= 0 && number < pieces)) return null
    const key = `${kind} ${from} ${search}`
    const read = this.#open.get(key) ?? []
    read[number] = piece
    this.#open.set(key, read)
    if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value ?? '')
    if (Object.keys(read).length < pieces) return null
    this.#open.delete(key)
    return { kind, from, to, tenant: tenantId(tenant), search, wrapped, sealed: read.join('') }
  }
}
