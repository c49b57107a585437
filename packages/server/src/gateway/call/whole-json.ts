const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d]
const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
/** Of more only the two ends are looked at: a byte takes about a nanosecond, in which nothing else is served. */
const MOST_SCANNED_BYTES = 1024 * 1024

/**
 * Whether a body is one JSON object to its end. Pages of proxies are none, nor is what a wrong length or a lost
 * connection cut, also where it happens to end with a brace. What stands between the braces is not judged.
 */
export function isWholeObject(body: Buffer): boolean {
  let [first, last] = [0, body.length - 1]
  while (isSpace(body[first])) first += 1
  while (isSpace(body[last])) last -= 1
  if (body[first] !== OPEN || body[last] !== CLOSE) return false
  return body.length > MOST_SCANNED_BYTES || endOfObject(body, first) === last
}

/** -1 where it does not end. */
function endOfObject(body: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfString(body, at)
    else if (byte === OPEN || byte === OPEN_LIST) depth += 1
    else if ((byte === CLOSE || byte === CLOSE_LIST) && (depth -= 1) === 0) return at
  }
  return -1
}

function endOfString(body: Buffer, start: number): number {
  const soon = Math.min(body.length, start + SHORT_BYTES)
  let at = start + 1
  for (; at < soon; at += 1) {
    if (body[at] === QUOTE) return at
    if (body[at] === BACKSLASH) at += 1
  }
  for (;;) {
    const quote = body.indexOf(QUOTE, at)
    if (quote < 0) return body.length
    let before = quote
    while (before > at && body[before - 1] === BACKSLASH) before -= 1
    if ((quote - before) % 2 === 0) return quote
    at = quote + 1
  }
}

/** Names and other short strings are read byte by byte, which is faster than a search up to here. */
const SHORT_BYTES = 32

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Without the byte order mark that clients pass over and JSON does not know. */
export const withoutMark = (body: Buffer): Buffer =>
  body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body

type Fields = Readonly<Record<string, unknown>>

/** Members of which an answer of a model has one. */
const ANSWERS = ['choices', 'content', 'output', 'data']

/** The error that came with the status of an answer, as some gateways send it; null for an answer. */
export function errorAnswered(body: Buffer): object | null {
  if (body.length > LONGEST_ERROR_BYTES || !mayBeError(body)) return null
  let said: unknown
  try {
    said = JSON.parse(body.toString())
  } catch {
    // What is no JSON is judged elsewhere.
    return null
  }
  // An object; its members are unknown until looked at.
  const fields = Object(said) as Fields
  // A response says of itself how it failed.
  if (fields['object'] === 'response' || ANSWERS.some((name) => !isEmpty(fields[name]))) return null
  const isError =
    (fields['error'] ?? null) !== null || fields['type'] === 'error' || fields['object'] === 'error'
  return isError ? (toldError(fields) ?? {}) : null
}

const isEmpty = (value: unknown): boolean =>
  (value ?? null) === null || (Array.isArray(value) && value.length === 0)

/** Of what comes with the status of an answer and is longer, no more than what every answer costs is spent. */
const LONGEST_ERROR_BYTES = 64 * 1024
const ERROR = Buffer.from('"error"')
const [NULL_START] = Buffer.from('null')

/** Most answers hold no such word, and those that do say null behind it. */
function mayBeError(body: Buffer): boolean {
  for (let at = body.indexOf(ERROR); at >= 0; at = body.indexOf(ERROR, at)) {
    at += ERROR.length
    while (isSpace(body[at])) at += 1
    if (body[at] !== COLON) {
      // The type of Anthropic's errors.
      if (body[at] !== undefined) return true
      continue
    }
    at += 1
    while (isSpace(body[at])) at += 1
    if (body[at] !== NULL_START) return true
  }
  return false
}

const LONGEST_MESSAGE = 2000

/** What a target said went wrong, in whichever of the usual shapes: `message` and what else stands beside it. Null where it is in none. */
export function toldError(said: unknown): Fields | null {
  // Gemini's API sends a list of one.
  if (Array.isArray(said)) return said.length > 0 && !Array.isArray(said[0]) ? toldError(said[0]) : null
  if (typeof said !== 'object' || said === null) return null
  // An object; its members are unknown until looked at.
  const fields = said as Fields
  const { error, message, detail } = fields
  if (typeof error === 'object' && error !== null && !Array.isArray(error)) return error as Fields
  if (typeof error === 'string' && error !== '') return { message: error.slice(0, LONGEST_MESSAGE) }
  if (typeof message === 'string' && message !== '') return fields
  const told = detailOf(detail)
  return told === null ? null : { message: told.slice(0, LONGEST_MESSAGE) }
}

/** As FastAPI says it: in words, or by the fields that it does not take. */
function detailOf(detail: unknown): string | null {
  if (typeof detail === 'string' && detail !== '') return detail
  if (!Array.isArray(detail)) return null
  const { msg, loc }: Fields = Object(detail[0])
  if (typeof msg !== 'string') return null
  return Array.isArray(loc) ? `${loc.slice(0, 8).map(String).join('.')}: ${msg}` : msg
}
