import { readFileSync } from 'node:fs'
import wordList from 'word-list'
import { hashOf } from '../../src/privacy/names/en/tokens.ts'
import {
  COUNTRY,
  FIRST_NAME,
  LAST_NAME,
  ORGANISATION,
  PLACE,
  STREET,
  TITLE,
  Vocabulary,
} from '../../src/privacy/names/en/vocabulary.ts'
import {
  COMPANIES,
  COMPANY_ENDS,
  COUNTRIES,
  FIRST_NAMES,
  LAST_NAMES,
  PLACES,
  STREET_WORDS,
  TECHNICAL_WORDS,
} from './values.ts'

const TITLES =
  'mr mrs ms miss mx dr prof professor sir madam lady lord rev reverend father sister brother captain sergeant inspector judge justice senator president minister mayor uncle aunt auntie dame don herr frau señor señora madame monsieur mister coach nurse lt hon'
const INSTITUTIONS =
  'hospital clinic university college school academy library museum airport council police bank institute ministry department agency foundation trust society association church theatre pharmacy brewery club union court authority commission'
const STREETS_ELSEWHERE =
  'straße strasse weg gasse allee platz rue avenue boulevard calle avenida plaza via viale piazza rua corso paseo chemin quai laan straat gatan vej ulica'

const parts = (names: readonly string[]): string[] => names.flatMap((name) => name.split(' '))

/** Names, places and the words around them, as the tagger looks them up. */
export function vocabulary(): Vocabulary {
  const kinds: readonly (readonly [words: readonly string[], flag: number])[] = [
    [parts(FIRST_NAMES), FIRST_NAME],
    [parts(LAST_NAMES), LAST_NAME],
    [parts(PLACES).filter((word) => word.length > 2), PLACE],
    [COUNTRIES, COUNTRY],
    [TITLES.split(' '), TITLE],
    [[...STREET_WORDS, ...STREETS_ELSEWHERE.split(' ')], STREET],
    [
      [...COMPANY_ENDS.map((end) => end.replace(/\.$/, '')), ...INSTITUTIONS.split(' '), ...COMPANIES],
      ORGANISATION,
    ],
  ]
  const flags = new Map<number, number>()
  for (const [words, flag] of kinds)
    for (const word of words) flags.set(hashOf(word), (flags.get(hashOf(word)) ?? 0) | flag)
  return Vocabulary.of([...flags], commonWords())
}

function* commonWords(): Generator<number> {
  for (const word of readFileSync(wordList, 'utf8').split('\n')) if (word !== '') yield hashOf(word)
  for (const word of TECHNICAL_WORDS) yield hashOf(word)
}
