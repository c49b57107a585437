import {
  FAMILY_NAMES,
  GIVEN_NAMES,
  HAN_FAMILY_NAMES,
  HAN_GIVEN_NAMES,
  HAN_LONG_FAMILY_NAMES,
  HAN_TITLES,
} from './name-lists.ts'
import type { Made, Maker, Making } from './surrogate.ts'

/** Words of a name in Latin letters; what else stands in one stays where it is. */
const WORD = /\p{Script=Latin}[\p{Script=Latin}\p{M}'’]*/gu
const IS_LATIN = /^[\p{Script=Latin}\p{M}'’.,\- ]+$/u
const IS_HAN = /^\p{Script=Han}{2,6}$/u
/** They say nothing of who it is. */
const TITLES = new Set(
  'mr mrs ms miss mx dr prof sir dame lady lord herr frau mme mlle monsieur madame sr sra srta don doña dona señor señora jr ii iii phd md esq'.split(
    ' ',
  ),
)
const PARTICLES = new Set(
  'von van der den de la le du di da del della dos das do y e zu zur bin ibn al el ter ten'.split(' '),
)
const stays = (word: string): boolean => PARTICLES.has(word) || TITLES.has(word.toLowerCase())

/** More is no name. */
const MOST_WORDS = 6
/** Shorter ones stand for nobody by themselves: they would be found in the middle of anything. */
const SHORTEST_PART = 3

/** In the same script, each word of a name for itself, so that a part of it alone becomes the same part. */
export const person: Maker = (value, making) => {
  if (IS_HAN.test(value)) return hanName(value, making)
  return IS_LATIN.test(value) ? latinName(value, making) : null
}

function latinName(value: string, { draw, known }: Making): Made | null {
  const words = value.match(WORD)?.filter((word) => !stays(word)) ?? []
  if (words.length === 0 || words.length > MOST_WORDS) return null
  // `Lee, Anna` has it the other way round.
  const family = value.includes(',') ? words[0] : words.at(-1)
  const parts = new Map<string, string>()
  const stands = value.replaceAll(WORD, (word) => {
    if (stays(word)) return word
    const other = parts.get(word) ?? knownAs(word, known)
    const list = word === family && words.length > 1 ? FAMILY_NAMES : GIVEN_NAMES
    const made = other ?? written(word, word.length === 1 ? draw.of(LETTERS) : draw.of(list))
    parts.set(word, made)
    return made
  })
  if (new Set(parts.values()).size < parts.size) return null
  return {
    surrogate: stands,
    parts: [...parts].filter(
      ([word, made]) => word !== value && word.length >= SHORTEST_PART && made.length >= SHORTEST_PART,
    ),
  }
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T'] as const

/** Also where it was seen in other letters: `LEE` is who `Lee` is. */
function knownAs(word: string, known: Making['known']): string | undefined {
  const exact = known(word)
  if (exact !== undefined) return exact
  const small = word.toLowerCase()
  const other =
    known(small.charAt(0).toUpperCase() + small.slice(1)) ?? known(small) ?? known(word.toUpperCase())
  return other === undefined ? undefined : written(word, other)
}

/** In small or capital letters, as the word that it stands for is. */
function written(word: string, name: string): string {
  if (word.length > 1 && word === word.toUpperCase()) return name.toUpperCase()
  return word === word.toLowerCase() ? name.toLowerCase() : name
}

function hanName(value: string, { draw, steady }: Making): string | null {
  const title = HAN_TITLES.find((one) => value.endsWith(one) && value.length > one.length) ?? ''
  const name = value.slice(0, value.length - title.length)
  const length = HAN_LONG_FAMILY_NAMES.has(name.slice(0, 2)) ? 2 : 1
  const given = name.slice(length)
  if (given.length > 2) return null
  const family = steady(`family ${name.slice(0, length)}`).of(HAN_FAMILY_NAMES)
  if (given === '') return title === '' ? null : family + title
  return family + draw.of(HAN_GIVEN_NAMES) + title
}

/** How else people may call somebody of whom a name and its stand-in are Chinese: by family and title. */
export function titledNames(value: string, surrogate: string): readonly (readonly [string, string])[] {
  if (!IS_HAN.test(value) || !/^\p{Script=Han}{3}$/u.test(surrogate)) return []
  const length = HAN_LONG_FAMILY_NAMES.has(value.slice(0, 2)) ? 2 : 1
  // 一周总结 would hold a 周总.
  return HAN_TITLES.filter((title) => title.length > 1).map((title) => [
    value.slice(0, length) + title,
    surrogate.slice(0, 1) + title,
  ])
}
