/** Optimal string alignment distance: insert, delete, replace or swap two neighbours, each costs one. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1]
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const edits = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1)]
      if (swapped) edits.push(at(i - 2, j - 2) + 1)
      row.push(Math.min(...edits))
    }
  }
  return at(from.length, to.length)
}

const plainForm = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const LONGEST_GUESS = 64

/** The candidate that was probably meant; case, dashes and underscores do not count. Undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plainForm(word)
  if (wanted === '' || wanted.length > LONGEST_GUESS) return undefined
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(wanted, plainForm(candidate)) }))
    .filter(({ edits, candidate }) => edits <= allowed && edits < plainForm(candidate).length)
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.candidate
}
