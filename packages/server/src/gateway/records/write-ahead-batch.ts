import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { WrittenLine } from './source.ts'

/** A link of the chain: 128 bits of a SHA-256 in base64url. */
const LINK_LENGTH = 22
const SEAL_LENGTH = 1 + 2 * LINK_LENGTH
const CRC_LENGTH = 8
const NEWLINE = 10
const SEAL = '#'.charCodeAt(0)
const [ADMITTED, SETTLED] = ['A'.charCodeAt(0), 'S'.charCodeAt(0)]
const DIGITS = Buffer.from('0123456789abcdef')

const linkOf = (bytes: string | Uint8Array): string =>
  hash('sha256', bytes, 'base64url').slice(0, LINK_LENGTH)

/** The link that the first batch of a file series follows. */
export function firstLink(seriesId: string): string {
  return linkOf(seriesId)
}

/** First letter of a payload; behind it stands JSON. Other columns take another letter. */
type Kind = 'A' | 'S'

const SEED = { A: crc32('A'), S: crc32('S') }
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** One line by itself. */
export function lineOf(kind: Kind, json: string): Buffer {
  const buffer = Buffer.alloc(CRC_LENGTH + 2 + Buffer.byteLength(json))
  putLine(buffer, 0, { kind, json })
  return buffer
}

/** A third of what `toString(16).padStart(8, '0')` takes. */
function hexOf(crc: number): string {
  return `${HEX[crc >>> 24]}${HEX[(crc >>> 16) & 255]}${HEX[(crc >>> 8) & 255]}${HEX[crc & 255]}`
}

export interface Sealed {
  readonly bytes: Buffer
  readonly link: string
}

/** What is written at once, as JSON, in this order. */
export interface Lines {
  readonly admitted: readonly string[]
  readonly settled: readonly string[]
}

/** What `sealed` needs at most: a character takes up to three bytes. */
export function mostBytesSealed({ admitted, settled }: Lines): number {
  let size = SEAL_LENGTH + 1
  for (const json of admitted) size += json.length * 3 + CRC_LENGTH + 2
  for (const json of settled) size += json.length * 3 + CRC_LENGTH + 2
  return size
}

/**
 * What is written at once: its lines and a seal. The bytes lie in `scratch` where they fit; they are put there line by
 * line, because strings that are joined first and live until the sync are most of the garbage of a request.
 */
export function sealed(lines: Lines, before: string, scratch: Buffer): Sealed {
  const mostBytes = mostBytesSealed(lines)
  const buffer = mostBytes <= scratch.length ? scratch : Buffer.allocUnsafeSlow(mostBytes)
  let at = 0
  for (const json of lines.admitted) at = putLine(buffer, at, { kind: 'A', json })
  for (const json of lines.settled) at = putLine(buffer, at, { kind: 'S', json })
  const { end, link } = putSeal(buffer, at, before)
  return { bytes: buffer.subarray(0, end), link }
}

/**
 * `crc32 kind json newline`; the CRC covers kind and JSON. It tells whole lines from torn ones where no seal was
 * written any more. The kind comes in by the seed: putting the strings together first costs as much as the CRC.
 */
function putLine(
  buffer: Buffer,
  from: number,
  { kind, json }: { readonly kind: Kind; readonly json: string },
): number {
  const crc = crc32(json, SEED[kind])
  for (let digit = 0; digit < CRC_LENGTH; digit += 1) {
    buffer[from + digit] = DIGITS[(crc >>> (28 - 4 * digit)) & 15] ?? 0
  }
  buffer[from + CRC_LENGTH] = kind === 'A' ? ADMITTED : SETTLED
  const end = from + CRC_LENGTH + 1 + buffer.write(json, from + CRC_LENGTH + 1)
  buffer[end] = NEWLINE
  return end + 1
}

/**
 * `#`, the link before and the link of this batch, which covers every byte of the lines and the link before. One hash
 * for each write and not for each line saves a microsecond per request at load.
 * The chain has no key: it finds damage and clumsy hands, not somebody who writes the whole series anew.
 */
export function putSeal(
  buffer: Buffer,
  at: number,
  before: string,
): { readonly end: number; readonly link: string } {
  const covered = at + buffer.write(`#${before}`, at, 'latin1')
  const link = linkOf(buffer.subarray(0, covered))
  return { end: covered + buffer.write(`${link}\n`, covered, 'latin1'), link }
}

/** Room for a seal behind lines. */
export const SEAL_BYTES = SEAL_LENGTH + 1

/** A stretch of bytes, the end excluded. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface Visitor {
  /** Called for each batch whose seal is good, which is the last line of the stretch. */
  batch(stretch: Stretch): void
  /** `from` = `to`: nothing here is damaged, but what stood before is missing or was exchanged. */
  damaged(stretch: Stretch): void
}

export interface Scanned {
  /** Where the first byte lies that no seal covers. */
  readonly rest: number
  /** The last good link; null where unknown. */
  readonly link: string | null
}

