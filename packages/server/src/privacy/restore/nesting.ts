import { isExactNumber } from '../traverse/texts.ts'
import { hexOf } from './symbol.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c
const COLON = 0x3a
/** Any character of a number or of `true`, `false`, `null`. */
const WORD = 0x30
const WORDS = new Set('0123456789+-.eEtrufalsn'.split('').map((character) => character.charCodeAt(0)))
const FIRST_OF_WORD = new Set('0123456789-tfn'.split('').map((character) => character.charCodeAt(0)))
const SHORT_ESCAPES: Readonly<Record<number, number>> = { 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9 }
const DEEPEST = 8

/** Text that may be JSON, as far as it has been read. */
interface Level {
  kind: 'new' | 'json' | 'text'
  isInString: boolean
  /** 0: in none; 1: behind its backslash; 2 to 5: that many characters of `\uXXXX`. */
  escape: number
  code: number
  depth: number
  /** The last character outside a string that was no blank. */
  last: number
}

const newLevel = (): Level => ({ kind: 'new', isInString: false, escape: 0, code: 0, depth: 0, last: 0 })

/**
 * Follows JSON text as it comes and knows how often a value must be escaped where it is put: a string in it may be JSON
 * again. A string counts as JSON as long as it could be; afterwards it is text.
 */
export class Nesting {
  readonly #isJson: boolean
  readonly #levels: [Level, ...Level[]] = [newLevel()]

  /** @param isJson the text is JSON by its API, and not only perhaps */
  constructor(isJson: boolean) {
    this.#isJson = isJson
  }

  reset(): void {
    renew(this.#levels[0])
  }

  read(text: string, from: number, to: number): void {
    for (let at = from; at < to; at += 1) this.#read(0, text.charCodeAt(at))
  }

  /** The value as it must stand here. @param instead of what: a number stays one, a placeholder becomes a text */
  put(value: string, instead = ''): string {
    const [outside] = this.#levels
    if (!outside.isInString) {
      // Models leave the quotes out where they take a placeholder for a number.
      const isBare = this.#isJson && outside.kind === 'json'
      outside.kind = isBare ? 'json' : 'text'
      outside.last = WORD
      const staysNumber = isExactNumber(instead) && isExactNumber(value)
      return isBare && !staysNumber ? JSON.stringify(value) : value
    }
    let escaped = value
    let level: Level = outside
    for (let depth = 1; level.isInString; depth += 1) {
      escaped = JSON.stringify(escaped).slice(1, -1)
      level.escape = 0
      level = this.#levelAt(depth)
    }
    if (level.kind === 'new') level.kind = 'text'
    level.last = WORD
    return escaped
  }

  #levelAt(depth: number): Level {
    const known = this.#levels[depth]
    if (known !== undefined) return known
    const level = newLevel()
    this.#levels.push(level)
    return level
  }

  #read(depth: number, code: number): void {
    const level = this.#levelAt(depth)
    if (level.kind === 'text') return
    if (level.isInString) return this.#readInString(depth, level, code)
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return
    if (level.kind === 'new' && !this.#begins(depth, level, code)) return
    // What the API says is JSON stays it, also where a model makes a mistake.
    if (!(depth === 0 && this.#isJson) && !isAllowed(level, code)) {
      level.kind = 'text'
      return
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) level.depth += 1
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) level.depth -= 1
    level.last = WORDS.has(code) ? WORD : code
    if (code === QUOTE) {
      level.isInString = true
      if (depth + 1 < DEEPEST) renew(this.#levelAt(depth + 1))
    }
  }

  #begins(depth: number, level: Level, code: number): boolean {
    const isContainer = code === OPEN_BRACE || code === OPEN_BRACKET
    level.kind = isContainer || (depth === 0 && this.#isJson && code === QUOTE) ? 'json' : 'text'
    return level.kind === 'json'
  }

  #readInString(depth: number, level: Level, code: number): void {
    if (level.escape === 0) {
      if (code === BACKSLASH) level.escape = 1
      else if (code === QUOTE) level.isInString = false
      else this.#inside(depth, code)
    } else if (level.escape === 1) {
      level.escape = code === 0x75 ? 2 : 0
      level.code = 0
      if (code !== 0x75) this.#inside(depth, SHORT_ESCAPES[code] ?? code)
    } else {
      level.code = level.code * 16 + Math.max(hexOf(code), 0)
      level.escape = level.escape === 5 ? 0 : level.escape + 1
      if (level.escape === 0) this.#inside(depth, level.code)
    }
  }

  #inside(depth: number, code: number): void {
    if (depth + 1 < DEEPEST) this.#read(depth + 1, code)
  }
}

function renew(level: Level): void {
  level.kind = 'new'
  level.isInString = false
  level.escape = level.depth = level.last = 0
}

/** Whether JSON could go on so. */
function isAllowed({ last, depth }: Level, code: number): boolean {
  const isEnd = code === CLOSE_BRACE || code === CLOSE_BRACKET
  switch (last) {
    case 0:
      return true
    case OPEN_BRACE:
      return code === QUOTE || code === CLOSE_BRACE
    case OPEN_BRACKET:
      return code === CLOSE_BRACKET || isValueStart(code)
    case COMMA:
    case COLON:
      return isValueStart(code)
    case WORD:
      return code === COMMA || isEnd || WORDS.has(code)
    default:
      return depth > 0 && (code === COMMA || code === COLON || isEnd)
  }
}

const isValueStart = (code: number): boolean =>
  code === QUOTE || code === OPEN_BRACE || code === OPEN_BRACKET || FIRST_OF_WORD.has(code)
