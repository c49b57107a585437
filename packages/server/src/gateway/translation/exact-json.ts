/** What V8 has of ECMA-262's "JSON.parse source text access" that the type library does not know yet. */
interface SourceJson {
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown
}
// The same object under a fuller type.
const json = JSON as unknown as SourceJson

/**
 * Parses JSON text so that writing it again changes no number: those that a double would round or write otherwise stay
 * as they were written. @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  return json.parse(text, (_, value, { source }) =>
    typeof value === 'number' &&
    source !== undefined &&
    !Number.isSafeInteger(value) &&
    String(value) !== source
      ? json.rawJSON(source)
      : value,
  )
}

/** The number that was parsed, whichever form it was kept in; null for anything else. */
export function numberOf(value: unknown): number | null {
  const number = json.isRawJSON(value) ? Number(value.rawJSON) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Whether a value is an object with members, and neither a list nor a number that is kept as text. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value)
