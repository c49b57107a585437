import { z } from 'zod'
import { KEYS } from './keys.ts'

const configSchema = z.strictObject({
  listen: KEYS.listen.schema,
  publicUrl: KEYS.publicUrl.schema,
  tls: KEYS.tls.schema,
  database: KEYS.database.schema,
  blobs: KEYS.blobs.schema,
  keys: z.strictObject({ provider: KEYS['keys.provider'].schema }).prefault({}),
  log: z.strictObject({ level: KEYS['log.level'].schema }).prefault({}),
  knowledge: z
    .strictObject({
      maxFileBytes: KEYS['knowledge.maxFileBytes'].schema,
      parseTimeoutMs: KEYS['knowledge.parseTimeoutMs'].schema,
      parseMemoryMb: KEYS['knowledge.parseMemoryMb'].schema,
      guide: KEYS['knowledge.guide'].schema,
    })
    .prefault({}),
  drain: z
    .strictObject({
      timeoutMs: KEYS['drain.timeoutMs'].schema,
      propagationMs: KEYS['drain.propagationMs'].schema,
    })
    .prefault({}),
  metrics: z.strictObject({ seriesCap: KEYS['metrics.seriesCap'].schema }).prefault({}),
  storage: z.strictObject({ reserveBytes: KEYS['storage.reserveBytes'].schema }).prefault({}),
})

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T
type Parsed = z.output<typeof configSchema>

/** The whole configuration, parsed once and frozen. Each room gets its own part of it, never the whole. */
export type Config = DeepReadonly<Omit<Parsed, 'database'>> & Readonly<Pick<Parsed, 'database'>>

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const inner of Object.values(value)) freezeDeep(inner)
}

/** Fills in the defaults and freezes. The values were checked one by one before: a throw here is a bug. */
export function completeConfig(values: unknown): Config {
  const config = configSchema.parse(values)
  freezeDeep(config)
  return config
}

/** JSON Schema, draft 2020-12, of what may stand in the file. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' })
  return { title: 'Configuration of Freehold', ...schema }
}
