import type { Lexicon } from './lexicon.ts'
import { UNKNOWN } from './lexicon.ts'
import { BESIDE_GIVEN, BONUS, CONTEXT, NameModel } from './name-model.ts'
import { ALNUM, LOOSE, MARK, NAME, Tokens } from './tokens.ts'
import { CUE, FUNCTION_WORD, PLACE, VERB, nextHash } from './word-table.ts'

/** A longer stretch of Han without a mark is cut: people write none, and the time stays linear. */
const STRETCH = 256
const FAR = 0x3fffffff
/** A name that is missed costs more than a word that is taken for one. */
const ANYWHERE = 12
const WITHIN_PLACE = 60

export const isHan = (code: number): boolean =>
  (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf)
const isAlnum = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** 这张图, 两段路: surnames that count things, and what stands before them then. */
const COUNTING = new Set(Array.from('张段项包车支束节方管', (character) => character.charCodeAt(0)))
const COUNT_BEFORE = /[这那一两二三四五六七八九十几每某整半首\d]/
const COUNTED = 40
const countedAt = (text: string, at: number): number =>
  COUNTING.has(text.charCodeAt(at)) && COUNT_BEFORE.test(text[at - 1] ?? '') ? COUNTED : 0

const OPENING = new Set(Array.from('：:“"‘\'（(【[《<>@=　 \t', (character) => character.charCodeAt(0)))
const LISTING = '、'.charCodeAt(0)

/**
 * Cuts a text into words by what they cost: the cheapest way through the words of the table, loose characters, and names of
 * the model. So a name is seen where it explains the text better than words do, and not where "于是" or "高兴" stands.
 */
export class Segmenter {
  readonly tokens = new Tokens()
  readonly #lexicon: Lexicon
  readonly #names: NameModel
  readonly #best = new Int32Array(STRETCH + 1)
  readonly #from = new Int16Array(STRETCH + 1)
  readonly #kind = new Uint16Array(STRETCH + 1)
  readonly #pathStarts = new Int16Array(STRETCH + 1)
  readonly #pathKinds = new Uint16Array(STRETCH + 1)

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
    this.#names = new NameModel(lexicon)
  }

  cut(text: string): Tokens {
    this.tokens.clear()
    let at = 0
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (isHan(code)) at = this.#cutStretch(text, at)
      else if (isAlnum(code)) {
        const start = at
        while (at < text.length && isAlnum(text.charCodeAt(at))) at += 1
        this.tokens.push(start, ALNUM)
      } else {
        this.tokens.push(at, MARK)
        at += 1
      }
    }
    this.tokens.finish(text.length)
    return this.tokens
  }

  #cutStretch(text: string, start: number): number {
    let end = start + 1
    while (end < text.length && end - start < STRETCH && isHan(text.charCodeAt(end))) end += 1
    this.#best.fill(FAR, 1, end - start + 1)
    this.#best[0] = 0
    for (let at = start; at < end; at += 1) {
      this.#words(text, start, at, end)
      this.#namesAt(text, start, at, end)
    }
    this.#push(start, end - start)
    return end
  }

  #offer(here: number, there: number, cost: number, kind: number): void {
    const total = (this.#best[here] ?? 0) + cost
    if (total >= (this.#best[there] ?? FAR)) return
    this.#best[there] = total
    this.#from[there] = here
    this.#kind[there] = kind
  }

  #words(text: string, start: number, at: number, end: number): void {
    const { words } = this.#lexicon
    let hash = 0
    let known = false
    for (let i = at; i < end; i += 1) {
      hash = nextHash(hash, text.charCodeAt(i))
      const slot = words.find(hash)
      if (slot < 0) break
      const cost = words.cost(slot)
      if (cost > 0) {
        this.#offer(at - start, i + 1 - start, cost, words.kind(slot) | (i === at ? LOOSE : 0))
        if (i === at) known = true
      }
      if (!words.hasLonger(slot)) break
    }
    if (!known) this.#offer(at - start, at + 1 - start, UNKNOWN, LOOSE)
  }

  #namesAt(text: string, start: number, at: number, end: number): void {
    const code = text.charCodeAt(at)
    const { surnames, compounds, given, context } = this.#lexicon
    const hasSurname = surnames[code] !== 0 || compounds.has(code) || '老小阿大二'.includes(text[at] ?? '')
    const mayBeGiven = at + 2 <= end && given.first[code] !== 0
    if (!hasSurname && !mayBeGiven) return
    const said = context.before(text, at) - this.#splitsPlace(text, start, at) - countedAt(text, at)
    if (mayBeGiven && said >= BESIDE_GIVEN) {
      const cost = this.#names.givenAlone(text, at, end, said)
      if (cost > 0) this.#offer(at - start, at + 2 - start, cost, NAME)
    }
    const bonus = this.#bonus(text, start, at) / 2 + said * CONTEXT + ANYWHERE
    if (mayBeGiven) {
      this.#names.petName(text, at, end, bonus)
      this.#offerNames(start, at)
    }
    if (!hasSurname) return
    this.#names.isEdge = at === start
    this.#names.find(text, at, end, bonus)
    this.#offerNames(start, at)
  }

  /** 上海瑞康: what would begin within the name of a place is hardly a person. */
  #splitsPlace(text: string, start: number, at: number): number {
    return at > start && (this.#lexicon.words.kindOf(text, at - 1, at + 1) & PLACE) !== 0 ? WITHIN_PLACE : 0
  }

  #offerNames(start: number, at: number): void {
    for (let i = 0; i < this.#names.count; i += 1)
      this.#offer(at - start, (this.#names.ends[i] ?? 0) - start, this.#names.costs[i] ?? FAR, NAME)
  }

  #bonus(text: string, start: number, at: number): number {
    if (at > start) {
      const before = this.#kind[at - start] ?? 0
      if ((before & CUE) !== 0) return BONUS.cue
      return (before & (FUNCTION_WORD | VERB)) !== 0 ? 3 : BONUS.none
    }
    if (at === 0) return BONUS.edge
    let mark = this.tokens.count - 1
    const code = text.charCodeAt(at - 1)
    if (code === LISTING) return (this.tokens.kind(mark - 1) & NAME) !== 0 ? BONUS.cue : BONUS.list
    if (!OPENING.has(code)) return BONUS.edge
    while (
      mark > 0 &&
      this.tokens.count - mark < 4 &&
      OPENING.has(text.charCodeAt(this.tokens.start(mark - 1)))
    )
      mark -= 1
    return (this.tokens.kind(mark - 1) & CUE) !== 0 ? BONUS.label : BONUS.edge
  }

  #push(start: number, length: number): void {
    let count = 0
    for (let at = length; at > 0; at = this.#from[at] ?? 0) {
      this.#pathStarts[count] = this.#from[at] ?? 0
      this.#pathKinds[count] = this.#kind[at] ?? 0
      count += 1
    }
    for (let i = count - 1; i >= 0; i -= 1)
      this.tokens.push(start + (this.#pathStarts[i] ?? 0), this.#pathKinds[i] ?? 0)
  }
}
