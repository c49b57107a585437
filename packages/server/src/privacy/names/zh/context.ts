import { readFileSync } from 'node:fs'
import { nextHash } from './word-table.ts'

/** How many characters beside a name are looked at. */
export const REACH = 3
const SIZE = 2 ** 15
/** Keeps what stands before apart from what stands after. */
const BEFORE = 1
const AFTER = 2

const codes = (characters: string) => characters.charCodeAt(0)
const [DIGIT, LETTER, SPACE] = [codes('0'), codes('a'), codes('_')]

/** The character at a place as contexts are counted: digits are alike, letters are, and so are spaces and both ends. */
export function contextCode(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (Number.isNaN(code) || code <= 32 || code === 0x3000) return SPACE
  if (code >= 48 && code <= 57) return DIGIT
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return LETTER
  return code
}

/** What the characters beside a name say for it, in eighths of a nat. The rows are made by corpus/zh/build-context.ts. */
export class Context {
  readonly #hashes = new Int32Array(SIZE)
  readonly #values = new Int8Array(SIZE)

  constructor(rows: string) {
    for (const line of rows.split('\n')) {
      const [side = '', value, ...grams] = line.split(' ')
      for (const gram of grams) this.#add(side === 'b' ? BEFORE : AFTER, gram, Number(value))
    }
  }

  static read(): Context {
    return new Context(readFileSync(new URL('context.txt', import.meta.url), 'utf8'))
  }

  /** `gram` begins beside the name. */
  #add(side: number, gram: string, value: number): void {
    let hash = side
    for (let i = 0; i < gram.length; i += 1) hash = nextHash(hash, gram.charCodeAt(i))
    let slot = hash & (SIZE - 1)
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & (SIZE - 1)
    this.#hashes[slot] = hash
    this.#values[slot] = value
  }

  /** What stands before `at` says for a name that begins there. */
  before(text: string, at: number): number {
    return this.#look(text, at - 1, -1, BEFORE)
  }

  /** What stands from `end` on says for a name that ends there. */
  after(text: string, end: number): number {
    return this.#look(text, end, 1, AFTER)
  }

  /** The longest context that is known. */
  #look(text: string, from: number, step: number, side: number): number {
    let hash = side
    let value = 0
    for (let i = 0; i < REACH; i += 1) {
      hash = nextHash(hash, contextCode(text, from + i * step))
      let slot = hash & (SIZE - 1)
      while (this.#hashes[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & (SIZE - 1)
      if (this.#hashes[slot] === hash) value = this.#values[slot] ?? 0
    }
    return value
  }
}
