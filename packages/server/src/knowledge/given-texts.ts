import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { GivenText } from '@freehold/contract/chat.ts'
import { termsOf } from './analysis.ts'
import type { Found, FoundPassage } from './finding.ts'
import { headingLines, passagesOf } from './passages.ts'
import type { QuotableDocument } from './text-cache.ts'

/** Passages analysed between two turns of the event loop. */
const READ_AT_ONCE = 3
/** As in BM25: how soon more of a term counts no more, and how much a long passage is held against it. */
const SATURATION = 1.2
const LENGTH = 0.75

interface Read {
  readonly document: QuotableDocument
  readonly start: number
  readonly end: number
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
}

/** What of these texts fits the question best, as a search of them alone would find it. */
export async function foundIn(
  given: readonly GivenText[],
  terms: ReadonlySet<string>,
  limit: number,
): Promise<Found> {
  const read: Read[] = []
  for (const { documentId, collectionId, title, class: of, text } of given) {
    // Nothing that is remembered of a stored document may be taken for what stands here.
    const row = randomUUID()
    const document = { row, id: documentId, collectionId, title, class: of, text }
    for (const { start, end } of passagesOf(text, headingLines(text))) {
      if (read.length % READ_AT_ONCE === READ_AT_ONCE - 1) await setImmediate()
      read.push({ document, start, end, ...counted(termsOf(text.slice(start, end)), terms) })
    }
  }
  const weights = weightsIn(read, terms)
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const usual = read.reduce((sum, { length }) => sum + length, 0) / Math.max(1, read.length)
  const passages = read.flatMap((one): FoundPassage[] => {
    let score = 0
    let covered = 0
    const bend = SATURATION * (1 - LENGTH + (LENGTH * one.length) / Math.max(1, usual))
    for (const [term, count] of one.counts) {
      const weight = weights.get(term) ?? 0
      score += (weight * count * (SATURATION + 1)) / (count + bend)
      covered += weight
    }
    if (score === 0) return []
    const { document, start, end } = one
    return [{ document, start, end, score, coverage: covered / whole }]
  })
  return { passages: passages.toSorted((a, b) => b.score - a.score).slice(0, limit), weights }
}

function counted(found: readonly string[], wanted: ReadonlySet<string>): Pick<Read, 'counts' | 'length'> {
  const counts = new Map<string, number>()
  for (const term of found) if (wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return { counts, length: found.length }
}

function weightsIn(read: readonly Read[], terms: ReadonlySet<string>): Map<string, number> {
  return new Map(
    [...terms].map((term) => {
      const holding = read.filter(({ counts }) => counts.has(term)).length
      return [term, Math.log(1 + (read.length - holding + 0.5) / (holding + 0.5))]
    }),
  )
}

/** What stands between the marks of material in a message: the texts that were given, once more. */
const MATERIAL = /⟦material [^⟧]*⟧[\s\S]*?⟦end [^⟧]*⟧/g

/** What was said, without the texts that came with it. */
export const withoutMaterial = (text: string): string => text.replaceAll(MATERIAL, '').trim()
