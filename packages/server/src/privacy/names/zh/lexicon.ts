import { readFileSync } from 'node:fs'
import { CUE_WORDS } from './cue-words.ts'
import { SURNAMES } from './surnames.ts'
import { FUNCTION_WORD, PLACE, VERB, WORD, WordTable } from './word-table.ts'

const KINDS: Readonly<Record<string, number>> = { w: WORD, v: VERB, f: FUNCTION_WORD }
/** What a character costs that no table knows, in eighths of a nat. */
export const UNKNOWN = 120

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
const PLACE_COSTS: Readonly<Record<string, number>> = { province: 70, city: 80, county: 90, bare: 92 }

function* words(): Generator<readonly [string, number, number]> {
  for (const line of read('words.txt').split('\n')) {
    const [kind = '', cost, ...row] = line.split(' ')
    for (const word of row) yield [word, Number(cost), KINDS[kind] ?? WORD]
  }
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
  readonly given: GivenCosts
  /** Cost of a surname of one character by its code; 0: it is none. */
  readonly surnames: Uint8Array
  /** Surnames of two and more characters, by their first. */
  readonly compounds: ReadonlyMap<number, readonly (readonly [surname: string, cost: number])[]>
}

const costOf = (share: number) => Math.round(-Math.log(share) * 8)

function readGiven(): GivenCosts {
  const given = [new Uint8Array(65_536), new Uint8Array(65_536), new Uint8Array(65_536)] as const
  for (const line of read('given-characters.txt').split('\n')) {
    const [place, cost, characters = ''] = line.split(' ')
    const costs = given[Number(place)]
    for (const character of characters)
      costs?.fill(Number(cost), character.charCodeAt(0), character.charCodeAt(0) + 1)
  }
  return { first: given[0], second: given[1], only: given[2] }
}

/** Reads the tables; about 40 ms. */
export function readLexicon(): Lexicon {
  const surnames = new Uint8Array(65_536)
  const compounds = new Map<number, [string, number][]>()
  for (const [name, share] of SURNAMES) {
    const code = name.charCodeAt(0)
    if (name.length === 1) surnames[code] = costOf(share)
    else compounds.set(code, [...(compounds.get(code) ?? []), [name, costOf(share)]])
  }
  return { words: new WordTable(words(), 160_000), given: readGiven(), surnames, compounds }
}
