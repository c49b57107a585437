import { setImmediate } from 'node:timers/promises'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { skip } from '@freehold/contract/skips.ts'
import { Fault } from '../../kernel/fault.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import type { Minted } from '../restore/restorer.ts'
import type { Shape } from '../traverse/json-places.ts'
import { EncodedTexts, WholeText } from '../traverse/plain-texts.ts'
import type { Texts } from '../traverse/texts.ts'
import { JsonTexts } from '../traverse/texts.ts'
import type { ReadBody } from './body-cache.ts'
import { BodyCache } from './body-cache.ts'
import { KnownSets } from './known-sets.ts'
import type { KnownSpan } from './known-values.ts'
import { withKnown } from './known-values.ts'
import type { Masking, Tally } from './masking.ts'
import { mask } from './masking.ts'
import type { Mint } from './mint.ts'
import type { Found } from './scanning.ts'
import type { Scanning } from './scanning.ts'
import { OutcomeCache } from './outcome-cache.ts'
import { SpanCache } from './span-cache.ts'

/** What is about to leave for a managed target. */
export interface Departing {
  readonly path: string
  readonly body: Buffer
  /** Null: what a service is sent, whose path and body are the client's. */
  readonly shape: Exclude<Shape, 'free'> | null
  /** Of the body of a service. */
  readonly contentType: string | undefined
  /** Values of headers that the client chose. */
  readonly headers: readonly string[]
  /** Some of it cannot be read, and its rule lets it leave all the same. */
  readonly isOpaque: boolean
  /** SHA-256 of the body, where it is known. */
  readonly digest?: string | undefined
}

/** The placeholders of one conversation. */
export interface Conversation {
  readonly mint: Mint
  /**
   * Resolves with true when what was minted is kept as long as it must be. False: another request of the conversation
   * was faster, and what it minted has to be seen first.
   */
  keep(): Promise<boolean>
}

export interface MaskingOptions {
  readonly tenant: string
  readonly profile: Profile
  /** Asked for only when something may have to come back; again when another request was faster. */
  readonly conversation: () => Promise<Conversation>
  /** The request and its answer may hold what was masked in earlier requests, where this one does not say what it is. */
  readonly continues: boolean
  /**
   * What the placeholders follow from besides the body, in the tenant: the same body then becomes the same bytes. Absent
   * or null: they follow from something else as well.
   */
  readonly sameAs?: string | null
}

/** What may leave: only the desensitiser can make one. */
class MaskedBody {
  readonly path: string
  readonly #body: Buffer
  /** Null where nothing was done, because all of it is public and its rule says so. */
  readonly tally: Tally | null
  /** What can be put back into the answer. */
  readonly minted: readonly Minted[]

  constructor(
    path: string,
    body: Buffer,
    done: { readonly tally: Tally; readonly minted: readonly Minted[] } | null,
  ) {
    this.path = path
    this.#body = body
    this.tally = done?.tally ?? null
    this.minted = done?.minted ?? []
  }

  get body(): Buffer {
    return this.#body
  }

  /** Values that were replaced. */
  get count(): number {
    let count = 0
    for (const { values } of this.tally ?? []) count += values
    return count
  }
}
export type Masked = MaskedBody

/** For words of our own, and for rules by which nothing is masked: only what is public may leave like that. */
export const unmasked = ({ path, body }: Pick<Departing, 'path' | 'body'>): Masked =>
  new MaskedBody(path, body, null)

/** Finds what is personal or secret in what leaves, and puts something else in its place. */
export class Desensitiser {
  readonly #scanning: Pick<Scanning, 'read' | 'versionFor'>
  readonly #nowMs: () => number
  readonly #bodies = new BodyCache()
  readonly #outcomes = new OutcomeCache()
  readonly #known = new KnownSets()
  readonly #coded = new SpanCache<KnownSpan>()
  /** Texts of long bodies whose class was found, until they are masked. */
  readonly #taken = new WeakMap<Buffer, { readonly shape: Shape; readonly texts: Texts }>()

  constructor(scanning: Pick<Scanning, 'read' | 'versionFor'>, nowMs: () => number) {
    this.#scanning = scanning
    this.#nowMs = nowMs
  }

  /**
   * What was found in a request by type, before anything is decided about it; at once where its body is known. Rejects
   * with the Fault `stays_home`.
   */
  findings(departing: Departing, tenant: string): Counts | Promise<Counts> {
    const key = this.#keyOf(departing, tenant)
    const known = typeof key === 'string' && isAllInBody(departing) ? this.#bodies.get(key) : undefined
    return known?.counts ?? this.#countsIn(departing, tenant, key)
  }

