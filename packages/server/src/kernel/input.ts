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
  throw new Fault('invalid', param === '' ? reason : `${param}: ${reason}`, {
    param: param === '' ? 'body' : param,
  })
}
