/** One event of a stream. */
export interface StreamEvent {
  /** The `event:` field; null without one. */
  readonly name: string | null
  /** The `data:` lines, joined with line ends; null for comments such as `: ping`. */
  readonly data: string | null
}

const LF = 0x0a
const CR = 0x0d
/** A single event that is larger is no event any more. */
const LARGEST_EVENT_BYTES = 16 * 1024 * 1024

/**
 * Cuts the bytes of a stream after whole events (WHATWG HTML section 9.2.5: a blank line ends an event; lines end in
 * LF, CR LF or CR), wherever the network cut them. Works on bytes, so that a character cut in the middle stays whole.
 */
export class SseSplitter {
  #held: Buffer[] = []
  #heldBytes = 0
  /** What the last bytes say about a line end that is not complete yet: bytes since the last event's end. */
  #tail: Buffer = EMPTY

  /** Bytes of an event that has not ended. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Whole events, as many as have ended; null when none has. @throws RangeError for an event of over 16 MiB */
  push(chunk: Buffer): Buffer | null {
    const end = lastBoundary(this.#tail, chunk)
    if (end === 0) {
      this.#hold(chunk)
      return null
    }
    const head = end === chunk.length ? chunk : chunk.subarray(0, end)
    const whole = this.#held.length === 0 ? head : Buffer.concat([...this.#held, head])
    this.#held = []
    this.#heldBytes = 0
    this.#tail = EMPTY
    if (end < chunk.length) this.#hold(chunk.subarray(end))
    return whole
  }

  /** What is left when the stream ends: an event whose blank line never came. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    this.#tail = EMPTY
    return rest
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes > LARGEST_EVENT_BYTES) throw new RangeError('an event of the stream is over 16 MiB')
    // A boundary has at most four bytes, so three of the past are enough to see one that was cut.
    this.#tail =
      chunk.length >= 3 ? chunk.subarray(chunk.length - 3) : Buffer.concat([this.#tail, chunk]).subarray(-3)
  }
}

const EMPTY = Buffer.alloc(0)

/** Where in `chunk` the last whole event ends; 0 when none ends in it. `tail` is what came just before. */
function lastBoundary(tail: Buffer, chunk: Buffer): number {
  const hasCr = chunk.includes(CR)
  let at = lastLineEnd(chunk, chunk.length, hasCr)
  while (at > 0 && !isBlankLine(tail, chunk, at)) at = lastLineEnd(chunk, at - 1, hasCr)
  return at
}

/** The end of the last line that ends at or before `before`, as an offset after its line end; 0 when there is none. */
function lastLineEnd(chunk: Buffer, before: number, hasCr: boolean): number {
  if (before === 0) return 0
  const lf = chunk.lastIndexOf(LF, before - 1)
  const cr = hasCr ? chunk.lastIndexOf(CR, before - 1) : -1
  return Math.max(lf, cr) + 1
}

/** Whether the bytes before `at` are a line end that follows another line end. */
function isBlankLine(tail: Buffer, chunk: Buffer, at: number): boolean {
  const byte = (back: number): number | undefined => {
    const index = at - back
    return index >= 0 ? chunk[index] : tail[tail.length + index]
  }
  const last = byte(1)
  if (last === LF) {
    const before = byte(2)
    if (before === LF) return true
    // LF of CR LF: the blank line's own end; what stands before must end a line.
    if (before === CR) return byte(3) === LF || byte(3) === CR
    return false
  }
  // A CR may be the first half of CR LF: only the second CR in a row proves a blank line.
  return last === CR && byte(2) === CR
}

/** The events of whole event bytes, decoded one by one as they are asked for. Comments come with `data: null`. */
export function* eventsIn(whole: Buffer): Generator<StreamEvent> {
  const blanks = blankLinesIn(whole)
  for (let at = 0; at < whole.length;) {
    const end = endOfEvent(whole, at, blanks)
    const event = eventOf(whole.toString('utf8', at, end))
    if (event !== null) yield event
    at = end
  }
}

/** The bytes of the last `most` events of whole event bytes, in their order. */
export function lastEvents(whole: Buffer, most: number): readonly Buffer[] {
  const blanks = blankLinesIn(whole)
  const events: Buffer[] = []
  for (let end = whole.length; end > 0 && events.length < most;) {
    const start = startOfEvent(whole, end, blanks)
    events.unshift(whole.subarray(start, end))
    end = start
  }
  return events
}

const LF_ONLY = [Buffer.from('\n\n')]
const ANY = [...LF_ONLY, Buffer.from('\r\n\r\n'), Buffer.from('\r\r')]

/** Most streams hold no CR at all, and looking for what is not there means reading everything. */
const blankLinesIn = (whole: Buffer): readonly Buffer[] => (whole.includes(CR) ? ANY : LF_ONLY)

function endOfEvent(whole: Buffer, from: number, blanks: readonly Buffer[]): number {
  let end = whole.length
  for (const blank of blanks) {
    const found = whole.indexOf(blank, from)
    if (found >= 0) end = Math.min(end, found + blank.length)
  }
  return end
}

/** Of the event that ends at `end`, its own blank line included. */
function startOfEvent(whole: Buffer, end: number, blanks: readonly Buffer[]): number {
  let start = 0
  for (const blank of blanks) {
    const found = whole.lastIndexOf(blank, end - blank.length - 1)
    if (found >= 0) start = Math.max(start, found + blank.length)
  }
  return Math.min(start, end - 1)
}

/** Null for what is blank. */
function eventOf(text: string): StreamEvent | null {
  let name: string | null = null
  let data: string | null = null
  let isStarted = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') continue
    isStarted = true
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    else if (field === 'data') data = data === null ? value : `${data}\n${value}`
  }
  return isStarted ? { name, data } : null
}
