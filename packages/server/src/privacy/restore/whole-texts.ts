import type { Automaton } from './automaton.ts'
import type { Find, JsonReader } from './json-reader.ts'
import { textAt } from './json-reader.ts'
import { Nesting } from './nesting.ts'
import type { Tally } from './text-channel.ts'
import { TextChannel } from './text-channel.ts'
import type { TextShifts } from './text-shifts.ts'

/** What the request says of its answer. */
export interface AnswerShape {
  /** A response format makes the text of the answer JSON. */
  readonly isStructured: boolean
}

/** New text for a part of JSON text. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Restores what stands as a whole in one event or body, and what depends on it there. */
export class WholeTexts {
  edits: Edit[] = []
  readonly #automaton: Automaton
  readonly #tally: Tally
  readonly #isStructured: boolean
  readonly #json = new Nesting(true)
  readonly #free = new Nesting(false)
  /** By owner: whether a text of it changed, and what moved in its answer. */
  #changed: (boolean | undefined)[] = []
  #shifts: (TextShifts | undefined)[] = []

  constructor(automaton: Automaton, tally: Tally, { isStructured }: AnswerShape) {
    this.#automaton = automaton
    this.#tally = tally
    this.#isStructured = isStructured
  }

  begin(): void {
    // Most events leave them empty, and making them so costs more than looking.
    if (this.edits.length > 0) this.edits = []
    if (this.#changed.length > 0) this.#changed = []
    if (this.#shifts.length > 0) this.#shifts = []
  }

  /** Of a body that could not be read; where it begins like JSON, values stand in it as in JSON. */
  restored(text: string): string {
    return this.#channel(this.#json, false).push(text, true)
  }

  /** A whole text, of which nothing else is to come. */
  restore(bytes: Buffer, reader: JsonReader, find: Find): void {
    const text = textAt(bytes, find)
    if (text === null || text === '') return
    const { task, isAnswer } = find.rule
    const isJson = task === 'json' || (isAnswer === true && this.#isStructured)
    const nesting = isJson ? this.#json : task === 'free' ? this.#free : null
    const channel = this.#channel(nesting, isAnswer === true)
    const restored = channel.push(text, true)
    if (channel.shifts !== null) this.#shifts[find.owner] = channel.shifts
    if (restored === text) return
    this.replace(find, JSON.stringify(restored))
    this.change(reader, find.owner)
  }

  replace({ start, end }: Find, text: string): void {
    this.edits.push({ start, end, text })
  }

  /** A text of the owner is another one now. */
  change({ owners }: JsonReader, owner: number): void {
    for (let at = owner; at >= 0 && this.#changed[at] !== true; at = owners[at] ?? -1)
      this.#changed[at] = true
  }

  /**
   * Tokens and places, after all texts. Tokens would show the placeholder piece by piece, so they go where a text changed.
   * @param elsewhere what moved in a text that came before
   */
  follow(bytes: Buffer, find: Find, elsewhere: TextShifts | null): void {
    const { task } = find.rule
    if (task === 'tokens') {
      if (this.#changed[find.owner] === true) this.replace(find, bytes[find.start] === 0x5b ? '[]' : 'null')
    } else if ((task === 'start' || task === 'end') && !find.isString) {
      const shifts = this.#shifts[find.owner] ?? elsewhere
      const place = numberAt(bytes, find)
      const moved = Number.isNaN(place) ? null : (shifts?.moved(place, task === 'start') ?? null)
      if (moved !== null) this.replace(find, String(moved))
    }
  }

  #channel(nesting: Nesting | null, isCited: boolean): TextChannel {
    return new TextChannel(this.#automaton, { nesting, tally: this.#tally, isCited })
  }
}

/** Of digits; NaN for anything else. */
export function numberAt(bytes: Buffer, { start, end }: Find): number {
  let number = 0
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return NaN
    number = number * 10 + digit
  }
  return number
}

/** The bytes from `from` to `to` with the edits made. */
export function applyEdits(bytes: Buffer, edits: Edit[], { from, to }: { from: number; to: number }): Buffer {
  if (edits.length > 1) edits.sort((a, b) => a.start - b.start)
  let size = to - from
  for (const { start, end, text } of edits) size += Buffer.byteLength(text) - (end - start)
  const edited = Buffer.allocUnsafe(size)
  let at = 0
  let done = from
  for (const { start, end, text } of edits) {
    at += bytes.copy(edited, at, done, start)
    at += edited.write(text, at)
    done = end
  }
  bytes.copy(edited, at, done, to)
  return edited
}
