import type { CompiledMessage } from '@lingui/message-utils/compileMessage'

type Token = Exclude<CompiledMessage, string>[number]

/**
 * Makes of a text in ICU MessageFormat what Lingui formats: `{name}`, `{count, plural, =0 {…} one {…} other {# …}}`,
 * `{state, select, done {…} other {…}}` and `'{'` for the bracket itself. Dates and numbers come formatted already, so the
 * rest of the language, most of a parser, is left out.
 * @throws Error where a text is not of that form
 */
export function compileMessage(text: string): Token[] {
  const reader = { text, at: 0 }
  const tokens = tokensOf(reader, false)
  if (reader.at < text.length) throw wrong(reader)
  return tokens
}

interface Reader {
  readonly text: string
  at: number
}

const wrong = ({ text, at }: Reader): Error => new Error(`Not a message, at ${at}: ${text}`)

/** Up to the end, or to the bracket that closes this case. */
function tokensOf(reader: Reader, isCounted: boolean): Token[] {
  const tokens: Token[] = []
  let words = ''
  const keep = (): void => {
    if (words !== '') tokens.push(words)
    words = ''
  }
  for (; reader.at < reader.text.length; reader.at += 1) {
    const letter = reader.text.charAt(reader.at)
    if (letter === '}') break
    if (letter === "'") words += quoted(reader)
    else if (letter === '{' || (letter === '#' && isCounted)) {
      keep()
      tokens.push(letter === '#' ? '#' : argument(reader, isCounted))
    } else words += letter
  }
  keep()
  return tokens
}

/** Words that an apostrophe keeps from being read, or the apostrophe itself; leaves off at the last letter of it. */
function quoted(reader: Reader): string {
  const [all, inner] = take(reader, /'([{}][^']*)'|''|'/y)
  reader.at -= 1
  return inner ?? all.slice(0, 1)
}

const ARGUMENT = /\{\s*(\w+)\s*(?:\}|,\s*(plural|select)\s*,\s*)/y
const CASE = /=?(\w+)\s*\{/y

/** One in brackets; leaves off at the bracket that closes it. */
function argument(reader: Reader, isCounted: boolean): Token {
  const [, name = '', type] = take(reader, ARGUMENT)
  if (type === undefined) {
    reader.at -= 1
    return [name]
  }
  const cases: Record<string, Token[]> = {}
  while (reader.text.charAt(reader.at) !== '}') {
    const [, key = ''] = take(reader, CASE)
    cases[key] = tokensOf(reader, isCounted || type === 'plural')
    take(reader, /\}\s*/y)
  }
  return [name, type, cases] as Token
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (found === null) throw wrong(reader)
  reader.at = pattern.lastIndex
  return found
}
