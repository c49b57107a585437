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
  /** The last byte that is held: a blank line may be cut in its middle. */
  #last: number | undefined

  /** Bytes of an event that has not ended. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Whole events, as many as have ended; null when none has. @throws RangeError for an event of over 16 MiB */
  push(chunk: Buffer): Buffer | null {
    // A comment that keeps a stream alive may come without a blank line, and must not wait for the next event.
    if (this.#heldBytes === 0 && isCommentLine(chunk)) return chunk
    const end = lastBoundary(this.#last, chunk)
    if (end === 0) {
      this.#hold(chunk)
      return null
    }
    const head = end === chunk.length ? chunk : chunk.subarray(0, end)
    const whole = this.#held.length === 0 ? head : Buffer.concat([...this.#held, head])
    this.#forget()
    if (end < chunk.length) this.#hold(chunk.subarray(end))
    return whole
  }

  /** What is left when the stream ends: an event whose blank line never came. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#held)
    this.#forget()
    return rest
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes > LARGEST_EVENT_BYTES) throw new RangeError('an event of the stream is over 16 MiB')
    this.#last = chunk.at(-1)
  }

  #forget(): void {
    this.#held = []
    this.#heldBytes = 0
    this.#last = undefined
  }
}

const COLON = 0x3a
const LONGEST_COMMENT = 256

/** One line that says nothing. */
const isCommentLine = (chunk: Buffer): boolean =>
  chunk[0] === COLON && chunk.length <= LONGEST_COMMENT && chunk.indexOf(LF) === chunk.length - 1

/**
 * A line end that follows another one at once. CR LF is one line end and not among them: where these stand, a line is
 * blank, whichever ends are mixed.
 */
const LF_ONLY = [Buffer.from('\n\n')]
const ANY = [...LF_ONLY, Buffer.from('\n\r'), Buffer.from('\r\r')]

/** Most streams hold no CR at all, and looking for what is not there means reading everything. */
const blankLinesIn = (whole: Buffer): readonly Buffer[] => (whole.includes(CR) ? ANY : LF_ONLY)

/** Behind a blank line that begins at `at`; the LF of its CR belongs to it. */
const behind = (whole: Buffer, at: number): number =>
  whole[at + 1] === CR && whole[at + 2] === LF ? at + 3 : at + 2

/** Where in `chunk` the last whole event ends; 0 when none ends in it. `last` is the byte that came just before. */
function lastBoundary(last: number | undefined, chunk: Buffer): number {
  // Most chunks end with an event, and a search costs three times as much as this look.
  if (endsBlank(chunk)) return chunk.length
  let found = -1
  for (const blank of blankLinesIn(chunk)) found = Math.max(found, chunk.lastIndexOf(blank))
  if (found >= 0) return behind(chunk, found)
  const [first] = chunk
  const isCut = (last === LF && (first === LF || first === CR)) || (last === CR && first === CR)
  return isCut ? (first === CR && chunk[1] === LF ? 2 : 1) : 0
}

function endsBlank(chunk: Buffer): boolean {
  const { length } = chunk
  if (chunk[length - 1] !== LF) return false
  const before = chunk[length - 2]
  return before === LF || (before === CR && (chunk[length - 3] === LF || chunk[length - 3] === CR))
}

/** The events of whole event bytes, decoded one by one as they are asked for. Comments come with `data: null`. */
export function* eventsIn(whole: Buffer): Generator<StreamEvent> {
  const blanks = blankLinesIn(whole)
  // Where each kind stands next: looked for again only when it has been passed, so that all of it is read once.
  const next = blanks.map((blank) => whole.indexOf(blank))
  for (let at = 0; at < whole.length;) {
    let end = whole.length
    for (const [kind, blank] of blanks.entries()) {
      let found = next[kind] ?? -1
      if (found >= 0 && found < at) found = next[kind] = whole.indexOf(blank, at)
      if (found >= 0) end = Math.min(end, behind(whole, found))
    }
    const event = eventOf(whole.toString('utf8', at, end))
    if (event !== null) yield event
    at = end
  }
}

/** The bytes of the last `most` events of whole event bytes, in their order, without comments that stand alone. */
export function lastEvents(whole: Buffer, most: number): readonly Buffer[] {
  const blanks = blankLinesIn(whole)
  const last = blanks.map((blank) => whole.lastIndexOf(blank))
  const events: Buffer[] = []
  for (let end = whole.length; end > 0 && events.length < most;) {
    const words = endOfWords(whole, end)
    let start = 0
    for (const [kind, blank] of blanks.entries()) {
      let found = last[kind] ?? -1
      if (found >= words) found = last[kind] = words === 0 ? -1 : whole.lastIndexOf(blank, words - 1)
      if (found >= 0) start = Math.max(start, behind(whole, found))
    }
    if (words > 0 && !isComment(whole, start, words)) events.unshift(whole.subarray(start, end))
    end = start
  }
  return events
}

/** Where in whole event bytes the event begins and ends that holds the byte at `at`. */
export function eventAround(whole: Buffer, at: number): readonly [start: number, end: number] {
  let [start, end] = [0, whole.length]
  for (const blank of blankLinesIn(whole)) {
    const before = whole.lastIndexOf(blank, at)
    if (before >= 0) start = Math.max(start, behind(whole, before))
    const after = whole.indexOf(blank, at)
    if (after >= 0) end = Math.min(end, behind(whole, after))
  }
  return [start, end]
}

/** One line that says nothing; what is longer is read as an event. */
function isComment(whole: Buffer, start: number, end: number): boolean {
  if (whole[start] !== COLON || end - start > LONGEST_COMMENT) return false
  for (let at = start; at < end; at += 1) if (whole[at] === LF || whole[at] === CR) return false
  return true
}

/** Without the line ends before `end`. */
function endOfWords(whole: Buffer, end: number): number {
  let at = end
  while (at > 0 && (whole[at - 1] === LF || whole[at - 1] === CR)) at -= 1
  return at
}

const ERROR_FIELD = Buffer.from('error: {')
const ERROR_LINE = Buffer.from('\nerror: {')

/** Where the field stands in whole events by which llama.cpp told errors; -1 where it does not. */
export function errorFieldIn(whole: Buffer): number {
  if (whole[0] === ERROR_FIELD[0] && whole.indexOf(ERROR_FIELD) === 0) return 0
  return whole.indexOf(ERROR_LINE)
}

const DONE = Buffer.from('[DONE]')
const CLOSE_LIST = 0x5d

/** Whether whole events may end with `[DONE]`; others end with a brace. */
export const endsDone = (whole: Buffer): boolean => whole[endOfWords(whole, whole.length) - 1] === CLOSE_LIST

/** Where the line begins whose data is `[DONE]` and nothing else, in whole events; -1 without one. */
export function doneIn(whole: Buffer): number {
  for (let at = whole.indexOf(DONE); at >= 0; at = whole.indexOf(DONE, at + DONE.length)) {
    const start = Math.max(whole.lastIndexOf(LF, at), whole.lastIndexOf(CR, at)) + 1
    if (/^data:[ \t]*$/.test(whole.toString('latin1', start, at)) && isLineEnd(whole[at + DONE.length]))
      return start
  }
  return -1
}

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR || byte === undefined

/**
 * What is left of a stream that ended: its last event, ended by a blank line as clients need it, or nothing where it
 * was cut in its middle. Comments stay as they are.
 */
export function endedRest(rest: Buffer): Buffer {
  let isEvent = false
  for (const { name, data } of eventsIn(rest)) {
    if (data === null ? name !== null : !isWholeData(data)) return NOTHING
    isEvent ||= data !== null
  }
  return isEvent ? Buffer.concat([rest, BLANK]) : rest
}

const NOTHING = Buffer.alloc(0)
const BLANK = Buffer.from('\n\n')

function isWholeData(data: string): boolean {
  if (data.trim() === '[DONE]') return true
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}

/** More lines than any event has; the rest of such an event is not looked at. */
const MOST_LINES = 10_000
const LINE_END = /\r\n|\r|\n/

/** Null for what is blank. */
function eventOf(text: string): StreamEvent | null {
  let name: string | null = null
  let data: string | null = null
  let isStarted = false
  for (const line of linesIn(text)) {
    if (line === '') continue
    isStarted = true
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    else if (field === 'data') data = data === null ? value : `${data}\n${value}`
    // As llama.cpp told errors, and went on to say [DONE].
    else if (field === 'error' && value.startsWith('{')) [name, data] = [field, value]
  }
  return isStarted ? { name, data } : null
}

/** A stream may begin with a byte order mark, which is no part of its first line. */
const linesIn = (text: string): readonly string[] =>
  (text.startsWith('\ufeff') ? text.slice(1) : text).split(LINE_END, MOST_LINES)
