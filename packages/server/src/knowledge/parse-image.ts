import { Fault } from '../kernel/fault.ts'
import { requireRecognition } from './reading.ts'
import type { Recognition } from './reading.ts'
import { addRecognised } from './recognised-text.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'

/** Dots of a picture: a page of A2 at 300 per inch has 35 million. */
const MOST_DOTS = 64 << 20

/** Width times height by the head of a PNG or JPEG; null where it does not say. */
function dotsOf(bytes: Buffer): number | null {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG')
    return bytes.length < 24 ? null : bytes.readUInt32BE(16) * bytes.readUInt32BE(20)
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0
    // Start of frame, C0 to CF without the tables C4, C8 and CC.
    if (marker >= 0xc0 && marker <= 0xcf && marker % 4 !== 0) return frameDots(bytes, at)
    if (marker === 0xc0) return frameDots(bytes, at)
  }
  return null
}

const frameDots = (bytes: Buffer, at: number): number =>
  bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7)

/** What is written in a picture. @throws Fault `unreadable_document` */
export async function parseImage(
  bytes: Uint8Array,
  limit: number,
  recognition: Recognition,
): Promise<TextOfRecord> {
  const dots = dotsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (dots === null || dots === 0)
    throw new Fault('unreadable_document', 'The image is broken: it has no size.')
  if (dots > MOST_DOTS)
    throw new Fault(
      'unreadable_document',
      `The image has more than ${MOST_DOTS >> 20} million dots. Scale it down.`,
    )
  const record = new RecordBuilder(limit)
  addRecognised(await requireRecognition(recognition)({ image: bytes }), record)
  if (record.length === 0) throw new Fault('unreadable_document', 'No text was recognised in the image.')
  return record.finish(null)
}
