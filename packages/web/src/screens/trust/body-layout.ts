/** A place in a text that is marked: UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly type: string
}

export interface LaidOut {
  readonly text: string
  readonly spans: readonly Span[]
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
const STEP = '  '

/**
 * JSON on lines of its own, with what is escaped in its strings written out, and its spans where they stand then. Only
 * white space and the way of writing differ from what was given. What is not JSON comes back as it is.
 */
export function layOut(text: string, spans: readonly Span[]): LaidOut {
  if (!isJson(text)) return { text, spans }
  const wanted = new Set(spans.flatMap(({ start, end }) => [start, end]))
  const moved = new Map<number, number>()
  let shown = ''
  let depth = 0
  let isInString = false
  for (let at = 0; at <= text.length; at += 1) {
    if (wanted.has(at)) moved.set(at, shown.length)
    const sign = text[at]
    if (sign === undefined) break
    if (isInString) {
      if (sign === '"') isInString = false
      if (sign !== '\\') {
        shown += sign
        continue
      }
      const [written, length] = unescaped(text, at)
      shown += written
      // A span never begins or ends within an escape; were it so, it would be marked from there on.
      for (let inner = at + 1; inner < at + length; inner += 1)
        if (wanted.has(inner)) moved.set(inner, shown.length)
      at += length - 1
      continue
    }
    if (sign === '"') isInString = true
    if ('{['.includes(sign)) {
      const isEmpty = /^\s*[}\]]/.test(text.slice(at + 1, at + 40))
      depth += 1
      shown += isEmpty ? sign : `${sign}\n${STEP.repeat(depth)}`
    } else if ('}]'.includes(sign)) {
      depth -= 1
      shown += /[{[]$/.test(shown.slice(-1)) ? sign : `\n${STEP.repeat(depth)}${sign}`
    } else if (sign === ',') shown += `,\n${STEP.repeat(depth)}`
    else if (sign === ':') shown += ': '
    else if (!/\s/.test(sign)) shown += sign
  }
  const place = (offset: number): number => moved.get(offset) ?? 0
  return {
    text: shown,
    spans: spans.map(({ start, end, type }) => ({ start: place(start), end: place(end), type })),
  }
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What an escape at this place means, and how long it is. What would be unseen or break the lines stays as it is. */
function unescaped(text: string, at: number): readonly [string, number] {
  const kind = text[at + 1] ?? ''
  if (kind !== 'u') return [ESCAPED[kind] ?? kind, 2]
  const code = Number.parseInt(text.slice(at + 2, at + 6), 16)
  const sign = String.fromCharCode(code)
  return [/[\p{L}\p{N}\p{P}\p{S}\p{Cs}]/u.test(sign) ? sign : text.slice(at, at + 6), 6]
}

/** A run of text that is marked by one span or by none. */
export interface Piece {
  readonly text: string
  /** Number of the span, from 0; null between spans. */
  readonly span: number | null
}

/** Lines, and parts of long lines, each with its pieces: what a window shows a few of. */
export interface Chunk {
  readonly start: number
  readonly pieces: readonly Piece[]
}

const LONGEST_CHUNK = 2000

/** Cuts a text at its line ends, and long lines where no mark and no pair of surrogates is torn. */
export function chunksOf(text: string, spans: readonly Span[], longest = LONGEST_CHUNK): readonly Chunk[] {
  const ordered = spans
    .map((span, number) => ({ ...span, number }))
    .toSorted((one, other) => one.start - other.start)
  const chunks: Chunk[] = []
  let next = 0
  let start = 0
  while (start < text.length) {
    const line = text.indexOf('\n', start)
    const lineEnd = line === -1 ? text.length : line + 1
    let end = Math.min(lineEnd, start + longest)
    const torn = ordered.find((span) => span.start < end && span.end > end)
    if (torn) end = torn.end
    else if (end < lineEnd && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end += 1
    const pieces: Piece[] = []
    let from = start
    for (let span = ordered[next]; span !== undefined && span.start < end; span = ordered[next]) {
      if (span.start > from) pieces.push({ text: text.slice(from, span.start), span: null })
      if (span.end > span.start)
        pieces.push({ text: text.slice(Math.max(from, span.start), span.end), span: span.number })
      from = Math.max(from, span.end)
      next += 1
    }
    if (from < end) pieces.push({ text: text.slice(from, end), span: null })
    chunks.push({ start, pieces })
    start = end
  }
  return chunks
}

/** How many spans there are of each type. */
export function countTypes(spans: readonly { readonly type: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { type } of spans) counts[type] = (counts[type] ?? 0) + 1
  return counts
}
