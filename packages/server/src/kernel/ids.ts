import { randomBytes, randomFillSync } from 'node:crypto'

/** A count fits into 12 bits of an id; it begins below half of that. */
const MOST_IN_MS = 0xfff
const newest = { ms: -1, count: 0 }

/**
 * RFC 9562 UUID version 7: sortable by time of creation, which keeps index pages together. Those of one process and
 * millisecond count up (section 6.2, method 1), so that what was done one after the other is listed so.
 */
export function uuidV7(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16)
  const isNext = nowMs === newest.ms && newest.count < MOST_IN_MS
  newest.count = isNext ? newest.count + 1 : bytes.readUInt16BE(6) & (MOST_IN_MS >> 1)
  newest.ms = nowMs
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | newest.count, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

export function isUuid(value: string): boolean {
  return UUID.test(value)
}

const ID_BYTES = 12
/** Random bytes for many ids: asking the system for each costs more than everything else about it. */
const drawn = Buffer.allocUnsafeSlow(ID_BYTES * 512)
const place = { next: drawn.length }

/** `req_` and 24 hex digits; what a person quotes to an operator. */
export function requestId(): string {
  if (place.next === drawn.length) {
    randomFillSync(drawn)
    place.next = 0
  }
  const from = place.next
  place.next += ID_BYTES
  return `req_${drawn.toString('hex', from, place.next)}`
}
