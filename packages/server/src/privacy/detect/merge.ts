import { NATIONAL_ID_TYPES } from '@freehold/contract/national-ids.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from './span.ts'
import { ACTING_SCORE } from './span.ts'

/** Who has a place that several claim: the first before the others, and what is not named in between. */
const FIRST: readonly EntityType[] = [
  'SECRET',
  'EMAIL',
  'CN_RESIDENT_ID',
  'CN_USCC',
  'IBAN',
  'CRYPTO',
  'BANK_CARD',
  'MAC',
  'IP',
]
/** Numbers without a checksum: the surer one, then in this order. */
const NUMBERS: readonly EntityType[] = [
  'PHONE',
  'DATE_OF_BIRTH',
  'GEO',
  'PASSPORT',
  'MEDICAL_ID',
  'BANK_ACCOUNT',
  'PLATE',
]
const LAST: readonly EntityType[] = ['ADDRESS', 'ORGANIZATION', 'PERSON', 'LOCATION', 'URL']
const TIERS: ReadonlyMap<EntityType, number> = new Map([
  ...FIRST.map((type, i) => [type, i] as const),
  ...NUMBERS.map((type) => [type, FIRST.length + 1] as const),
  ...LAST.map((type, i) => [type, FIRST.length + 2 + i] as const),
])
const tier = (type: EntityType): number => TIERS.get(type) ?? FIRST.length

/** They hold other things, which keep their own types, and the rest of them stays covered. */
const CONTAINERS: ReadonlySet<EntityType> = new Set(['URL', 'ADDRESS', 'ORGANIZATION', 'SECRET'])
/** Only what has a checksum can be mistyped. */
const CHECKED: ReadonlySet<EntityType> = new Set(['CN_RESIDENT_ID', 'CN_USCC', 'IBAN', 'BANK_CARD', 'CRYPTO'])
/** A URL is one thing with its host and its user, and more than them. */
const PARTS_OF_A_URL: ReadonlySet<EntityType> = new Set(['IP', 'EMAIL'])
const NAMES: ReadonlySet<EntityType> = new Set(['PERSON', 'LOCATION', 'ORGANIZATION', 'ADDRESS'])
/** What a mistyped number is full of. */
const PIECES: ReadonlySet<EntityType> = new Set<EntityType>([
  'PHONE',
  'BANK_ACCOUNT',
  'BANK_CARD',
  'PASSPORT',
  'MEDICAL_ID',
  'PLATE',
  'DATE_OF_BIRTH',
  'GEO',
  'ADDRESS',
  'LOCATION',
  'ORGANIZATION',
  'PERSON',
  ...NATIONAL_ID_TYPES,
])
/** From here on a number inside of a mistyped one is believed. */
const SURE = 0.9
/** From here on what another span left of a span stays covered. */
const WORTH_A_PIECE = 0.8

const acts = (span: Span): boolean => span.score >= ACTING_SCORE
const size = (span: Span): number => span.end - span.start
const isMistyped = (span: Span): boolean => CHECKED.has(span.type) && !acts(span)

/** Acting ones first, then by the order of types, score and size. */
function compare(a: Span, b: Span): number {
  if (acts(a) !== acts(b)) return acts(a) ? -1 : 1
  if (a.type === b.type) return size(b) - size(a) || b.score - a.score
  return (
    tier(a.type) - tier(b.type) ||
    b.score - a.score ||
    NUMBERS.indexOf(a.type) - NUMBERS.indexOf(b.type) ||
    size(b) - size(a)
  )
}

/** Spans that overlap each other in a chain; nothing in one lot overlaps anything of another. */
function* lots(spans: readonly Span[]): Generator<Span[]> {
  let lot: Span[] = []
  let end = -1
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start >= end && lot.length > 0) {
      yield lot
      lot = []
    }
    lot.push(span)
    end = Math.max(end, span.end)
  }
  if (lot.length > 0) yield lot
}

/** Places of a stretch of text that can be taken, each once. Finding the next free one costs the same however many are taken. */
class Places {
  readonly #from: number
  /** Of each place itself while it is free, otherwise a later place from which to look on. */
  readonly #next: Int32Array

  constructor(from: number, end: number) {
    this.#from = from
    this.#next = Int32Array.from({ length: end - from + 1 }, (_, i) => i)
  }

  /** The first free place from here on. */
  free(at: number): number {
    const next = this.#next
    let root = at - this.#from
    while ((next[root] ?? root) !== root) root = next[root] ?? root
    for (let i = at - this.#from; i !== root;) {
      const after = next[i] ?? root
      next[i] = root
      i = after
    }
    return root + this.#from
  }

  take(start: number, end: number): void {
    for (let at = this.free(start); at < end; at = this.free(at))
      this.#next[at - this.#from] = at - this.#from + 1
  }

  /** Whether all of it is taken. */
  isTaken(start: number, end: number): boolean {
    return this.free(start) >= end
  }

