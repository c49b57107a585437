import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A link of the chain: 128 bits of a SHA-256 in base64url. */
const LINK_LENGTH = 22
const SEAL_LENGTH = 1 + 2 * LINK_LENGTH
const CRC_LENGTH = 8
const NEWLINE = 10
const SEAL = '#'.charCodeAt(0)

const linkOf = (bytes: string | Uint8Array): string =>
  hash('sha256', bytes, 'base64url').slice(0, LINK_LENGTH)

/** The link that the first batch of a file series follows. */
export function firstLink(seriesId: string): string {
  return linkOf(seriesId)
}

/** First letter of a payload; behind it stands JSON. Other columns take another letter. */
export type Kind = 'A' | 'S'

const SEED = { A: crc32('A'), S: crc32('S') }
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * `crc32 kind json newline`; the CRC covers kind and JSON. It tells whole lines from torn ones where no seal was
 * written any more. The kind comes in by the seed: putting the strings together first costs as much as the CRC.
 */
export function lineOf(kind: Kind, json: string): string {
  return `${hexOf(crc32(json, SEED[kind]))}${kind}${json}\n`
}

/** A third of what `toString(16).padStart(8, '0')` takes. */
function hexOf(crc: number): string {
  return `${HEX[crc >>> 24]}${HEX[(crc >>> 16) & 255]}${HEX[(crc >>> 8) & 255]}${HEX[crc & 255]}`
}

export interface Sealed {
  readonly bytes: Buffer
  readonly link: string
}

/**
 * What is written at once: its lines and a seal, `#`, the link before and the link of this batch, which covers every
 * byte of the lines and the link before. One hash for each write and not for each line saves a microsecond per request at load.
 * The chain has no key: it finds damage and clumsy hands, not somebody who writes the whole series anew.
 * The bytes lie in `scratch` where they fit.
 */
export function sealed(lines: string, before: string, scratch: Buffer): Sealed {
  // A character takes at most three bytes.
  const isSmall = lines.length * 3 + SEAL_LENGTH + 1 <= scratch.length
  const buffer = isSmall ? scratch : Buffer.allocUnsafe(Buffer.byteLength(lines) + SEAL_LENGTH + 1)
  const covered = buffer.write(`${lines}#${before}`)
  const link = linkOf(buffer.subarray(0, covered))
  const end = covered + buffer.write(`${link}\n`, covered, 'latin1')
  return { bytes: buffer.subarray(0, end), link }
}

/** A stretch of bytes, the end excluded. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface Visitor {
  /** Called for each line of a batch whose seal is good, with the stretch of its payload and of the whole line. */
  line(payload: Stretch, line: Stretch): void
  /** Called at the end of each good batch. */
  batch?(stretch: Stretch): void
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
        visitLines(bytes, { from: good, to: at }, visitor)
        visitor.batch?.({ from: good, to: end + 1 })
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

function visitLines(bytes: Buffer, lines: Stretch, visitor: Visitor): void {
  for (let at = lines.from; at < lines.to;) {
    const end = bytes.indexOf(NEWLINE, at)
    visitor.line({ from: at + CRC_LENGTH, to: end }, { from: at, to: end + 1 })
    at = end + 1
  }
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
