import { inCodes } from '../detect/encoded.ts'
import type { ScanText } from '../detect/normalise.ts'
import { normalise } from '../detect/normalise.ts'
import type { Span } from '../detect/span.ts'
import { Generations } from './generations.ts'
import type { ChineseForms, KnownForm } from './known-forms.ts'
import type { KnownHit } from './known-part.ts'
import { KnownPart, nameOf, outermost } from './known-part.ts'

/** The forms that one request of a conversation is searched for. */
export interface KnownSet {
  readonly id: number
  /** The conversation, as far as it can be told: each of its sets holds the one before. */
  readonly line: number
  /** The set of the request before; null: there is none. */
  readonly before: number | null
  readonly names: ReadonlySet<string>
  /** All forms; the last part is what the set before does not have. */
  readonly parts: readonly KnownPart[]
}

interface Searched {
  readonly set: number
  /** Null: something in the text is written in another code. */
  readonly hits: readonly KnownHit[] | null
  /** The text is read as it stands. */
  readonly isPlain: boolean
}

/** By the number of texts, and of what stands in them. */
const TEXTS = { entries: 20_000, weight: 100_000 }
/** By the number of forms. */
const SETS = { entries: 500, weight: 20_000 }
/** Of conversations that begin with the same value. */
const MOST_ALIKE = 8
/** Each is searched for by itself, so that many cost more than to put them together anew. */
const MOST_PARTS = 6

/** Whose forms they are, and what tells of doubtful ones whether they are meant; null: there are none. */
interface Whose {
  readonly tenant: string
  readonly chinese: ChineseForms | null
}

/** A text, and by what it is known again; null: it is not worth it. */
interface Asked {
  readonly value: string
  readonly key: string | null
}

/**
 * Remembers where known values stand in the texts of a conversation, so that in its next turn old texts are searched only
 * for what is new, and new ones for all.
 */
export class KnownSets {
  readonly #sets = new Generations<readonly KnownSet[]>(SETS)
  readonly #texts = new Generations<Searched>(TEXTS)
  #made = 0

  /** The set of these forms: that of an earlier request, or one that goes on from it where it can. */
  of({ tenant, chinese }: Whose, forms: readonly KnownForm[]): KnownSet {
    const names = new Map(forms.map((form) => [nameOf(form), form]))
    const [first = ''] = names.keys()
    const alike = this.#sets.get(`${tenant} ${first}`) ?? []
    const base = alike
      .filter((set) => set.names.size <= names.size && [...set.names].every((name) => names.has(name)))
      .reduce<KnownSet | null>(
        (most, set) => (most !== null && most.names.size >= set.names.size ? most : set),
        null,
      )
    if (base?.names.size === names.size) return base
    const id = (this.#made += 1)
    const fresh = base === null ? forms : forms.filter((form) => !base.names.has(nameOf(form)))
    const isLong = base !== null && base.parts.length >= MOST_PARTS
    const set: KnownSet = {
      id,
      line: base?.line ?? id,
      before: base?.id ?? null,
      names: new Set(names.keys()),
      parts: [
        ...(isLong
          ? [
              new KnownPart(
                forms.filter((form) => base.names.has(nameOf(form))),
                chinese,
              ),
            ]
          : (base?.parts ?? [])),
        new KnownPart(fresh, chinese),
      ],
    }
    const kept = [set, ...alike.filter((one) => one !== base)].slice(0, MOST_ALIKE)
    this.#sets.set(
      `${tenant} ${first}`,
      kept,
      kept.reduce((sum, one) => sum + one.names.size, 0),
    )
    return set
  }

  /** Where the forms stand in a text; null: it has to be read as `searchCoded` does. */
  hitsIn(set: KnownSet, { value, key }: Asked): readonly KnownHit[] | null {
    const place = key === null ? null : `${set.line} ${key}`
    const known = place === null ? undefined : this.#texts.get(place)
    if (known !== undefined && (known.hits === null || known.set === set.id)) return known.hits
    const { hits, isPlain } =
      known !== undefined && known.hits !== null && known.set === set.before
        ? withNew(known.hits, { value, set, isPlain: known.isPlain })
        : wholly(value, set)
    if (place !== null) this.#texts.set(place, { set: set.id, hits, isPlain }, (hits?.length ?? 0) + 1)
    return hits
  }
}

interface Old {
  readonly value: string
  readonly set: KnownSet
  readonly isPlain: boolean
}

/** Most texts that were searched before hold nothing of what is new. */
function withNew(hits: readonly KnownHit[], { value, set, isPlain }: Old): Omit<Searched, 'set'> {
  const last = set.parts.slice(-1)
  const fresh = isPlain ? last.flatMap((part) => part.find(value)) : placed(normalise(value), last)
  return { hits: fresh.length === 0 ? hits : outermost([...hits, ...fresh]), isPlain }
}

function wholly(value: string, { parts }: KnownSet): Omit<Searched, 'set'> {
  const read = normalise(value)
  return { hits: hasCodes(read.text) ? null : placed(read, parts), isPlain: read.text === value }
}

/** In the places of the text as it came. */
const placed = (read: ScanText, parts: readonly KnownPart[]): readonly KnownHit[] =>
  outermost(parts.flatMap((part) => part.find(read.text))).map(({ start, end, form }) => {
    return { start: read.startOf(start), end: read.endOf(end), form }
  })

/** Whether something in a text stands for another one. */
function hasCodes(text: string): boolean {
  let found = false
  inCodes(
    text,
    () => {
      found = true
      return []
    },
    true,
  )
  return found
}

/** A value in base 64 in an address, say. */
const MOST_CODES = 2

/** In the text, and in what stands in it in another code, and in that again. */
export function searchCoded<S extends Span>(
  value: string,
  parts: readonly KnownPart[],
  spanOf: (hit: KnownHit) => S,
  codes = MOST_CODES,
): readonly S[] {
  const read = normalise(value)
  const spans = parts.flatMap((part) => part.find(read.text)).map(spanOf)
  if (codes > 0)
    spans.push(...inCodes(read.text, (decoded) => searchCoded(decoded, parts, spanOf, codes - 1), true))
  return outermost(spans).map((span) =>
    Object.assign(span, { start: read.startOf(span.start), end: read.endOf(span.end) }),
  )
}