  /** The first taken place from a free one on. */
  endOfFree(at: number, end: number): number {
    let last = at
    while (last < end && this.#next[last - this.#from] === last - this.#from) last += 1
    return last
  }
}

/**
 * Each place belongs to one span, and whatever an acting span covered stays covered. What a mistyped number consists of is
 * no value of its own.
 */
export function merge(spans: readonly Span[], text: string): Span[] {
  const merged: Span[] = []
  for (const lot of lots(spans)) {
    if (lot.length === 1) merged.push(...lot)
    else for (const span of settled(lot, text)) merged.push(span)
  }
  return merged
}

function settled(lot: readonly Span[], text: string): Span[] {
  const from = lot[0]?.start ?? 0
  const end = lot.reduce((last, span) => Math.max(last, span.end), from)
  const taken = new Places(from, end)
  const owned: Span[] = []
  for (const span of withoutPieces(withoutHosts(lot, text), from, end).toSorted(compare)) {
    if (taken.isTaken(span.start, span.end)) continue
    for (const piece of freePieces(span, taken, text)) owned.push(piece)
    if (acts(span) || owned.at(-1) === span) taken.take(span.start, span.end)
  }
  return owned.toSorted((a, b) => a.start - b.start)
}

/** Without addresses that are the host of a URL, or its user and host, and without names in its path. */
function withoutHosts(lot: readonly Span[], text: string): readonly Span[] {
  const urls = lot.filter(({ type }) => type === 'URL')
  if (urls.length === 0) return lot
  const hosts = new Set(
    urls.map(({ start, end }) => {
      const host = start + text.slice(start, Math.min(end, start + 300)).search(/:\/\//) + 3
      return text[host] === '[' ? host + 1 : host
    }),
  )
  return lot.filter(({ type, start, end }) => {
    if (PARTS_OF_A_URL.has(type)) return !hosts.has(start)
    return !NAMES.has(type) || !urls.some((url) => url.start <= start && end <= url.end)
  })
}

/** Without numbers inside of a mistyped one that have no checksum of their own. */
function withoutPieces(lot: readonly Span[], from: number, end: number): readonly Span[] {
  if (!lot.some(isMistyped)) return lot
  const mistyped = new Places(from, end)
  let largest = 0
  for (const span of lot) {
    if (!isMistyped(span)) continue
    mistyped.take(span.start, span.end)
    largest = Math.max(largest, size(span))
  }
  return lot.filter((span) => {
    if (isMistyped(span) || !PIECES.has(span.type) || !mistyped.isTaken(span.start, span.end)) return true
    return span.score >= SURE && !(span.type === 'BANK_CARD' && size(span) < largest)
  })
}

/** What of a span nobody has yet: all, nothing, or the pieces that say something. */
function freePieces(span: Span, taken: Places, text: string): readonly Span[] {
  const pieces: Span[] = []
  for (let start = taken.free(span.start); start < span.end;) {
    const end = taken.endOfFree(start, span.end)
    if (start === span.start && end === span.end) return [span]
    const last = end < span.end && NAMES.has(span.type) ? beforeLabel(text, start, end) : end
    if (/[\p{L}\p{N}]/u.test(text.slice(start, last))) pieces.push({ ...span, start, end: last })
    start = taken.free(end)
  }
  const isKept = acts(span) && (CONTAINERS.has(span.type) || span.score >= WORTH_A_PIECE)
  if (!isKept) return []
  return NAMES.has(span.type) ? pieces.flatMap((piece) => ofAName(piece, text)) : pieces
}

/** An address does not end with the line on which the next number is named: `12 Oak Street⏎Phone 555…`. */
function beforeLabel(text: string, start: number, end: number): number {
  const label = /\n[ \t]*\p{L}[\p{L} .#/-]{0,20}:?[ \t]*$/u.exec(
    text.slice(Math.max(start, end - 32), end),
  )?.[0]
  return label === undefined ? end : end - label.length
}

/** A word with a capital, two capitals, a number, a postcode. */
const NAMED = /^#?(?:\p{Lu}[\p{Ll}.'’-]+|\p{Lu}{2}|\p{N}{1,6}\p{L}?|(?=\p{Lu}*\p{N})[\p{Lu}\p{N}]{2,8})\.?$/u

/** What of a piece that a number left of a name or an address is still of it, without the sentence between them. */
function ofAName(piece: Span, text: string): readonly Span[] {
  const value = text.slice(piece.start, piece.end)
  if (/\p{Script=Han}/u.test(value)) return [piece]
  const words = [...value.matchAll(/[^\s,;:]+/g)].filter(([word]) => /[\p{L}\p{N}]/u.test(word))
  const first = words.findIndex(([word]) => NAMED.test(word))
  const last = words.findLastIndex(([word]) => NAMED.test(word))
  const within = words.slice(first, last + 1)
  const named = within.filter(([word]) => NAMED.test(word))
  const [begin, end] = [words[first], words[last]]
  const isOne = named.length * 2 > within.length && (named.length > 1 || /\p{N}/u.test(value))
  if (begin === undefined || end === undefined || !isOne) return []
  return [{ ...piece, start: piece.start + begin.index, end: piece.start + end.index + end[0].length }]
}
