import type { SkillFile } from '../skill-file.ts'
import { lineOf } from '../skill-file.ts'

/** Words that say nothing of a subject, as far as they are compared. */
const COMMON = new Set(
  'this that with from when after before always make sure into your will must should have each every they them then than also only more most very same such some what which where while other users using used'
    .split(' ')
    .map((word) => word.slice(0, 6)),
)
const LONGEST_LINE = 2000
const FEWEST_WORDS = 3

export interface Strangeness {
  /** Which share of the words of a line stand elsewhere in the file; null where it has too few. */
  readonly shareOf: (line: number) => number | null
  /** What is usual in this file. */
  readonly usual: number
}

/** How much of what a line speaks of the rest of the file speaks of too. What was put in later mostly brings its own words. */
export function strangenessOf({ text, lines }: SkillFile): Strangeness {
  const counts = new Map<string, number>()
  const wordsAt = (line: number): ReadonlySet<string> =>
    wordsOf(lineOf(text, lines, line).slice(0, LONGEST_LINE))
  for (let line = 0; line < lines.length; line += 1)
    for (const word of wordsAt(line)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const shareOf = (line: number): number | null => {
    const words = [...wordsAt(line)]
    if (words.length < FEWEST_WORDS) return null
    return words.filter((word) => (counts.get(word) ?? 0) > 1).length / words.length
  }
  const shares = lines
    .map((_, line) => shareOf(line))
    .filter((share) => share !== null)
    .toSorted((one, other) => one - other)
  return { shareOf, usual: shares[shares.length >> 1] ?? 1 }
}

/** Stems of Latin words, and pairs of Chinese characters. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const [word] of text.toLowerCase().matchAll(/[a-z]{4,24}/g)) words.add(word.slice(0, 6))
  for (const [run] of text.matchAll(/[\u4e00-\u9fff]{2,80}/g))
    for (let at = 0; at + 1 < run.length; at += 1) words.add(run.slice(at, at + 2))
  for (const word of COMMON) words.delete(word)
  return words
}
