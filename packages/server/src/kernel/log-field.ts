/**
 * What a log field can hold: numbers, booleans, ids, words and places of ours, or a closed list of words. A text
 * that a person wrote, or a secret, does not match the pattern and is printed as `[refused]`.
 *
 * `word` a name of ours (error name, version, route id); `id` an identifier; `place` a path, port or address of the
 * operator's own set-up; `frames` lines of our own source; `signature` what a key of ours signed.
 */
export type LogField =
  | 'id'
  | 'word'
  | 'count'
  | 'ms'
  | 'bytes'
  | 'flag'
  | 'place'
  | 'frames'
  | 'signature'
  | readonly string[]

const LONGEST_PLACE = 512
const PATH = /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\])[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const ADDRESS = /^(?:[a-z]+:\/\/)?(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?\/?$/i
const FRAME = String.raw`[\w./-]+\.[cm]?[jt]s:\d+`

/** A value as JSON, or null when it may not be printed. */
type Printed = (value: unknown) => string | null

const number: Printed = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : null

/** None of the patterns lets a character through that JSON would escape. */
const matching =
  (pattern: RegExp): Printed =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? `"${value}"` : null

const isPlace = (value: string): boolean =>
  value.length <= LONGEST_PLACE && (PATH.test(value) || ADDRESS.test(value))

const KINDS: Readonly<Record<Extract<LogField, string>, Printed>> = {
  word: matching(/^[\w.:@*-]{1,80}$/),
  id: matching(/^[\w:-]{1,80}$/),
  place: (value) => (typeof value === 'string' && isPlace(value) ? JSON.stringify(value) : null),
  frames: matching(new RegExp(`^${FRAME}(?: ${FRAME}){0,7}$`)),
  signature: matching(/^[\w+/]{1,120}={0,2}$/),
  count: number,
  ms: number,
  bytes: number,
  flag: (value) => (typeof value === 'boolean' ? String(value) : null),
}

function oneOf(words: readonly string[]): Printed {
  const printed = new Map<unknown, string>(words.map((word) => [word, JSON.stringify(word)]))
  return (value) => printed.get(value) ?? null
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Makes the function that prints the fields of one event: `,"name":value` for each, nothing where there is nothing to
 * say. Only the fields of the table are looked at, so a further one of the caller's object never prints.
 */
export function fieldPrinter(kinds: Readonly<Record<string, LogField>>): (fields: Fields) => string {
  const printers = Object.entries(kinds).map(([name, kind]) => ({
    name,
    key: `,${JSON.stringify(name)}:`,
    printed: typeof kind === 'string' ? KINDS[kind] : oneOf(kind),
  }))
  return (fields) => {
    let text = ''
    for (const { name, key, printed } of printers) {
      const value = fields[name]
      if (value === null || value === undefined) continue
      text += key + (printed(value) ?? '"[refused]"')
    }
    return text
  }
}
