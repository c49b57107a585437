import type { Layout, Rule } from './layout.ts'
import {
  CONTAINERS,
  ELEMENT,
  FREE,
  hashed,
  INDICES,
  NAMES,
  NUMBERS,
  ROOT,
  stepTo,
  STRINGS,
  TEXT,
} from './layout.ts'

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
/** The number of the first object that is opened: the outermost one, if it is opened at all. */
export const OUTERMOST = 1
/** Deeper JSON is left as it is: each depth takes memory, and no answer is like that. */
const DEEPEST = 1000
/** Instead of a place: what stands there is no JSON. */
const BROKEN = -1
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** A value that a rule is about. Places are offsets into the bytes, of a string with its quotes. */
export interface Find {
  rule: Rule
  start: number
  end: number
  isString: boolean
  /** Neither an escape nor a character beyond ASCII. */
  isPlain: boolean
  /** The objects that it belongs to, by their numbers. */
  owner: number
  first: number
  second: number
}

interface Frame {
  isArray: boolean
  /** A name comes next, and not a value. */
  isName: boolean
  place: number
  /** Where its next value leads. */
  next: number
  count: number
  start: number
  owner: number
  first: number
  second: number
}

/**
 * Finds the values of JSON text that a layout has rules for, in one pass over its bytes and without making a single string:
 * parsing costs more than everything else, and writing what was parsed would round numbers. It takes valid JSON for granted;
 * in any other it finds less.
 */
export class JsonReader {
  /** What was found, in the order of the text; only the first `count` are of this text. */
  readonly finds: Find[] = []
  count = 0
  /** Of the objects that were opened: what they say of themselves, or their place in an array. */
  readonly indices: number[] = []
  /** The object around each of them. */
  readonly owners: number[] = []
  readonly #layout: Layout
  readonly #frames: Frame[] = [newFrame()]
  #opened = 0
  #end = 0
  #isPlain = true

  readonly #isEvent: boolean

  /** @param isEvent the text stands in an event, and a blank line ends it */
  constructor(layout: Layout, isEvent: boolean) {
    this.#layout = layout
    this.#isEvent = isEvent
  }

  /** Behind the outermost object or array; -1 where there is none, or it does not end. */
  read(bytes: Buffer, from: number, to: number): number {
    const { kinds } = this.#layout
    let frame = this.#begin()
    let depth = 0
    let at = from
    while (at >= 0 && at < to) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        if (frame.isName) this.#name(bytes, at, to, frame)
        else {
          this.#skipString(bytes, at, to)
          if (this.#end > 0 && ((kinds[frame.next] ?? 0) & STRINGS) !== 0)
            this.#find(frame.next, frame, at, true)
        }
        at = this.#end
        continue
      }
      at += 1
      if (byte === COMMA) {
        frame.count += 1
        frame.isName = !frame.isArray
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1
        if (depth > DEEPEST) return BROKEN
        frame = this.#open(frame, depth, byte === OPEN_BRACKET)
        frame.start = at - 1
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (depth === 0) return BROKEN
        depth -= 1
        this.#end = at
        frame = this.#close(frame, depth)
        if (depth === 0) return at
      } else if (byte > 0x20) {
        if (byte === COLON) continue
        if (depth === 0) return BROKEN
        const start = at - 1
        while (at < to && !endsWord(bytes[at] ?? 0)) at += 1
        this.#end = at
        // The `data:` of a second line stands where a name belongs.
        const kind = frame.isName ? 0 : (kinds[frame.next] ?? 0)
        if ((kind & NUMBERS) !== 0) this.#find(frame.next, frame, start, false)
        else if ((kind & INDICES) !== 0) this.#index(bytes, start, frame)
      } else if (byte !== 0x20 && this.#isEvent && isBlankLine(byte, bytes[at])) return BROKEN
    }
    return BROKEN
  }

