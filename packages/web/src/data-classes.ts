import type { DataClass } from '@freehold/sdk'

/** How confidential something can be, from the least on. */
export const DATA_CLASSES = [
  'public',
  'internal',
  'confidential',
  'restricted',
] as const satisfies readonly DataClass[]