/** Reads batches and checks their seals. `link` is the one before the first batch, null where that is not known. */
export function scan(bytes: Buffer, link: string | null, visitor: Visitor): Scanned {
  let start = 0
  let at = 0
  let last = link
  for (;;) {
    const end = bytes.indexOf(NEWLINE, at)
    if (end === -1) return { rest: start, link: last }
    if (bytes[at] === SEAL) {
      const good = goodStart(bytes, { from: start, to: at }, end)
      if (good > start) {
        visitor.damaged({ from: start, to: good === Infinity ? end + 1 : good })
        last = null
      }
      if (good !== Infinity) {
        const before = bytes.toString('latin1', at + 1, at + 1 + LINK_LENGTH)
        if (last !== null && before !== last) visitor.damaged({ from: good, to: good })
        visitor.batch({ from: good, to: end + 1 })
        last = bytes.toString('latin1', at + 1 + LINK_LENGTH, end)
      }
      start = end + 1
    }
    at = end + 1
  }
}

/** From where on the lines before a seal are what it covers. Infinity: none. */
function goodStart(bytes: Buffer, lines: Stretch, sealEnd: number): number {
  if (sealEnd - lines.to !== SEAL_LENGTH) return Infinity
  const link = bytes.toString('latin1', lines.to + 1 + LINK_LENGTH, sealEnd)
  const isCovered = (from: number): boolean =>
    linkOf(bytes.subarray(from, lines.to + 1 + LINK_LENGTH)) === link
  if (isCovered(lines.from)) return lines.from
  // Where the seal before is the damaged line, this batch is whole behind it.
  let behind = lines.from
  for (let at = lines.from; at < lines.to;) {
    const end = bytes.indexOf(NEWLINE, at)
    if (!isWhole(bytes, { from: at, to: end })) behind = end + 1
    at = end + 1
  }
  return behind > lines.from && isCovered(behind) ? behind : Infinity
}

/** Lines in their order, and where to read on. */
export interface Found {
  readonly lines: WrittenLine[]
  next: number
}

interface Place {
  /** Offset of the first byte. */
  readonly base: number
  /** Ends with the batch that makes it so many; all of them where it is left out. */
  readonly limitBytes?: number
  readonly found: Found
}

/** Adds the lines of a stretch that holds whole batches and nothing else. Their seals are not checked here. */
export function linesIn(
  bytes: Buffer,
  { from, to }: Stretch,
  { base, limitBytes = Infinity, found }: Place,
): void {
  let last: { next: number } | null = null
  for (let at = from; at < to;) {
    const end = bytes.indexOf(NEWLINE, at) + 1
    const isSeal = bytes[at] === SEAL
    if (isSeal) {
      if (last !== null) last.next = base + end
      found.next = base + end
    } else {
      const line = { offset: base + at, next: base + end, bytes, from: at, to: end }
      found.lines.push(line)
      last = line
    }
    at = end
    if (isSeal && at - from >= limitBytes) return
  }
}

/** What a line says, without its CRC and its newline. */
export function payloadOf({ bytes, from, to }: Pick<WrittenLine, 'bytes' | 'from' | 'to'>): string {
  return bytes.toString('utf8', from + CRC_LENGTH, to - 1)
}

/** The lines of batches, to be written again: all admissions, then all endings. */
export function linesOf(batches: readonly Buffer[]): Lines {
  const admitted: string[] = []
  const settled: string[] = []
  for (const bytes of batches) {
    const found: Found = { lines: [], next: 0 }
    linesIn(bytes, { from: 0, to: bytes.length }, { base: 0, found })
    for (const line of found.lines) {
      const payload = payloadOf(line)
      ;(payload.startsWith('A') ? admitted : settled).push(payload.slice(1))
    }
  }
  return { admitted, settled }
}

function isWhole(bytes: Buffer, { from, to }: Stretch): boolean {
  if (to - from <= CRC_LENGTH) return false
  return (
    hexOf(crc32(bytes.subarray(from + CRC_LENGTH, to))) === bytes.toString('latin1', from, from + CRC_LENGTH)
  )
}

export interface Tail {
  /** Whole lines that lack their seal. */
  readonly lines: readonly Stretch[]
  /** Where the last of them ends. */
  readonly end: number
  /** Whole lines stand behind broken ones: not what a write leaves that was cut short. */
  readonly isDamaged: boolean
}

/** What an unfinished write left behind the last seal. */
export function readTail(bytes: Buffer, from: number): Tail {
  const lines: Stretch[] = []
  let end = from
  let isBroken = false
  for (let at = from; ;) {
    const newline = bytes.indexOf(NEWLINE, at)
    if (newline === -1) return { lines, end, isDamaged: false }
    if (!isWhole(bytes, { from: at, to: newline })) isBroken = true
    else if (isBroken) return { lines, end, isDamaged: true }
    else {
      lines.push({ from: at + CRC_LENGTH, to: newline })
      end = newline + 1
    }
    at = newline + 1
  }
}