  #begin(): Frame {
    this.count = this.#opened = 0
    const outside = this.#frameAt(0)
    outside.isArray = outside.isName = false
    outside.next = ROOT
    outside.owner = outside.first = outside.second = this.#number(-1, -1)
    return outside
  }

  #frameAt(depth: number): Frame {
    const known = this.#frames[depth]
    if (known !== undefined) return known
    const frame = newFrame()
    this.#frames.push(frame)
    return frame
  }

  #open(outside: Frame, depth: number, isArray: boolean): Frame {
    const frame = this.#frameAt(depth)
    const place = outside.next
    frame.isArray = isArray
    frame.isName = !isArray
    frame.place = place
    frame.next = isArray ? stepTo(this.#layout, place, ELEMENT) : 0
    frame.count = 0
    frame.owner = outside.owner
    frame.first = outside.first
    frame.second = outside.second
    const opens = isArray ? undefined : this.#layout.rules[place]?.opens
    if (opens === undefined) return frame
    for (const what of opens) frame[what] = this.#number(outside.isArray ? outside.count : -1, outside.owner)
    return frame
  }

  #number(index: number, owner: number): number {
    this.owners[this.#opened] = owner
    this.indices[this.#opened] = index
    this.#opened += 1
    return this.#opened - 1
  }

  #index(bytes: Buffer, start: number, frame: Frame): void {
    const { task } = this.#layout.rules[frame.next] ?? TEXT
    let index = 0
    for (let at = start; at < this.#end; at += 1) index = index * 10 + (bytes[at] ?? 0) - 0x30
    this.indices[task === 'first' ? frame.first : frame.second] = index
  }

  #close(frame: Frame, depth: number): Frame {
    const outside = this.#frameAt(depth)
    if (((this.#layout.kinds[outside.next] ?? 0) & CONTAINERS) !== 0)
      this.#find(outside.next, outside, frame.start, false)
    return outside
  }

  #name(bytes: Buffer, start: number, to: number, frame: Frame): void {
    const { kinds, names } = this.#layout
    const hash = this.#skipName(bytes, start, to)
    if (((kinds[frame.place] ?? 0) & NAMES) !== 0) this.#find(FREE, frame, start, true)
    frame.isName = false
    frame.next = stepTo(this.#layout, frame.place, names.find(hash, this.#end - start - 2))
  }

  #find(place: number, frame: Frame, start: number, isString: boolean): void {
    const rule = this.#layout.rules[place] ?? TEXT
    let find = this.finds[this.count]
    if (find === undefined) {
      find = { rule, start, end: 0, isString, isPlain: true, owner: 0, first: 0, second: 0 }
      this.finds.push(find)
    }
    find.rule = rule
    find.start = start
    find.end = this.#end
    find.isString = isString
    find.isPlain = this.#isPlain
    find.owner = frame.owner
    find.first = frame.first
    find.second = frame.second
    this.count += 1
  }

  #skipString(bytes: Buffer, open: number, to: number): void {
    let seen = 0
    let at = open + 1
    for (; at < to; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE || byte < 0x20) break
      seen |= byte
      if (byte === BACKSLASH) {
        seen |= 0x80
        at += 1
      }
    }
    this.#isPlain = seen < 0x80
    this.#end = bytes[at] === QUOTE ? at + 1 : BROKEN
  }

  /** The hash of the name. */
  #skipName(bytes: Buffer, open: number, to: number): number {
    let hash = 0
    let seen = 0
    let at = open + 1
    for (; at < to; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE || byte < 0x20) break
      hash = hashed(hash, byte)
      seen |= byte
      if (byte === BACKSLASH) {
        seen |= 0x80
        at += 1
      }
    }
    this.#isPlain = seen < 0x80
    this.#end = bytes[at] === QUOTE ? at + 1 : BROKEN
    return hash
  }
}

const newFrame = (): Frame => ({
  isArray: false,
  isName: false,
  place: 0,
  next: 0,
  count: 0,
  start: 0,
  owner: 0,
  first: 0,
  second: 0,
})

/** Ends a number, `true`, `false` or `null`. */
const endsWord = (byte: number): boolean =>
  byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === QUOTE || byte <= 0x20

/** Two line ends, and not the two bytes of one. */
const isBlankLine = (byte: number, next: number | undefined): boolean =>
  (next === LF || next === CR) && (byte === LF || (byte === CR && next === CR))

/** The text of a string that was found; null where its escapes are wrong. */
export function textAt(bytes: Buffer, { start, end, isPlain }: Find): string | null {
  if (isPlain) return bytes.toString('latin1', start + 1, end - 1)
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)))
  } catch {
    return null
  }
}
