import type { Automaton } from './automaton.ts'
import { BEGUN, FOUND } from './matches.ts'
import type { Nesting } from './nesting.ts'
import { canBeginWide, OPEN, SYMBOL_BITS, SYMBOL_MASK, symbolAt, UNFINISHED } from './symbol.ts'
import { isLowSurrogate, pointsOf, TextShifts } from './text-shifts.ts'

/** What was seen of placeholders. */
export interface Tally {
  restored: number
  /** With a nonce of ours and a type or number that is none: the model made it up, or changed it too much. */
  unknown: number
}

/**
 * One text that comes in pieces. Each piece goes out at once, but for the end that may be the beginning of a placeholder;
 * that end is read again with the next piece, so that the cuts make no difference.
 */
export class TextChannel {
  /** What has come and not gone out. */
  held = ''
  /** Of all that went out since the beginning. */
  readonly shifts: TextShifts | null
  readonly #automaton: Automaton
  readonly #nesting: Nesting | null
  readonly #tally: Tally
  /** The code unit before `held`, and how much of a nonce stands there. */
  #before = 0
  #nonce = 0
  #points = 0

  /** @param isCited places in this text are named elsewhere */
  constructor(
    automaton: Automaton,
    {
      nesting,
      tally,
      isCited,
    }: { readonly nesting: Nesting | null; readonly tally: Tally; readonly isCited: boolean },
  ) {
    this.#automaton = automaton
    this.#nesting = nesting
    this.#tally = tally
    this.shifts = isCited ? new TextShifts() : null
  }

  /**
   * Takes a piece as the bytes of a JSON string, if it can be seen at once that it goes out as it comes; false: it is to be
   * pushed. Saves most pieces from becoming a string.
   */
  passes(bytes: Buffer, from: number, to: number): boolean {
    const automaton = this.#automaton
    if (this.held !== '' || this.#nonce !== 0 || this.#nesting !== null || automaton.hasSurrogates)
      return false
    const { hot } = automaton
    let before = this.#before
    let continued = 0
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte < 128) {
        if (hot[byte] === 1) {
          const isElse = isLetter(byte) && !(isWordStart(before, byte) && mayGoOn(automaton, bytes, at, to))
          if (!isElse) return false
        }
      } else if (byte < 0xc0) continued += 1
      else if (byte === LEAD_OF_BRACKETS || byte === LEAD_OF_FULL_WIDTH) return false
      before = byte
    }
    this.#before = before
    this.#points += to - from - continued
    return true
  }

  /** What may go out. The piece itself where nothing changes. */
  push(piece: string, isLast: boolean): string {
    const automaton = this.#automaton
    const { hot, hasSurrogates } = automaton
    const text = this.held === '' ? piece : this.held + piece
    const { length } = text
    let gone = ''
    let done = 0
    let at = 0
    let before = this.#before
    let nonce = this.#nonce
    while (at < length) {
      const code = text.charCodeAt(at)
      if (hasSurrogates) {
        const match = automaton.matchSurrogate(text, at, { before, isLast })
        if (match === BEGUN) break
        if (match === FOUND) {
          gone += this.#replaced(text, done)
          done = at = automaton.end
          before = text.charCodeAt(at - 1)
          nonce = 0
          continue
        }
      }
      if (nonce === 0 && (code < 128 ? hot[code] === 0 : !canBeginWide(code))) {
        if (isLowSurrogate(code)) this.#points -= 1
        before = code
        at += 1
        continue
      }
      const read = symbolAt(text, at, isLast)
      const symbol = read & SYMBOL_MASK
      if (symbol === UNFINISHED) break
      if (symbol === OPEN || (automaton.begins(symbol) && isWordStart(before, code))) {
        const match = automaton.match(text, at, isLast)
        if (match === BEGUN) break
        if (match === FOUND) {
          gone += this.#replaced(text, done)
          done = at = automaton.end
          before = nonce = 0
          continue
        }
      }
      nonce = automaton.towardsNonce(nonce, symbol)
      if (nonce < 0) {
        this.#tally.unknown += 1
        nonce = 0
      }
      const units = read >> SYMBOL_BITS
      before = units === 1 ? code : 0
      at += units
    }
    this.#nesting?.read(text, done, at)
    if (isLast) this.#reset()
    else {
      this.held = at === length ? '' : text.slice(at)
      this.#before = before
      this.#nonce = nonce
      this.#points += at
    }
    return done === 0 && at === length ? text : gone + text.slice(done, at)
  }

  /** The text up to the match, and the value. */
  #replaced(text: string, done: number): string {
    const { start, end, value } = this.#automaton
    this.#tally.restored += 1
    this.shifts?.add(this.#points + start, this.#points + end, pointsOf(value))
    if (this.#nesting === null) return text.slice(done, start) + value
    this.#nesting.read(text, done, start)
    return text.slice(done, start) + this.#nesting.put(value, text.slice(start, end))
  }

  #reset(): void {
    this.held = ''
    this.#before = this.#nonce = 0
    this.#nesting?.reset()
  }
}

/** The first bytes in UTF-8 of what can begin a placeholder beyond ASCII. */
const LEAD_OF_BRACKETS = 0xe3
const LEAD_OF_FULL_WIDTH = 0xef

const mayGoOn = (automaton: Automaton, bytes: Buffer, at: number, to: number): boolean =>
  at + 1 === to || automaton.mayBegin(bytes[at] ?? 0, bytes[at + 1] ?? 0)

/** Without a bracket a placeholder begins where a word does, or where one would in `userPERSON_k7f2_1`. */
const isWordStart = (before: number, code: number): boolean =>
  !isLetter(before) || (before >= 0x61 && code >= 0x41 && code <= 0x5a)

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
