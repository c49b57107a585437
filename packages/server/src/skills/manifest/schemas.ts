import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { linearPattern } from './linear-pattern.ts'

type Schema = Readonly<Record<string, unknown>>

const LONGEST = 256 * 1024
const DEEPEST = 48

/** Words that say nothing about what is valid, as OpenAPI and editors write them. */
const NOTES = ['example', 'xml', 'externalDocs', 'discriminator', 'enumNames', 'markdownDescription']

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
    validateSchema: true,
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
      return this.#ajv.compile(schema)
    } catch (error) {
      return `is no JSON Schema (2020-12): ${reasonOf(error)}`
    }
  }
}

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
