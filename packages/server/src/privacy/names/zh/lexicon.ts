import { readFileSync } from 'node:fs'
import { Context } from './context.ts'
import { CUE_WORDS, PURE_SURNAMES } from './cue-words.ts'
import { SURNAMES } from './surnames.ts'
import { FUNCTION_WORD, PLACE, VERB, WORD, WordTable } from './word-table.ts'

const KINDS: Readonly<Record<string, number>> = { w: WORD, v: VERB, f: FUNCTION_WORD }
/** What a character costs that no table knows, in eighths of a nat. */
export const UNKNOWN = 120

/** Words of grammar that the dictionary's names are full of and the names of people are not. */
const NEVER_GIVEN = Array.from(
  '太为了的在是不没也都就还很更最与及或被把将给对从向往到过着吗呢吧啊这那我你他她它们个上下里外字什么怎说问答写打请让叫已仟佰拾两斤袋十费号单盒馆款税票账价闹药册院司局校级部处',
)
const SELDOM_GIVEN = 130

/** What a saying costs, or a thing that is seldom named. */
const PHRASE = 104

/** What a surname costs as a word by itself. */
const ALONE = 112

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
const PLACE_COSTS: Readonly<Record<string, number>> = {
  province: 70,
  city: 80,
  county: 90,
  bare: 90,
  county_bare: 106,
}

const phrases = () =>
  read('phrases.txt')
    .split(/\s/)
    .filter((phrase) => phrase !== '')

function* words(): Generator<readonly [string, number, number]> {
  for (const line of read('words.txt').split('\n')) {
    const [kind = '', cost, ...row] = line.split(' ')
    for (const word of row) yield [word, Number(cost), KINDS[kind] ?? WORD]
  }
  for (const phrase of phrases()) yield [phrase, PHRASE, WORD]
  for (const line of read('places.txt').split('\n')) {
    const [level = '', ...row] = line.split(' ')
    for (const place of row) if (place.length > 1) yield [place, PLACE_COSTS[level] ?? 92, PLACE]
  }
  yield* CUE_WORDS
}

/** What is known of characters in given names: costs in eighths of a nat, by UTF-16 code, 0 where unknown. */
export interface GivenCosts {
  readonly first: Uint8Array
  readonly second: Uint8Array
  readonly only: Uint8Array
}

export interface Lexicon {
  readonly words: WordTable
  /** Short words that begin as a name does and that nobody is called. */
  readonly things: ReadonlySet<string>
  readonly given: GivenCosts
  readonly context: Context
  /** Cost of a surname of one character by its code; 0: it is none. */
  readonly surnames: Uint8Array
  /** Surnames of two and more characters, by their first. */
  readonly compounds: ReadonlyMap<number, readonly (readonly [surname: string, cost: number])[]>
}

/** A rare surname costs no more than this: where it stands it is seldom anything else. */
const RARE_SURNAME = 55
/** Whatever costs more is a word of every day. */
const HARDLY_SURNAME = 72
const surnameCost = (share: number) => {
  const cost = costOf(share)
  return cost < HARDLY_SURNAME ? Math.min(cost, RARE_SURNAME) : cost
}

const costOf = (share: number) => Math.round(-Math.log(share) * 8)

const NEVER = 255
const OTHER_PLACE = 24
const OTHER_COUNT = 16
const leastOf = (...costs: readonly number[]): number => {
  const least = Math.min(...costs)
  return least < NEVER ? least : 0
}

function readGiven(): GivenCosts {
  const given = [new Uint8Array(65_536), new Uint8Array(65_536), new Uint8Array(65_536)] as const
  for (const line of read('given-characters.txt').split('\n')) {
    const [place, cost, characters = ''] = line.split(' ')
    const costs = given[Number(place)]
    for (const character of characters)
      costs?.fill(Number(cost), character.charCodeAt(0), character.charCodeAt(0) + 1)
  }
  // Fewer names of one character are counted than of two, and a character that is seen in one place may stand in another.
  for (let code = 0; code < 65_536; code += 1) {
    const [first, second, only] = [given[0][code] || NEVER, given[1][code] || NEVER, given[2][code] || NEVER]
    given[0][code] = leastOf(first, second + OTHER_PLACE)
    given[1][code] = leastOf(second, first + OTHER_PLACE)
    given[2][code] = leastOf(only, second + OTHER_COUNT, first + OTHER_COUNT)
  }
  for (const costs of given)
    for (const word of NEVER_GIVEN)
      costs[word.charCodeAt(0)] = Math.max(costs[word.charCodeAt(0)] ?? 0, SELDOM_GIVEN)
  return { first: given[0], second: given[1], only: given[2] }
}

const known: { lexicon?: Lexicon } = {}

/** The tables, which are read once; that takes about 40 ms. */
export const readLexicon = (): Lexicon => (known.lexicon ??= tables())

function tables(): Lexicon {
  const surnames = new Uint8Array(65_536)
  const compounds = new Map<number, [string, number][]>()
  for (const [name, share] of SURNAMES) {
    const code = name.charCodeAt(0)
    if (name.length === 1) surnames[code] = surnameCost(share)
    else compounds.set(code, [...(compounds.get(code) ?? []), [name, costOf(share)]])
  }
  const table = new WordTable(words(), 200_000)
  for (const surname of PURE_SURNAMES) table.raise(surname, ALONE)
  const things = new Set(phrases().filter(({ length, [0]: first = '' }) => length < 4 && SURNAMES.has(first)))
  return { words: table, things, given: readGiven(), context: Context.read(), surnames, compounds }
}
