import { z } from 'zod'

const MIB = 1024 * 1024

/** How large documents and their index may be. */
export const KNOWLEDGE = {
  maxFileBytes: {
    schema: z
      .int()
      .min(1)
      .max(64 * MIB)
      .default(50 * MIB),
    meaning: 'Largest file that is taken as a document, in bytes.',
    expects: `a whole number of bytes from 1 to ${64 * MIB} (64 MiB)`,
    reload: 'live',
  },
  parseTimeoutMs: {
    schema: z.int().min(100).max(3_600_000).default(60_000),
    meaning: 'Longest time that reading one document may take, in milliseconds.',
    expects: 'a whole number of milliseconds from 100 to 3600000 (one hour)',
    reload: 'live',
  },
  parseMemoryMb: {
    schema: z.int().min(64).max(16_384).default(512),
    meaning: 'Memory that reading one document may use, in MiB.',
    expects: 'a whole number of MiB from 64 to 16384',
    reload: 'live',
  },
  indexMemoryMb: {
    schema: z.int().min(16).max(65_536).default(512),
    meaning:
      'Memory that terms and postings of the search index may use, in MiB; what was used longest ago is let go and opened again when a search needs it.',
    expects: 'a whole number of MiB from 16 to 65536',
    reload: 'live',
  },
  guide: {
    schema: z.boolean().default(true),
    meaning: 'Whether the guide to Freehold is added to knowledge at the first start.',
    expects: 'true or false',
    reload: 'restart',
  },
} as const
