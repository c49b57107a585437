/** A policy where it stands in its text. */
export interface Piece {
  readonly text: string
  /** Of its first letter, in UTF-16. */
  readonly start: number
}

/** Cuts a text after each semicolon that stands outside strings and comments. What is left at the end is a piece too. */
export function splitPolicies(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let start: number | null = null
  let at = 0
  while (at < text.length) {
    const [letter = '', two] = [text[at], text.slice(at, at + 2)]
    const isBlank = two === '//' || /\s/u.test(letter)
    if (start === null && !isBlank) start = at
    at = two === '//' ? endOfLine(text, at) : letter === '"' ? endOfString(text, at) : at + 1
    if (start !== null && letter === ';') {
      pieces.push({ start, text: text.slice(start, at) })
      start = null
    }
  }
  if (start !== null) pieces.push({ start, text: text.slice(start) })
  return pieces
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** Behind the closing quote; where there is none, the end. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

/** Line and column of a place, both counted from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
