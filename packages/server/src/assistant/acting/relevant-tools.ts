import { idf, lengthNorm, termScore } from '../../knowledge/bm25.ts'
import { termsOf } from '../../knowledge/analysis.ts'
import type { Tool } from '../../skills/tool.ts'

/** More of them make a model choose worse, and cost it more to read. */
export const MOST_OFFERED = 12

interface Known {
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
}

/** What people ask for says more than what an author wrote about it. */
const WEIGHTS = { name: 2, example: 2, description: 1 } as const
const SEPARATORS = /__|_/g
const PLACEHOLDER = /\{\{\s*[\w-]+\s*\}\}/g

const known = new WeakMap<Tool, Known>()

function read(tool: Tool): Known {
  const found = known.get(tool)
  if (found) return found
  const counts = new Map<string, number>()
  let length = 0
  const add = (text: string, weight: number): void => {
    for (const term of termsOf(text)) {
      counts.set(term, (counts.get(term) ?? 0) + weight)
      length += weight
    }
  }
  add(tool.name.replaceAll(SEPARATORS, ' '), WEIGHTS.name)
  add(tool.description, WEIGHTS.description)
  for (const example of tool.examples ?? []) add(example.replaceAll(PLACEHOLDER, ' '), WEIGHTS.example)
  const made = { counts, length }
  known.set(tool, made)
  return made
}

interface Wanted {
  /** What was asked, the newest first. */
  readonly said: readonly string[]
  /** Names of tools that the conversation has used. */
  readonly used: ReadonlySet<string>
  readonly most?: number
}

/** What was said before counts less than what was said last. */
const EARLIER = 0.3

/**
 * Of many tools those that what was said is about: the best by their names, descriptions and examples, and whatever the
 * conversation has used. In the order in which they were given.
 */
export function relevantTools(
  tools: readonly Tool[],
  { said, used, most = MOST_OFFERED }: Wanted,
): readonly Tool[] {
  if (tools.length <= most) return tools
  const scores = scoresOf(tools, said)
  const isKept = tools.map(({ name }) => used.has(name))
  const left = most - isKept.filter(Boolean).length
  const best = [...tools.keys()]
    .filter((at) => !isKept[at] && (scores[at] ?? 0) > 0)
    .toSorted((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other)
    .slice(0, Math.max(left, 0))
  const chosen = new Set(best)
  return tools.filter((_, at) => isKept[at] || chosen.has(at))
}

function scoresOf(tools: readonly Tool[], said: readonly string[]): readonly number[] {
  const all = tools.map(read)
  const mean = all.reduce((sum, { length }) => sum + length, 0) / all.length
  const weights = new Map<string, number>()
  for (const [at, text] of said.entries())
    for (const term of new Set(termsOf(text)))
      weights.set(term, Math.max(weights.get(term) ?? 0, at === 0 ? 1 : EARLIER))
  const scores = Array.from(tools, () => 0)
  for (const [term, weight] of weights) {
    const holding = all.filter(({ counts }) => counts.has(term)).length
    if (holding === 0) continue
    const rarity = idf(all.length, holding)
    for (const [at, { counts, length }] of all.entries()) {
      const count = counts.get(term)
      if (count === undefined) continue
      scores[at] = (scores[at] ?? 0) + weight * rarity * termScore(count, lengthNorm(length, mean))
    }
  }
  return scores
}
