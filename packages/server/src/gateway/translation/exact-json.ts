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

/** Digits that a double may round, an exponent, a last 0 behind the point; also found in text, where it costs time only. */
const MAY_CHANGE = /\d{16}|\d[eE][-+]?\d|\.\d*0(?!\d)|\.\d{15}/
/** Looking at each value takes about 0.4 us, during which nothing else is served. */
const MOST_VALUES = 200_000

/**
 * Parses JSON text so that writing it again changes no number: those that a double would round or write otherwise stay
 * as they were written. @throws SyntaxError, or RangeError for such text with too many values or too deep ones
 */
export function parseExact(text: string): unknown {
  if (!MAY_CHANGE.test(text)) return JSON.parse(text)
  let values = 0
  return json.parse(text, (_, value, { source }) => {
    values += 1
    if (values > MOST_VALUES) throw new RangeError('too many values')
    return typeof value === 'number' && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value
  })
}

/** The number that was parsed, whichever form it was kept in; null for anything else. */
export function numberOf(value: unknown): number | null {
  const number = json.isRawJSON(value) ? Number(value.rawJSON) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Whether a value is an object with members, and neither a list nor a number that is kept as text. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value)