  async #countsIn(departing: Departing, tenant: string, key: string | Promise<string>): Promise<Counts> {
    const { body, around, parts } = await this.#read(departing, tenant, await key)
    if (parts?.content && departing.shape !== null && departing.body.length > LONG_BYTES)
      this.#taken.set(departing.body, { shape: departing.shape, texts: parts.content })
    if (around.every(isNothing)) return body.counts
    return countsOf([...body.found, ...around])
  }

  /**
   * What may leave instead; at once where it is known. Rejects with the Fault `stays_home` for what cannot be read or must
   * not leave.
   */
  masked(departing: Departing, options: MaskingOptions): Masked | Promise<Masked> {
    const key = this.#keyOf(departing, options.tenant)
    if (typeof key !== 'string') return key.then((read) => this.#maskedUnder(read, departing, options))
    return this.#maskedUnder(key, departing, options)
  }

  #maskedUnder(key: string, departing: Departing, options: MaskingOptions): Masked | Promise<Masked> {
    const inYear = { ...options, year: new Date(this.#nowMs()).getUTCFullYear() }
    const again = this.#outcomes.keyFor(key, departing, inYear)
    const known = again === null ? undefined : this.#outcomes.get(again)
    return known ?? this.#maskedAnew(departing, { key, again }, inYear)
  }

  async #maskedAnew(
    departing: Departing,
    { key, again }: { readonly key: string; readonly again: string | null },
    options: MaskingOptions & { readonly year: number },
  ): Promise<Masked> {
    const read = await this.#read(departing, options.tenant, key)
    const masked = await this.#maskedAs(departing, read, options)
    if (again !== null && read.isComplete) this.#outcomes.set(again, masked)
    return masked
  }

  async #maskedAs(
    departing: Departing,
    read: Read,
    { tenant, profile, conversation, continues, year }: MaskingOptions & { readonly year: number },
  ): Promise<Masked> {
    const isClean = read.body.isClean && read.around.every(isNothing)
    if (isClean && !continues) return new MaskedBody(departing.path, departing.body, NOTHING_DONE)
    const found = [...read.body.found, ...read.around]
    const keys = [...read.body.keys, ...read.aroundKeys]
    let { parts } = read
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const opened = await conversation()
      const { mint } = opened
      const { before } = mint
      if (isClean && before.length === 0) return new MaskedBody(departing.path, departing.body, NOTHING_DONE)
      const isKept = (type: EntityType): boolean => profile.actionFor(type) === 'keep'
      // The texts are read anew where they were tried before: what was put in once stays in.
      const texts = parts ?? (await partsInTurn(departing, this.#takenOf(departing)))
      parts = null
      const known = await withKnown(texts.all.texts, found, {
        tenant,
        sets: this.#known,
        coded: this.#coded,
        keys,
        before,
        isKept,
      })
      await turnBefore(departing)
      // Vectors do not come back, and whoever compares them must not tell conversations apart.
      const isForGood = departing.shape === 'embeddings'
      const body = await replaced(departing, texts, {
        profile,
        mint: isForGood ? null : mint,
        found: known,
        year,
      })
      if (isForGood) return body
      if (mint.added.length === 0 || (await opened.keep())) return body
    }
    throw new Fault('unavailable', 'Too many requests of this conversation came at once. Ask again.')
  }

  /** Once: what is put into texts stays in them. */
  #takenOf({ body, shape }: Departing): Texts | null {
    const taken = this.#taken.get(body)
    this.#taken.delete(body)
    return taken?.shape === shape ? taken.texts : null
  }

  #keyOf(departing: Departing, tenant: string): string | Promise<string> {
    const version = this.#scanning.versionFor(tenant)
    const under = (by: string): string => this.#bodies.keyFor({ tenant, by }, departing)
    return typeof version === 'string' ? under(version) : version.then(under)
  }

  async #read(departing: Departing, tenant: string, key: string): Promise<Read> {
    const known = this.#bodies.get(key)
    if (known !== undefined) {
      const { texts } = new Several(aroundOf(departing))
      if (texts.length === 0)
        return { body: known, around: [], aroundKeys: [], parts: null, isComplete: true }
      const { found: around, isComplete, keys } = await this.#scanning.read(tenant, texts)
      return { body: known, around, aroundKeys: keys, parts: null, isComplete }
    }
    const parts = await partsInTurn(departing)
    const { found: all, isComplete, keys } = await this.#scanning.read(tenant, parts.all.texts)
    const found = all.slice(0, parts.bodyTexts)
    const [inBody, aroundKeys] = [keys.slice(0, parts.bodyTexts), keys.slice(parts.bodyTexts)]
    const body = { found, isClean: found.every(isNothing), counts: countsOf(found), keys: inBody }
    if (isComplete) this.#bodies.set(key, body)
    return { body, around: all.slice(parts.bodyTexts), aroundKeys, parts, isComplete }
  }
}

