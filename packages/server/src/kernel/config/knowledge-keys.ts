import { z } from 'zod'
import { SEARCH_MODEL_KEYS } from './search-model-keys.ts'
import { integer, row } from './key-row.ts'

const MIB = 1024 * 1024

/** What is taken as a document, and what reading one may cost. */
export const KNOWLEDGE_KEYS = {
  'knowledge.maxFileBytes': row({
    schema: integer(1, 64 * MIB).default(50 * MIB),
    meaning: 'Largest file that is taken as a document, in bytes.',
    expects: `a whole number of bytes from 1 to ${64 * MIB} (64 MiB)`,
    reload: 'live',
  }),
  'knowledge.parseTimeoutMs': row({
    schema: integer(100, 3_600_000).default(60_000),
    meaning: 'Longest time that reading one document may take, in milliseconds.',
    expects: 'a whole number of milliseconds from 100 to 3600000 (one hour)',
    reload: 'live',
  }),
  'knowledge.parseMemoryMb': row({
    schema: integer(64, 16_384).default(512),
    meaning: 'Memory that reading one document may use, in MiB.',
    expects: 'a whole number of MiB from 64 to 16384',
    reload: 'live',
  }),
  'knowledge.ocrLanguages': row({
    schema: z
      .string()
      .regex(/^[a-z][a-z_]{1,20}(?:\+[a-z][a-z_]{1,20}){0,7}$/i)
      .default('chi_sim+eng'),
    meaning:
      'Languages in which text in images and scans is read, as tesseract names them, joined by +. Each needs its package installed.',
    expects: 'names of tesseract languages joined by +, such as chi_sim+eng',
    reload: 'live',
  }),
  'knowledge.ocrPages': row({
    schema: integer(1, 10_000).default(200),
    meaning: 'Most scanned pages of one document that are read; what is left out is said when it is added.',
    expects: 'a whole number of pages from 1 to 10000',
    reload: 'live',
  }),
  'knowledge.ocrTimeoutMs': row({
    schema: integer(100, 3_600_000).default(60_000),
    meaning: 'Longest time that reading one image or scanned page may take, in milliseconds.',
    expects: 'a whole number of milliseconds from 100 to 3600000 (one hour)',
    reload: 'live',
  }),
  'knowledge.indexMemoryMb': row({
    schema: integer(16, 65_536).default(512),
    meaning:
      'Memory that terms and postings of the search index may use, in MiB; what was used longest ago is let go and opened again when a search needs it.',
    expects: 'a whole number of MiB from 16 to 65536',
    reload: 'live',
  }),
  'knowledge.indexSharedAboveMb': row({
    schema: integer(0, 1_048_576).default(0),
    meaning:
      "Size of one tenant's search index, in MiB, above which its collections are divided among the replicas that share the database: each searches its own, and asks the others for theirs. 0: every replica holds everything.",
    expects: 'a whole number of MiB from 0 to 1048576',
    reload: 'live',
  }),
  ...SEARCH_MODEL_KEYS,
  'knowledge.guide': row({
    schema: z.boolean().default(true),
    meaning: 'Whether the guide to Freehold is added to knowledge at the first start.',
    expects: 'true or false',
    reload: 'restart',
  }),
} as const
