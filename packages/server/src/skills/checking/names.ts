import { WELL_KNOWN_PACKAGES, WELL_KNOWN_PUBLISHERS, WELL_KNOWN_SKILLS } from './known/names.ts'

/** Signs that are read as others, by how they look. */
const LOOKS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
}
const SHORTEST = 5

/** A name as the eye takes it. */
const skeleton = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[-_.\s]/g, '')
    .replaceAll(/[0134578 9]/g, (sign) => LOOKS[sign] ?? sign)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')

/** Changes of one sign, or of two neighbours, that lead from one name to the other; `most` + 1 when more. */
export function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[line - 1] === other[column - 1]
      let least = Math.min(
        (row[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (row[column - 1] ?? 0) + (isSame ? 0 : 1),
      )
      if (
        line > 1 &&
        column > 1 &&
        one[line - 1] === other[column - 2] &&
        one[line - 2] === other[column - 1]
      ) {
        least = Math.min(least, (before[column - 2] ?? 0) + 1)
      }
      next.push(least)
    }
    before = row
    row = next
  }
  return row[other.length] ?? most + 1
}

/** The well-known name that another one imitates; null where it is that name or nothing like it. */
export function imitated(name: string, known: readonly string[]): string | null {
  if (name.length < SHORTEST || known.includes(name)) return null
  const seen = skeleton(name)
  return known.find((one) => one.length >= SHORTEST && isImitation(name, seen, one)) ?? null
}

function isImitation(name: string, seen: string, known: string): boolean {
  const original = skeleton(known)
  // Other separators alone make no imitation of a plain word: web-search and websearch are both honest.
  if (seen === original) return name.replaceAll(/[-_.]/g, '') !== known.replaceAll(/[-_.]/g, '')
  const most = original.length >= 10 ? 2 : 1
  // A letter more or less at the end is a plural, and a number is a version.
  if (seen === `${original}s` || original === `${seen}s` || /\d$/.test(name)) return false
  return original.length >= 6 && distance(seen, original, most) <= most
}

export const imitatedSkill = (name: string): string | null => imitated(name, WELL_KNOWN_SKILLS)
export const imitatedPublisher = (name: string): string | null => imitated(name, WELL_KNOWN_PUBLISHERS)
export const imitatedPackage = (name: string): string | null => imitated(name, WELL_KNOWN_PACKAGES)
