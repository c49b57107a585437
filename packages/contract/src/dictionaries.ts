import { z } from 'zod'
import { entityType } from './privacy.ts'

/** Characters of a value or a pattern. */
export const LONGEST_TERM = 256
/** Of a tenant, all dictionaries together: what is searched for at once lies in memory. */
export const MOST_DICTIONARIES = 50
export const MOST_TERMS = 200_000
export const MOST_TERM_CHARACTERS = 4_000_000
export const MOST_PATTERNS = 200

export const dictionaryName = z
  .string()
  .regex(/^[a-z][a-z\d-]{0,63}$/, 'must be small letters, digits and -, at most 64, a letter first')

const term = z.string().max(LONGEST_TERM)

/** One term that is looked for. */
const entryInput = z
  .strictObject({
    value: term.optional(),
    /** A regular expression that is searched in linear time: no repeat without an end, nothing that looks back. */
    pattern: term.optional(),
    type: entityType.default('CUSTOM_TERM'),
    caseSensitive: z.boolean().default(false),
    /** Not inside of a longer word, in scripts that write spaces between words. */
    wholeWord: z.boolean().default(true),
  })
  .refine(({ value, pattern }) => (value === undefined) !== (pattern === undefined), {
    error: 'must have a value or a pattern, and not both',
    when: ({ issues }) => issues.length === 0,
  })
export type DictionaryEntry = z.output<typeof entryInput>

export const dictionaryInput = z.strictObject({
  entries: z.array(entryInput).min(1).max(MOST_TERMS),
})

const count = z.int().min(0)
export const dictionaryView = z.object({
  name: z.string(),
  /** How often it was written. */
  version: count,
  values: count,
  patterns: count,
  changedAt: z.string(),
})
export type DictionaryView = z.output<typeof dictionaryView>

export const dictionaryList = z.object({ data: z.array(dictionaryView) })

export const dictionaryPage = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

/** With a page of its entries, in the order in which they were given; `next` continues it. */
export const dictionaryRead = dictionaryView.extend({
  entries: z.array(
    z.object({
      value: z.string().optional(),
      pattern: z.string().optional(),
      type: entityType,
      caseSensitive: z.boolean(),
      wholeWord: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
})
