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
  'skills.folders': row({
    schema: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
        z.string().max(1024).regex(/^\/./, 'an absolute path'),
      )
      .default({}),
    meaning:
      'Folders of this machine that skills in the strong sandbox may read, by name: a skill that declares to read /source is shown the folder called source, and no other. Absent, none.',
    expects: 'names of lower-case letters, digits and hyphens, each with an absolute path',
    reload: 'restart',
  }),
  'skills.packages': row({
    schema: z.string().max(1024).regex(/^\/./, 'an absolute path').optional(),
    meaning:
      'Folder whose node_modules holds the npm packages that skills in the strong sandbox may use, each only where its manifest names it with its version. Absent, none; nothing is downloaded.',
    expects: 'an absolute path',
    reload: 'restart',
  }),
} as const
