import { SKILL_API, skillManifest } from '@freehold/contract/skill-manifest.ts'
import { z } from 'zod'
import { HOST_ARGUMENTS } from '../kinds/host-functions.ts'

export type Schema = Readonly<Record<string, unknown>>

/** What this platform is to skills: what they may write, and what they are given. */
export interface SkillSurface {
  readonly skillApi: string
  /** JSON Schema (2020-12) of a manifest. */
  readonly manifest: Schema
  /** By the name of a host function: what it takes, and what it gives. */
  readonly host: Readonly<Record<string, { readonly takes: Schema; readonly gives: Schema }>>
}

/** As code of a skill sees them in every tier. */
const HOST_ANSWERS: Readonly<Record<keyof typeof HOST_ARGUMENTS, z.ZodType>> = {
  fetch: z.object({
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    text: z.string().nullable(),
    base64: z.string().nullable(),
  }),
  'storage.get': z.string().nullable(),
  'storage.set': z.null(),
  'model.complete': z.string(),
  sql: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.unknown())),
    isCut: z.boolean(),
  }),
  mail: z.object({ accepted: z.array(z.string()) }),
  log: z.null(),
}

const surfaceShape = z.strictObject({
  skillApi: z.string().max(16),
  manifest: z.record(z.string(), z.unknown()),
  host: z.record(
    z.string(),
    z.strictObject({
      takes: z.record(z.string(), z.unknown()),
      gives: z.record(z.string(), z.unknown()),
    }),
  ),
})

/** Of this program. */
export function skillSurface(): SkillSurface {
  return {
    skillApi: SKILL_API,
    manifest: schemaOf(skillManifest),
    host: Object.fromEntries(
      Object.entries(HOST_ARGUMENTS).map(([name, takes]) => [
        name,
        // The two tables have the same names.
        { takes: schemaOf(takes), gives: schemaOf(HOST_ANSWERS[name as keyof typeof HOST_ARGUMENTS]) },
      ]),
    ),
  }
}

/** Of another program, as it printed it. @throws ZodError */
export const readSurface = (json: unknown): SkillSurface => surfaceShape.parse(json)

function schemaOf(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}
