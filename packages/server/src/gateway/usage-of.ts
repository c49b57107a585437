import { tokensIn } from './call/stream-format.ts'

const USAGE = Buffer.from('"usage"')
/** A usage object is short; what is longer is something else. */
const LONGEST_BYTES = 4096

/** The figures of an answer that was collected: only the object under its last `usage` is parsed, however long the rest. */
export function usageOf(answer: Buffer): { readonly input: number | null; readonly output: number | null } {
  const at = answer.lastIndexOf(USAGE)
  if (at < 0) return { input: null, output: null }
  const text = answer.toString('latin1', at + USAGE.length, at + USAGE.length + LONGEST_BYTES)
  const [, open = ''] = /^\s*:\s*(\{)/.exec(text) ?? []
  if (open === '') return { input: null, output: null }
  const start = text.indexOf(open)
  const end = endOfObject(text, start)
  if (end < 0) return { input: null, output: null }
  try {
    return tokensIn(JSON.parse(text.slice(start, end)))
  } catch {
    // What is no JSON says nothing about tokens.
    return { input: null, output: null }
  }
}

/** Usage holds numbers and objects of numbers, so braces need no care for strings. */
function endOfObject(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    else if (text[at] === '}' && (depth -= 1) === 0) return at + 1
  }
  return -1
}

const ID = /"id"\s*:\s*"([^"\\]{1,256})"/

/** The id that a Responses answer has: the first in its text. */
export function answerIdOf(answer: Buffer): string | null {
  return ID.exec(answer.toString('latin1', 0, LONGEST_BYTES))?.[1] ?? null
}
