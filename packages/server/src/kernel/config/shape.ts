import { z } from 'zod'
import type { TextPlace } from './document.ts'
import { nearest } from './nearest.ts'
import { kindOf } from './problem.ts'
import type { Step } from './tree.ts'
import { valueAt } from './tree.ts'

/** One thing that is wrong inside a structured value. */
export interface ShapeProblem {
  readonly steps: readonly Step[]
  /** Whether the key itself is meant or what stands behind it. */
  readonly of: 'key' | 'value'
  readonly message: string
  readonly suggestion?: string | undefined
  /** Where it stands, when the steps cannot say. */
  readonly at?: TextPlace
}

type Schema = z.core.$ZodType
type Issue = z.core.$ZodIssue

/** Schemas that a value may match, without what is wrapped around them. */
function alternatives(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return alternatives(schema.unwrap())
  }
  if (schema instanceof z.ZodPipe) return alternatives(schema.in)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives)
  return [schema]
}

function stepInto(schema: Schema, step: Step): readonly Schema[] {
  if (schema instanceof z.ZodArray) return alternatives(schema.element)
  if (schema instanceof z.ZodRecord) return alternatives(schema.valueType)
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, step)) return []
  const inner: Schema | undefined = schema.shape[step]
  return inner === undefined ? [] : alternatives(inner)
}

const objectsOf = (schemas: readonly Schema[]) => schemas.filter((one) => one instanceof z.ZodObject)

/** Of the sections that may stand there, those whose fixed words (`kind: service`) agree with what was written. */
function sectionsAt(root: Schema, steps: readonly Step[], raw: unknown): readonly z.ZodObject[] {
  const all = objectsOf(
    steps.reduce((found, step) => found.flatMap((one) => stepInto(one, step)), alternatives(root)),
  )
  const agreeing = all.filter((one) =>
    Object.entries(one.shape).every(
      ([key, field]) =>
        !(field instanceof z.ZodLiteral) || field.safeParse(valueAt(raw, [...steps, key])).success,
    ),
  )
  return agreeing.length > 0 ? agreeing : all
}

/** Turns the issues of a schema into sentences of ours: none repeats a value, each has a place. */
export function shapeProblems(root: Schema, raw: unknown, issues: readonly Issue[]): readonly ShapeProblem[] {
  const keysAt = (steps: readonly Step[]): readonly string[] => [
    ...new Set(sectionsAt(root, steps, raw).flatMap((one) => Object.keys(one.shape))),
  ]
  const unknownKey = (steps: readonly Step[], key: string): ShapeProblem => ({
    steps: [...steps, key],
    of: 'key',
    message: 'unknown key',
    suggestion: nearest(key, keysAt(steps)),
  })

  function translate(issue: Issue, base: readonly Step[]): readonly ShapeProblem[] {
    // The keys of parsed YAML are strings and numbers.
    const steps = [...base, ...(issue.path as Step[])]
    const written = valueAt(raw, steps)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(steps, key))
    if (issue.code === 'invalid_union' && issue.errors.length === 0) return wrongKind(steps)
    if (issue.code === 'invalid_key') {
      return [{ steps, of: 'key', message: sentence(issue.issues[0], '') }]
    }
    if (written === undefined) return [{ steps, of: 'value', message: 'is missing' }]
    if (issue.code === 'invalid_union') return union(issue.errors, steps)
    const suggestion =
      issue.code === 'invalid_value' && typeof written === 'string'
        ? nearest(written, issue.values.map(String))
        : undefined
    return [{ steps, of: 'value', message: sentence(issue, written), suggestion }]
  }

  /** The word that says which fields follow is missing or unknown; misspelt keys beside it are named all the same. */
  function wrongKind(steps: readonly Step[]): readonly ShapeProblem[] {
    const section = steps.slice(0, -1)
    const name = steps.at(-1) ?? ''
    const known = new Set(keysAt(section))
    const words = sectionsAt(root, section, raw).flatMap((one) => {
      const field: unknown = one.shape[name]
      return field instanceof z.ZodLiteral ? [...field.values].map(String) : []
    })
    const written = valueAt(raw, steps)
    const message =
      written === undefined
        ? `is missing: write ${words.join(' or ')}`
        : `must be one of ${words.join(', ')}, not ${kindOf(written)}`
    const suggestion = typeof written === 'string' ? nearest(written, words) : undefined
    const others = Object.keys(valueAt(raw, section) ?? {}).filter((key) => !known.has(key))
    return [{ steps, of: 'value', message, suggestion }, ...others.map((key) => unknownKey(section, key))]
  }

  function union(branches: readonly (readonly Issue[])[], steps: readonly Step[]): readonly ShapeProblem[] {
    const fitting = branches.filter(
      (branch) =>
        !branch.some(
          ({ path, code }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
        ),
    )
    if (fitting.length === 0) {
      const forms = branches.flatMap(([first]) => (first === undefined ? [] : [expectation(first)]))
      const message = `must be ${[...new Set(forms)].join(' or ')}, not ${kindOf(valueAt(raw, steps))}`
      return [{ steps, of: 'value', message }]
    }
    const strangers = fitting.map((branch) =>
      branch.flatMap((one) => (one.code === 'unrecognized_keys' && one.path.length === 0 ? one.keys : [])),
    )
    const everywhere = strangers[0]?.filter((key) => strangers.every((keys) => keys.includes(key))) ?? []
    if (fitting.length > 1 && everywhere.length > 0) return everywhere.map((key) => unknownKey(steps, key))
    const [best, ...more] = fitting.filter((_, at) => fitting.length === 1 || strangers[at]?.length === 0)
    if (best !== undefined && more.length === 0) return best.flatMap((one) => translate(one, steps))
    return [{ steps, of: 'value', message: `must have exactly one of ${keysAt(steps).join(', ')}` }]
  }

  return issues.flatMap((issue) => translate(issue, []))
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section',
  record: 'a section',
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? 'something else'
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  return 'something else'
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

/** The sentences of the contract's own checks are constants and are taken as they are; those of zod are not. */
function sentence(issue: Issue | undefined, written: unknown): string {
  const own = issue?.message ?? ''
  if ((issue?.code === 'custom' || issue?.code === 'invalid_format') && !own.startsWith('Invalid')) return own
  switch (issue?.code) {
    case 'invalid_type':
      return `must be ${expectation(issue)}, not ${kindOf(written)}`
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}, not ${kindOf(written)}`
        : `must be one of ${issue.values.map(String).join(', ')}, not ${kindOf(written)}`
    case 'too_small':
      if (written === '' || (Array.isArray(written) && written.length === 0)) return 'must not be empty'
      return issue.inclusive === false
        ? `must be more than ${issue.minimum}`
        : `must be at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
    case 'too_big':
      return `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
    default:
      return 'is not written in a form that is understood here'
  }
}
