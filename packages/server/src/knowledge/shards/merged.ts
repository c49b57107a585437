import type { SearchResult } from '../retrieval.ts'

/**
 * Answers of several parts of an index as one. Each part knows how rare a word is among its own documents only, so
 * that scores are compared as shares of what the question could have reached there.
 */
export function mergedResults(parts: readonly SearchResult[], limit: number): SearchResult {
  const [only] = parts
  if (only && parts.length === 1) return only
  const totals = parts.map(({ weights }) => [...weights.values()].reduce((sum, weight) => sum + weight, 0))
  const mean = totals.reduce((sum, total) => sum + total, 0) / Math.max(1, parts.length)
  const hits = parts
    .flatMap((part, at) => {
      const total = totals[at] ?? 0
      const scale = total > 0 ? mean / total : 1
      return part.hits.map((hit) => Object.assign({}, hit, { score: hit.score * scale }))
    })
    .toSorted((a, b) => b.score - a.score || (a.document < b.document ? -1 : 1) || a.start - b.start)
    .slice(0, limit)
  const weights = new Map<string, number>()
  for (const part of parts)
    for (const [term, weight] of part.weights)
      weights.set(term, (weights.get(term) ?? 0) + weight / parts.length)
  return Object.assign({}, ...parts, { hits, weights }) as SearchResult
}
