import type { InputProblem } from '@freehold/contract/input-problems.ts'
import { inputProblem } from '@freehold/contract/input-problems.ts'
import type { z } from 'zod'
import { Fault } from './fault.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** JSON text (RFC 8259) of a request. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new Fault('malformed', 'The body is empty; it must be a JSON object.')
  try {
    return JSON.parse(strict.decode(body))
  } catch (error) {
    throw new Fault('malformed', 'The body is not valid JSON in UTF-8.', { cause: error })
  }
}

/** A path as people write it: `messages[0].content`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`
    return name === '' ? String(step) : `${name}.${String(step)}`
  }, '')
}

/** The value as the schema describes it; otherwise a refusal that names the first wrong field and what would be right. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path =
    issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? [])
  const param = fieldName(path)
  const reason =
    issue?.code === 'unrecognized_keys' ? 'is not a known field' : (issue?.message ?? 'is not valid')
  const remark = issue && problemOf(issue, value)
  throw new Fault('invalid', param === '' ? reason : `${param}: ${reason}`, {
    param: param === '' ? 'body' : param,
    ...(remark && { remark }),
  })
}

type Issue = z.core.$ZodIssue

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    // Any object is one of unknown values by name.
    (inner, step) => (inner as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[step],
    value,
  )

const FORMATS: Readonly<Record<string, 'field_address' | 'field_date' | 'field_id'>> = {
  url: 'field_address',
  datetime: 'field_date',
  uuid: 'field_id',
}

const SIZES: Readonly<
  Record<
    string,
    {
      readonly small: 'field_short' | 'field_few' | 'field_small'
      readonly big: 'field_long' | 'field_many' | 'field_large'
    }
  >
> = {
  string: { small: 'field_short', big: 'field_long' },
  array: { small: 'field_few', big: 'field_many' },
  number: { small: 'field_small', big: 'field_large' },
  int: { small: 'field_small', big: 'field_large' },
}

/** The same by code; null where a schema says it in words of its own. */
function problemOf(issue: Issue, value: unknown): InputProblem | null {
  if (issue.code === 'unrecognized_keys') return inputProblem('field_unknown')
  const isShape =
    issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
  if (isShape && at(value, issue.path) === undefined) return inputProblem('field_missing')
  if (issue.code === 'invalid_type') return inputProblem('field_kind', { kind: issue.expected })
  if (issue.code === 'invalid_value')
    return inputProblem('field_choice', { choices: issue.values.join(', ') })
  if (issue.code === 'invalid_format') {
    const code = FORMATS[issue.format]
    return code === undefined ? null : inputProblem(code)
  }
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return null
  const size = SIZES[issue.origin]
  if (size === undefined) return null
  if (issue.code === 'too_big') return inputProblem(size.big, { most: String(issue.maximum) })
  if (issue.origin === 'string' && issue.minimum === 1) return inputProblem('field_empty')
  return inputProblem(size.small, { least: String(issue.minimum) })
}
