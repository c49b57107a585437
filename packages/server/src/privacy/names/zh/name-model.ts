import type { Lexicon } from './lexicon.ts'
import { addressStep } from './suffixes.ts'
import { CUE, FUNCTION_WORD, SAYS, TITLE, VERB } from './word-table.ts'

/** All costs are eighths of a nat: what it costs that a name stands here at all, by its form. */
const FULL_NAME = 34
const SURNAME_AND_TITLE = 14
const NICKNAME = 44
const MASKED = 16
/** A character that no given name of the table has. */
const RARE = 125
/** The second of two equal ones: 娟娟. */
const TWICE = 48

/** What stands before a name and makes it likelier. */
export const BONUS = { none: 0, edge: 8, list: 12, cue: 22, label: 36 } as const

const PREFIXES = new Set(Array.from('老小阿大', (character) => character.charCodeAt(0)))
const MASK = '某'.charCodeAt(0)
const ORDINALS = new Set(Array.from('甲乙丙丁', (character) => character.charCodeAt(0)))
const NICK_TITLES = new Set(
  Array.from('总工哥姐叔姨董导局处嫂婶妈爸', (character) => character.charCodeAt(0)),
)
/** A surname that is borne by fewer stands in no nickname; 49 is one in five hundred. */
const NICKNAME_SURNAME = 52

/** Tells of a stretch of Han which names can begin at a character, and what each costs. */
export class NameModel {
  readonly #lexicon: Lexicon
  /** Ends and costs of the names that the last call found. */
  readonly ends = new Int32Array(16)
  readonly costs = new Int32Array(16)
  count = 0
  /** Where the Han ends in which a name is sought. */
  #limit = 0

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** The names that begin at `at` and end by `limit`, where the Han ends; `bonus` is what stands before is worth. */
  find(text: string, at: number, limit: number, bonus: number): void {
    this.count = 0
    this.#limit = limit
    const code = text.charCodeAt(at)
    const surname = this.#lexicon.surnames[code] ?? 0
    if (surname > 0) this.#afterSurname(text, at, at + 1, surname - bonus)
    for (const [name, cost] of this.#lexicon.compounds.get(code) ?? [])
      if (text.startsWith(name, at)) this.#afterSurname(text, at, at + name.length, cost - 4 - bonus)
    if (PREFIXES.has(code) && at + 1 < limit) this.#nickname(text, at, limit, bonus)
  }

  #push(end: number, cost: number): void {
    if (this.count >= this.ends.length) return
    this.ends[this.count] = end
    this.costs[this.count] = Math.max(1, cost)
    this.count += 1
  }

  #afterSurname(text: string, at: number, given: number, cost: number): void {
    const limit = this.#limit
    if (given >= limit) return
    const { first, only } = this.#lexicon.given
    const one = text.charCodeAt(given)
    if (one === MASK) {
      let end = given + 1
      if (end < limit && text.charCodeAt(end) === MASK) end += 1
      if (end < limit && ORDINALS.has(text.charCodeAt(end))) end += 1
      this.#push(end, MASKED + cost)
      return
    }
    const title = this.#lexicon.words.longest(text, given, limit, TITLE)
    if (NICK_TITLES.has(one) && title === 1 && cost < 60) this.#push(given + 1, NICKNAME - 4 + cost)
    if (title > 1) this.#push(given, SURNAME_AND_TITLE + cost)
    const compound = given - at > 1 ? -8 : 0
    this.#push(
      given + 1,
      FULL_NAME + 6 + compound + cost + (only[one] || RARE) - this.#after(text, given + 1, limit),
    )
    if (given + 1 >= limit) return
    const two = text.charCodeAt(given + 1)
    // 鑫苑小区 is an estate, whoever is called 苑.
    const step = addressStep(text, given, given + 2)
    if (step !== null && step[0].length === 2) return
    this.#push(
      given + 2,
      FULL_NAME +
        compound +
        cost +
        (first[one] || RARE) +
        this.#second(one, two) -
        this.#after(text, given + 2, limit),
    )
  }

  #second(one: number, two: number): number {
    const cost = this.#lexicon.given.second[two] || RARE
    return one === two ? Math.min(cost, TWICE) : cost
  }

  #nickname(text: string, at: number, limit: number, bonus: number): void {
    const surname = this.#lexicon.surnames[text.charCodeAt(at + 1)] ?? 0
    if (surname > 0 && surname <= NICKNAME_SURNAME)
      this.#push(at + 2, NICKNAME + surname - bonus - this.#after(text, at + 2, limit) / 2)
  }

  /** What stands after a name and makes it likelier. */
  #after(text: string, end: number, limit: number): number {
    if (end >= limit) return 6
    const kinds = this.#lexicon.words.kindsFrom(text, end)
    if ((kinds & TITLE) !== 0) return 24
    if ((kinds & SAYS) !== 0) return 12
    return (kinds & (FUNCTION_WORD | VERB | CUE)) !== 0 ? 4 : 0
  }
}
