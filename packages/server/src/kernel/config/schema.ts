import { z } from 'zod'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isStructured, KEYS } from './keys.ts'

type ValueOf<K extends ConfigKey> = (typeof KEYS)[K] extends { readonly absent: infer V }
  ? V
  : z.output<(typeof KEYS)[K]['schema']>
type SectionOf<K extends string> = K extends `${infer S}.${string}` ? S : never
type InnerOf<K extends string, S extends string> = K extends `${S}.${infer Inner}` ? Inner : never

/** The whole configuration, parsed once and frozen. Each room gets its own part of it, never the whole. */
export type Config = {
  readonly [K in Exclude<ConfigKey, `${string}.${string}`>]: ValueOf<K>
} & {
  readonly [S in SectionOf<ConfigKey>]: { readonly [K in ConfigKey as InnerOf<K, S>]: ValueOf<K> }
}

/** `log.level` becomes `level` in `log`. */
function nested<T>(
  valueOf: (key: ConfigKey) => T,
  section: (fields: Record<string, T>) => T,
): Record<string, T> {
  const whole: Record<string, T> = {}
  const sections = new Map<string, Record<string, T>>()
  for (const key of CONFIG_KEYS) {
    const [head = '', inner] = key.split('.')
    if (inner === undefined) whole[head] = valueOf(key)
    else sections.set(head, { ...sections.get(head), [inner]: valueOf(key) })
  }
  for (const [head, fields] of sections) whole[head] = section(fields)
  return whole
}

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const inner of Object.values(value)) freezeDeep(inner)
}

/** Fills in the defaults and freezes. The values were checked one by one before: a throw here is a bug. */
export function completeConfig(values: ReadonlyMap<ConfigKey, unknown>): Config {
  const valueOf = (key: ConfigKey): unknown => {
    if (!isStructured(key)) return KEYS[key].schema.parse(values.get(key))
    return values.has(key) ? values.get(key) : KEYS[key].absent
  }
  const config = nested(valueOf, (fields) => fields)
  freezeDeep(config)
  // It was put together from the table that the type is made of.
  return config as Config
}

/** The value of one key, by its dotted path; undefined when it is not set. */
export function configValue(config: Config, key: ConfigKey): unknown {
  let value: unknown = config
  for (const part of key.split('.')) {
    // Only sections and the whole are walked through, and those are plain records.
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  return value
}

/** JSON Schema, draft 2020-12, of what may stand in the file. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.strictObject(
    nested<z.ZodType>(
      (key) => KEYS[key].schema,
      (fields) => z.strictObject(fields).optional(),
    ),
  )
  return {
    title: 'Configuration of Freehold',
    ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }),
  }
}
