import { z } from 'zod'
import { integer, row } from './key-row.ts'

/** Where code of skills runs. */
export const SKILL_KEYS = {
  'skills.isolateWorkers': row({
    schema: integer(1, 64).default(2),
    meaning:
      'Threads that are kept ready for code of skills that runs in the isolate; more are started for a while when all are busy. Each takes about 15 megabytes.',
    expects: 'a whole number from 1 to 64',
    reload: 'restart',
  }),
  'skills.strong': row({
    schema: z.enum(['auto', 'required', 'off']).default('auto'),
    meaning:
      'The strong sandbox (bubblewrap), in which programs of skills and MCP servers over stdio run: auto tests it with the first skill that needs it and refuses those skills where it does not hold; required refuses to start without it; off refuses them always. None of them runs without it.',
    expects: 'one of auto, required, off',
    reload: 'restart',
  }),
} as const
