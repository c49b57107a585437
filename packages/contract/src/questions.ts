import { z } from 'zod'
import { documentId } from './knowledge.ts'

/** Of one collection. */
export const MOST_QUESTIONS = 200

/** What a collection is to be asked, and what should come up. */
export const questionInput = z.strictObject({
  question: z.string().trim().min(1).max(1000),
  /** A document of the collection. */
  document: documentId,
  /** Words that the passage must hold, where not any passage of the document will do. */
  passage: z.string().trim().min(1).max(1000).optional(),
})
export type QuestionInput = z.output<typeof questionInput>

/** From 1; null: not among those that were looked at. */
const place = z.int().positive().nullable()
export const questionView = z.object({
  id: z.uuid(),
  question: z.string(),
  document: documentId,
  passage: z.string().nullable(),
  /** When all were last asked; null: never since it was written. */
  last: z.object({ place, at: z.string() }).nullable(),
  createdAt: z.string(),
})
export const questionList = z.object({ data: z.array(questionView) })

export const questionsRun = z.strictObject({
  /** How many passages may come before it counts as not found. */
  k: z.int().min(1).max(50).default(5),
})
export const questionsAnswered = z.object({
  k: z.int(),
  questions: z.int(),
  /** Those whose document, and passage, came up among the first `k`. */
  found: z.int(),
  /** Of them when they were last asked, in what was asked then too; null: nothing was. */
  foundBefore: z.int().nullable(),
  /** Worse than the last time first, then what was not found. */
  data: z.array(
    z.object({
      id: z.uuid(),
      question: z.string(),
      document: documentId,
      place,
      /** The last time; absent: it was not asked before. */
      before: place.optional(),
      /** What came up first; null where nothing did. */
      first: z.object({ documentId, title: z.string() }).nullable(),
    }),
  ),
})
