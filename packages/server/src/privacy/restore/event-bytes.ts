const LF = 0x0a
const CR = 0x0d
/** Where one of these stands, a line is blank (WHATWG HTML section 9.2.5), whichever line ends are mixed. */
const BLANK_LINES = [Buffer.from('\n\n'), Buffer.from('\n\r'), Buffer.from('\r\r')]

/** Cuts bytes after whole events. Costs next to nothing where they come as whole events already. */
export class EventBytes {
  #held: Buffer[] = []

  /** Whole events; null while none has ended. */
  push(chunk: Buffer): Buffer | null {
    if (this.#held.length === 0 && endsBlank(chunk)) return chunk
    this.#held.push(chunk)
    if (!chunk.includes(LF) && !chunk.includes(CR)) return null
    const whole = this.rest() ?? chunk
    const end = Math.max(...BLANK_LINES.map((blank) => behind(whole, whole.lastIndexOf(blank))))
    if (end < whole.length) this.#held.push(whole.subarray(end))
    return end === 0 ? null : whole.subarray(0, end)
  }

  /** What has not ended. */
  rest(): Buffer | null {
    const [only, ...others] = this.#held
    this.#held = []
    return others.length === 0 ? (only ?? null) : Buffer.concat([only ?? Buffer.alloc(0), ...others])
  }
}

const endsBlank = (chunk: Buffer): boolean => chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF

/** The LF of a blank line's CR belongs to it. */
function behind(whole: Buffer, at: number): number {
  if (at < 0) return 0
  return whole[at + 1] === CR && whole[at + 2] === LF ? at + 3 : at + 2
}

/** Where one event stands in its bytes. */
export interface EventPlace {
  start: number
  end: number
  /** -1: it has none, as of the others. */
  nameStart: number
  nameEnd: number
  dataStart: number
  /** Behind the JSON that its data begins with. */
  dataEnd: number
}

/**
 * Finds the event that begins at `start`. JSON that is spread over several `data:` lines counts as one text: what stands
 * between its strings does not matter.
 * @param read finds the end of the JSON that begins there, or -1
 */
export function readEvent(
  bytes: Buffer,
  start: number,
  place: EventPlace,
  read: (bytes: Buffer, from: number) => number,
): void {
  place.start = start
  place.nameStart = place.nameEnd = place.dataStart = place.dataEnd = -1
  // A stream may begin with a byte order mark, which is no part of its first line.
  let at = bytes[start] === 0xef && bytes[start + 1] === 0xbb ? start + 3 : start
  for (;;) {
    const line = at
    if (place.dataStart < 0 && isField(bytes, at, DATA)) {
      place.dataStart = bytes[at + 5] === 0x20 ? at + 6 : at + 5
      place.dataEnd = read(bytes, place.dataStart)
      if (place.dataEnd > at) at = place.dataEnd
    } else if (isField(bytes, at, EVENT)) place.nameStart = bytes[at + 6] === 0x20 ? at + 7 : at + 6
    while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at += 1
    if (place.nameStart > line) place.nameEnd = at
    const isBlank = at === line
    if (at < bytes.length) at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1
    if (isBlank || at >= bytes.length) break
  }
  place.end = at
}

const DATA = Buffer.from('data:')
const EVENT = Buffer.from('event:')

function isField(bytes: Buffer, at: number, field: Buffer): boolean {
  for (let byte = 0; byte < field.length; byte += 1) if (bytes[at + byte] !== field[byte]) return false
  return true
}
