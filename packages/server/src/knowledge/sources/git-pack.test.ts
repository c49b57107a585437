import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { Fault } from '../../kernel/fault.ts'
import { GitPack } from './git-pack.ts'

const head = (type: number, size: number): Buffer => {
  const bytes = [(type << 4) | (size & 15)]
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest & 0x7f)
  }
  return Buffer.from(bytes)
}
const packOf = (...objects: readonly Buffer[]): Buffer => {
  const start = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  start.writeUInt32BE(objects.length, 8)
  const all = Buffer.concat([start, ...objects])
  return Buffer.concat([all, createHash('sha1').update(all).digest()])
}
const object = (type: number, data: Buffer, base = Buffer.alloc(0)): Buffer =>
  Buffer.concat([head(type, data.length), base, deflateSync(data)])
const blobHash = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
const isBroken = (error: unknown): boolean => error instanceof Fault && error.code === 'upstream_broke'

const TEXT = `${'moss and fern '.repeat(9)}\n`
/** Copies ten bytes of the base and adds three. */
const DELTA = Buffer.from([TEXT.length, 13, 0x90, 10, 3, 0x61, 0x62, 0x63])

test('objects of a pack are found by their hashes, deltas by offset and by name among them', async () => {
  const first = object(3, Buffer.from(TEXT))
  const whole = await GitPack.read(
    packOf(
      object(7, DELTA, Buffer.from(blobHash(TEXT), 'hex')),
      first,
      object(6, DELTA, Buffer.from([first.length])),
    ),
  )
  const changed = `${TEXT.slice(0, 10)}abc`
  assert.equal(whole.object(blobHash(TEXT))?.data.toString(), TEXT)
  assert.equal(whole.object(blobHash(changed))?.data.toString(), changed)
  assert.equal(whole.object('0'.repeat(40)), null)
})

test('a pack that was changed, cut or made to mislead is refused', async () => {
  const good = packOf(object(3, Buffer.from(TEXT)))
  const flipped = Buffer.from(good)
  flipped[20] = (flipped[20] ?? 0) ^ 1
  const lying = packOf(Buffer.concat([head(3, 5), deflateSync(Buffer.from(TEXT))]))
  const lost = packOf(object(7, DELTA, Buffer.alloc(20)))
  const outside = packOf(object(6, DELTA, Buffer.from([1])))
  const beyond = packOf(
    object(3, Buffer.from('short')),
    object(7, Buffer.from([5, 9, 0x90, 9]), Buffer.from(blobHash('short'), 'hex')),
  )
  for (const bytes of [flipped, good.subarray(0, 30), lying, lost, outside, beyond])
    await assert.rejects(GitPack.read(bytes), isBroken)
})
