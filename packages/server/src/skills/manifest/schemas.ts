import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { linearPattern } from './linear-pattern.ts'

type Schema = Readonly<Record<string, unknown>>

const LONGEST = 256 * 1024
const DEEPEST = 48

/** Words that say nothing about what is valid, as OpenAPI and editors write them. */
const NOTES = ['example', 'xml', 'externalDocs', 'discriminator', 'enumNames', 'markdownDescription']

/** Asks whether a schema is one. It reads the schema of schemas once, which costs as much as thirty of ours. */
const STANDARD = new Ajv2020({ strict: false, validateFormats: false, logger: false })

/**
 * Compiles the schemas of one skill. They are somebody else's: a pattern that could take long is refused, `format` is
 * an annotation as the standard has it, and nothing is fetched.
 */
export class Schemas {
  readonly #ajv = new Ajv2020({
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    // Asked of `STANDARD`.
    meta: false,
    validateSchema: false,
    allErrors: false,
    logger: false,
    addUsedSchema: false,
    code: { regExp: linearPattern },
  })

  constructor() {
    this.#ajv.addVocabulary(NOTES)
  }

  /** The compiled schema; otherwise why it is none, in a sentence that repeats nothing of it. */
  compile(schema: Schema): ValidateFunction | string {
    if (depthOf(schema, 0) > DEEPEST) return `is nested deeper than ${DEEPEST} levels`
    if (JSON.stringify(schema).length > LONGEST) return `is larger than ${LONGEST / 1024} KiB`
    try {
      if (STANDARD.validateSchema(schema) !== true)
        return `is no JSON Schema (2020-12): ${wrongAt(STANDARD.errors?.[0])}`
      // Another dialect was refused; the name of ours says nothing more.
      const { $schema: _, ...plain } = schema
      return this.#ajv.compile(plain)
    } catch (error) {
      return `is no JSON Schema (2020-12): ${reasonOf(error)}`
    }
  }
}

const wrongAt = (error: ErrorObject | undefined): string =>
  `${error?.instancePath.slice(1).replaceAll('/', '.') ?? ''} ${error?.message ?? 'cannot be read'}`
    .trim()
    .slice(0, 200)

/** The first sentence of what is wrong; it names keywords and places of the schema. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : 'it cannot be read'

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return depth
  return Object.values(value).reduce<number>(
    (most, inner) => Math.max(most, depthOf(inner, depth + 1)),
    depth,
  )
}
