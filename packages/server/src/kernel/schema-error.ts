import type { ErrorObject } from 'ajv'

export interface SchemaError {
  /** As a path of names with points between; empty for the whole. */
  readonly field: string
  /** What is wrong with it, without its value: "must be one of a, b". */
  readonly what: string
}

const MOST_CHOICES = 30

/** What ajv found first, so that whoever sent it knows what would be right. */
export function schemaError(error: ErrorObject | null | undefined): SchemaError {
  const path = error?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  const inner: unknown =
    error?.params['missingProperty'] ??
    error?.params['additionalProperty'] ??
    error?.params['unevaluatedProperty']
  const field = [path, typeof inner === 'string' ? inner : ''].filter((one) => one !== '').join('.')
  return { field, what: whatOf(error) }
}

function whatOf(error: ErrorObject | null | undefined): string {
  const choices: unknown = error?.params['allowedValues']
  switch (error?.keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not known here'
    case 'enum':
      if (Array.isArray(choices) && choices.length <= MOST_CHOICES)
        return `must be one of ${choices.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}`
      break
    case 'const':
      return `must be ${JSON.stringify(error.params['allowedValue'])}`
  }
  return error?.message ?? 'is not valid'
}
