import { createHash } from 'node:crypto'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Json } from '../../audit/log/canonical.ts'
import { canonicalJson } from '../../audit/log/canonical.ts'
import { schemaError } from '../../kernel/schema-error.ts'
import type { JsonSchema, Tool } from '../../skills/tool.ts'
import { visible } from './hidden-characters.ts'

const MOST_CHARACTERS = 256 * 1024
const MOST_NESTED = 64

/** Arguments that a tool takes, or what the model is told of why not. */
export type ReadArguments =
  | {
      readonly isValid: true
      readonly input: unknown
      /** Canonical JSON, every character of which can be seen. */
      readonly shown: string
      /** Of the tool as it is and the canonical arguments. */
      readonly hash: string
    }
  | { readonly isValid: false; readonly message: string }

// Schemas come from elsewhere: words of other drafts and formats that are unknown here are passed over.
const ajv = new Ajv2020({
  strict: false,
  validateFormats: false,
  allErrors: false,
  logger: false,
  // Two tools may call their schemas alike.
  addUsedSchema: false,
})
const validators = new WeakMap<JsonSchema, ValidateFunction>()

function validatorOf(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema)
  if (known) return known
  const made = ajv.compile(schema)
  validators.set(schema, made)
  return made
}

const refused = (message: string): ReadArguments => ({ isValid: false, message })

/** What the model wrote as arguments, as the tool's schema has it. Nothing of it reaches the tool otherwise. */
export function readArguments(tool: Tool, text: string): ReadArguments {
  if (text.length > MOST_CHARACTERS)
    return refused(`The arguments are longer than ${MOST_CHARACTERS} characters.`)
  const input = jsonOf(text === '' ? '{}' : text)
  if (input === undefined) return refused('The arguments are not valid JSON.')
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return refused('The arguments must be a JSON object.')
  if (!isWithinDepth(input, MOST_NESTED)) return refused('The arguments are nested too deeply.')
  const isValid = validatorOf(tool.input)
  if (!isValid(input)) return refused(wrong(isValid.errors?.[0]))
  const canonical = canonicalJson(input)
  return { isValid: true, input, shown: visible(canonical), hash: hashOf(tool, canonical) }
}

function jsonOf(text: string): Json | undefined {
  try {
    // JSON.parse makes nothing else.
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function isWithinDepth(value: Json, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (left === 0) return false
  return Object.values(value).every((inside) => isWithinDepth(inside, left - 1))
}

function wrong(error: ErrorObject | undefined): string {
  const { field, what } = schemaError(error)
  return `The arguments do not fit: ${field === '' ? '' : `${field} `}${what}.`
}

/** A tool that was changed meanwhile is another one: what was approved of it no longer holds. */
function hashOf(tool: Tool, canonical: string): string {
  const { name, description, effect, dials, input } = tool
  return createHash('sha256')
    .update(JSON.stringify([name, description, effect, dials, input]))
    .update('\0')
    .update(canonical)
    .digest('hex')
}
