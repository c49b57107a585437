import { z } from 'zod'
import type { JsonSchema } from '../../skills/tool.ts'

/** What a tool takes, as models read it: without the address of the dialect, which would be masked on its way out. */
export function schemaOf(input: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' })
  return schema
}