/** What was found in a request. */
interface Read {
  readonly body: ReadBody
  /** In its address and headers. */
  readonly around: Found
  readonly aroundKeys: ReadBody['keys']
  /** Its texts, where they had to be looked for; null where the body was known. */
  readonly parts: Parts | null
  /** By all who look. */
  readonly isComplete: boolean
}

/** Values found, by type. */
type Counts = ReadonlyMap<EntityType, number>

const isNothing = (spans: Found[number]): boolean => spans.length === 0

/** As often a request makes way for others of its conversation. */
const MOST_ROUNDS = 10

interface Replacing extends Masking {
  readonly found: Found
}

async function replaced(
  departing: Departing,
  parts: Parts,
  { found, ...masking }: Replacing,
): Promise<Masked> {
  const tally = mask(parts.all, found, masking)
  const done = { tally, minted: masking.mint?.minted ?? [] }
  if (tally.length === 0) return new MaskedBody(departing.path, departing.body, done)
  await turnBefore(departing)
  const { path, body } = parts.written()
  return new MaskedBody(path, body, done)
}

/** Each step takes a millisecond for so many bytes, and as many as five where every word is masked. */
const LONG_BYTES = 64 * 1024

/** Between two steps of a long request others have their turn. */
async function turnBefore({ body }: Departing): Promise<void> {
  if (body.length > LONG_BYTES) await setImmediate()
}

async function partsInTurn(departing: Departing, taken: Texts | null = null): Promise<Parts> {
  await turnBefore(departing)
  return partsOf(departing, taken)
}

const NOTHING_DONE = { tally: [], minted: [] } as const

function countsOf(found: Found): Counts {
  const counts = new Map<EntityType, number>()
  for (const spans of found)
    for (const { type, score } of spans)
      if (score >= ACTING_SCORE) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}

interface Parts {
  readonly all: Texts
  /** Null: the body cannot be read as text at all. */
  readonly content: Texts | null
  /** How many of them stand in the body, before all others. */
  readonly bodyTexts: number
  written(): Pick<Departing, 'path' | 'body'>
}

/** All that is read of a request, as one. */
function partsOf(departing: Departing, taken: Texts | null): Parts {
  const { path, body } = departing
  const content = taken ?? contentOf(departing)
  const around = aroundOf(departing)
  const place = around.slice(0, around.length - departing.headers.length)
  return {
    all: new Several(content === null ? around : [content, ...around]),
    content,
    bodyTexts: content?.texts.length ?? 0,
    written: () => ({
      path: place.length === 0 ? path : place.map((one) => one.written()).join(''),
      body: content === null ? body : Buffer.from(content.written()),
    }),
  }
}

/** Nothing is read besides it. */
const isAllInBody = ({ shape, headers }: Departing): boolean => shape !== null && headers.length === 0

/** What is read besides the body: of services the address, and all headers, one by one. */
function aroundOf({ path, shape, headers }: Departing): readonly Texts[] {
  const fixed = headers.map((value) => new WholeText(value, 'fixed'))
  if (shape !== null) return fixed
  const question = path.indexOf('?')
  return [...addressTexts(path, question < 0 ? path.length : question), ...fixed]
}

const addressTexts = (path: string, question: number): readonly Texts[] => [
  EncodedTexts.path(path.slice(0, question)),
  EncodedTexts.form(path.slice(question)),
]

/** Null: the body cannot be read as text at all. */
function contentOf({ body, shape, contentType = '', isOpaque }: Departing): Texts | null {
  if (shape !== null) return new JsonTexts(body.toString(), shape)
  if (isOpaque) return null
  const type = contentType.toLowerCase()
  if (body.length === 0) return new WholeText('')
  if (type.startsWith('application/x-www-form-urlencoded')) return EncodedTexts.form(body.toString())
  return /^application\/(?:[\w.+-]+\+)?json\b/.test(type) ? freeJson(body) : new WholeText(body.toString())
}

/** @throws Fault `stays_home` */
function freeJson(body: Buffer): Texts {
  const text = body.toString()
  try {
    JSON.parse(text)
    return new JsonTexts(text, 'free')
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(
      'stays_home',
      'This request says that it is JSON and is none, so it cannot be read and does not leave.',
      { cause, remark: skip('not_searchable') },
    )
  }
}

/** Several as one, in their order. */
class Several implements Texts {
  readonly texts: Texts['texts']
  readonly #all: readonly Texts[]

  constructor(all: readonly Texts[]) {
    this.#all = all
    this.texts = all.flatMap(({ texts }) => texts)
  }

  edit(index: number, edits: Parameters<Texts['edit']>[1]): void {
    let at = index
    for (const one of this.#all) {
      if (at < one.texts.length) return one.edit(at, edits)
      at -= one.texts.length
    }
  }

  written(): string {
    return this.#all.map((one) => one.written()).join('')
  }
}
