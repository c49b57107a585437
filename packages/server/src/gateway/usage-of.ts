import { tokensIn } from './call/stream-format.ts'

const USAGE = Buffer.from('"usage"')
/** A usage object is short; what is longer is something else. */
const LONGEST_BYTES = 4096

/** The figures of an answer that was collected: only the object under its last `usage` is parsed, however long the rest. */
export function usageOf(answer: Buffer): { readonly input: number | null; readonly output: number | null } {
  const at = answer.lastIndexOf(USAGE)
  const start = at < 0 ? -1 : valueFrom(answer, at + USAGE.length)
  const end = start < 0 ? -1 : endOfObject(answer, start)
  if (end < 0) return NOTHING_SAID
  try {
    return tokensIn(JSON.parse(answer.toString('latin1', start, end)))
  } catch {
    // What is no JSON says nothing about tokens.
    return NOTHING_SAID
  }
}

const NOTHING_SAID = { input: null, output: null } as const
const [OPEN, CLOSE, COLON] = [0x7b, 0x7d, 0x3a]

/** Where the object begins that stands behind a key; -1 when it is none. */
function valueFrom(text: Buffer, from: number): number {
  let at = from
  while (isSpace(text[at])) at += 1
  if (text[at] !== COLON) return -1
  at += 1
  while (isSpace(text[at])) at += 1
  return text[at] === OPEN ? at : -1
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Usage holds numbers and objects of numbers, so braces need no care for strings. */
function endOfObject(text: Buffer, start: number): number {
  const last = Math.min(text.length, start + LONGEST_BYTES)
  let depth = 0
  for (let at = start; at < last; at += 1) {
    const byte = text[at]
    if (byte === OPEN) depth += 1
    else if (byte === CLOSE && (depth -= 1) === 0) return at + 1
  }
  return -1
}

const ID = /"id"\s*:\s*"([^"\\]{1,256})"/

/** The id that a Responses answer has: the first in its text. */
export function answerIdOf(answer: Buffer): string | null {
  return ID.exec(answer.toString('latin1', 0, LONGEST_BYTES))?.[1] ?? null
}
