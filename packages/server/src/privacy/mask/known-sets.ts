import { inCodes } from '../detect/encoded.ts'
import type { ScanText } from '../detect/normalise.ts'
import { normalise } from '../detect/normalise.ts'
import type { Span } from '../detect/span.ts'
import { Generations } from './generations.ts'
import type { ChineseForms, KnownForm } from './known-forms.ts'
import type { KnownHit } from './known-part.ts'
import { KnownPart, nameOf, outermost } from './known-part.ts'
import { SignRuns } from './sign-runs.ts'

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

/** What was found in a text. */
interface Searched {
  /** Null: something in it is written in another code, so that it has to be read as `searchCoded` does. */
  readonly hits: readonly KnownHit[] | null
  /** Of all that is read in it. */
  readonly signs: SignRuns
}

interface Kept {
  readonly set: number
  readonly searched: Searched
}

/** By the number of texts, and of what stands in them. */
const TEXTS = { entries: 20_000, weight: 50_000 }
/** Of what tells what does not stand in a text, for as much as one place weighs. */
const SIGN_BYTES = 64
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
  readonly #texts = new Generations<Kept>(TEXTS)
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

  /** Where the forms stand in a text. */
  in(set: KnownSet, { value, key }: Asked): Searched {
    const place = key === null ? null : `${set.line} ${key}`
    const known = place === null ? undefined : this.#texts.get(place)
    if (known !== undefined && (known.searched.hits === null || known.set === set.id)) return known.searched
    const searched =
      known !== undefined && known.set === set.before
        ? withNew(known.searched, value, set)
        : wholly(value, set)
    if (place !== null) this.#texts.set(place, { set: set.id, searched }, weightOf(searched))
    return searched
  }
}

const weightOf = ({ hits, signs }: Searched): number => 1 + (hits?.length ?? 0) + signs.sizeBytes / SIGN_BYTES

/** Most texts that were searched before hold nothing of what is new. */
function withNew(searched: Searched, value: string, { parts }: KnownSet): Searched {
  const { hits, signs } = searched
  const last = parts.slice(-1)
  if (last.every((part) => part.near(signs).next().done)) return searched
  const fresh = placed(normalise(value), last)
  return fresh.length === 0 ? searched : { hits: outermost([...(hits ?? []), ...fresh]), signs }
}

function wholly(value: string, { parts }: KnownSet): Searched {
  const read = normalise(value)
  const all = [...textsIn(read.text)]
  return { hits: all.length > 1 ? null : placed(read, parts), signs: new SignRuns(all) }
}

/** In the places of the text as it came. */
const placed = (read: ScanText, parts: readonly KnownPart[]): readonly KnownHit[] =>
  outermost(parts.flatMap((part) => part.find(read.text))).map(({ start, end, form }) => {
    return { start: read.startOf(start), end: read.endOf(end), form }
  })

/** A value in base 64 in an address, say. */
const MOST_CODES = 2

/** A text that was normalised, what stands in it in another code, and in that again. */
function* textsIn(text: string, codes = MOST_CODES): Generator<string> {
  yield text
  if (codes === 0) return
  const coded: string[] = []
  const note = (decoded: string): readonly Span[] => {
    coded.push(normalise(decoded).text)
    return []
  }
  inCodes(text, note, true)
  for (const one of coded) yield* textsIn(one, codes - 1)
}

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
