import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import { Fault } from '../kernel/fault.ts'

/** A file in an archive, as its directory says. Nothing is unpacked yet. */
export interface ZipEntry {
  readonly name: string
  readonly packed: Uint8Array
  readonly isStored: boolean
  readonly isEncrypted: boolean
  readonly sizeBytes: number
  readonly crc: number
}

export interface ZipLimits {
  readonly entries: number
  /** Of all entries together. */
  readonly unpackedBytes: number
}

/** How many times its size an archive may unpack to, and the size up to which nobody asks. */
const RATIO = 200
const SMALL_BYTES = 16 << 20

const END = 0x06054b50
const END_LENGTH = 22
const ENTRY = 0x02014b50
const ENTRY_LENGTH = 46
const LOCAL = 0x04034b50
const LOCAL_LENGTH = 30
const LONGEST_COMMENT = 0xffff
const IN_EXTRA = 0xffffffff
const STORED = 0
const DEFLATED = 8

function unreadable(why: string): Fault {
  return new Fault('unreadable_document', `The file, a zip archive inside, is broken: ${why}.`)
}

function tooMuch(why: string): Fault {
  return new Fault('unreadable_document', `The file, a zip archive inside, is too much to unpack: ${why}.`)
}

/** Readers look for the directory from the end; a comment may stand behind it. */
function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_LENGTH - LONGEST_COMMENT)
  for (let at = bytes.length - END_LENGTH; at >= first; at--) if (bytes.readUInt32LE(at) === END) return at
  throw unreadable('it is cut off or no zip file')
}

/** Names are UTF-8 when they say so; older programs on Chinese systems wrote them in GBK. */
function nameOf(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('gb18030').decode(raw)
  }
}

/** Sizes and place that need more than 32 bits stand in the extra field, in this order and only where needed. */
function wide(extra: Buffer, values: readonly number[]): number[] {
  let field: Buffer = Buffer.alloc(0)
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === 1) field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
  let next = 0
  return values.map((value) => {
    if (value !== IN_EXTRA) return value
    if (next + 8 > field.length) throw unreadable('a size is missing')
    const long = Number(field.readBigUInt64LE(next))
    next += 8
    return long
  })
}

/**
 * What an archive holds (APPNOTE 6.3.10), when it keeps the limits and its entries do not share bytes.
 * @throws Fault `unreadable_document`
 */
export function zipEntries(file: Uint8Array, limits: ZipLimits): ZipEntry[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  try {
    return readDirectory(bytes, limits)
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('its directory points outside of it')
    throw error
  }
}

function readDirectory(bytes: Buffer, limits: ZipLimits): ZipEntry[] {
  const end = endOf(bytes)
  const count = bytes.readUInt16LE(end + 10)
  if (count > limits.entries) throw tooMuch(`it holds more than ${limits.entries} files`)
  const entries: ZipEntry[] = []
  const taken: [start: number, end: number][] = []
  let total = 0
  let at = bytes.readUInt32LE(end + 16)
  for (let number = 0; number < count; number++) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw unreadable('its directory is damaged')
    const { entry, start, next } = readEntry(bytes, at)
    at = next
    total += entry.sizeBytes
    if (total > limits.unpackedBytes)
      throw tooMuch(`it unpacks to more than ${Math.round(limits.unpackedBytes / 1024 ** 2)} MB`)
    if (entry.packed.length > 0) taken.push([start, start + entry.packed.length])
    entries.push(entry)
  }
  if (total > SMALL_BYTES && total > bytes.length * RATIO)
    throw tooMuch(`it unpacks to more than ${RATIO} times its size`)
  taken.sort(([a], [b]) => a - b)
  if (taken.some(([start], i) => start < (taken[i - 1]?.[1] ?? 0))) throw unreadable('its files overlap')
  return entries
}

function readEntry(bytes: Buffer, at: number) {
  const flags = bytes.readUInt16LE(at + 8)
  const method = bytes.readUInt16LE(at + 10)
  const nameEnd = at + ENTRY_LENGTH + bytes.readUInt16LE(at + 28)
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30)
  const [sizeBytes = 0, packedBytes = 0, local = 0] = wide(bytes.subarray(nameEnd, extraEnd), [
    bytes.readUInt32LE(at + 24),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ])
  if (bytes.readUInt32LE(local) !== LOCAL) throw unreadable('its directory points nowhere')
  const start = local + LOCAL_LENGTH + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  if (start + packedBytes > bytes.length) throw unreadable('it is cut off')
  const isEncrypted = (flags & 1) !== 0
  if (method !== STORED && method !== DEFLATED && !isEncrypted)
    throw unreadable(`it is packed by method ${method}; only deflate is read`)
  const entry: ZipEntry = {
    name: nameOf(bytes.subarray(at + ENTRY_LENGTH, nameEnd)).replaceAll('\\', '/'),
    packed: bytes.subarray(start, start + packedBytes),
    isStored: method === STORED,
    isEncrypted,
    sizeBytes,
    crc: bytes.readUInt32LE(at + 16),
  }
  return { entry, start, next: extraEnd + bytes.readUInt16LE(at + 32) }
}

const damaged = (entry: ZipEntry) => unreadable(`${entry.name.slice(0, 200)} in it is damaged`)

/** Bytes summed up between two turns of the event loop: half a millisecond. */
const SUMMED_AT_ONCE = 1 << 20

/** @throws Fault when the bytes are not what the directory promised */
function checked(entry: ZipEntry, bytes: Buffer): Buffer {
  if (bytes.length !== entry.sizeBytes || crc32(bytes) !== entry.crc) throw damaged(entry)
  return bytes
}

function requireOpen(entry: ZipEntry): void {
  if (entry.isEncrypted)
    throw new Fault('unreadable_document', 'It is encrypted with a password. Pack it without one.')
}

/** The promise of the directory is the limit, so a bomb that lies ends there. */
const within = ({ sizeBytes }: ZipEntry) => ({ maxOutputLength: Math.max(1, sizeBytes) })

/** Unpacks in place. @throws Fault `unreadable_document` */
export function unpackSync(entry: ZipEntry): Buffer {
  requireOpen(entry)
  if (entry.isStored) return checked(entry, Buffer.from(entry.packed))
  try {
    return checked(entry, inflateRawSync(entry.packed, within(entry)))
  } catch (error) {
    throw error instanceof Fault ? error : damaged(entry)
  }
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw)

/** Unpacks beside the event loop. @throws Fault `unreadable_document` */
export async function unpack(entry: ZipEntry): Promise<Buffer> {
  requireOpen(entry)
  const bytes = entry.isStored
    ? Buffer.from(entry.packed)
    : await inflate(entry.packed, within(entry)).catch(() => null)
  if (bytes === null) throw damaged(entry)
  let sum = 0
  for (let at = 0; at < bytes.length; at += SUMMED_AT_ONCE) {
    sum = crc32(bytes.subarray(at, at + SUMMED_AT_ONCE), sum)
    await setImmediate()
  }
  if (bytes.length !== entry.sizeBytes || sum !== entry.crc) throw damaged(entry)
  return bytes
}
