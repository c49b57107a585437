import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Body } from './packed.ts'
import { pack, unpack } from './packed.ts'

const bodies: readonly Body[] = [
  { message: uuidV7(), sealed: Buffer.from('one') },
  { message: uuidV7(), sealed: Buffer.alloc(0) },
  { run: uuidV7(), seq: 7, sealed: Buffer.alloc(300, 9) },
]

test('bodies that lay together come back each as it was', () => {
  assert.deepEqual(unpack(Buffer.concat(pack(bodies))), bodies)
  assert.deepEqual(unpack(Buffer.concat(pack([]))), [])
})

test('what is shorter or longer than it says is no object of bodies', () => {
  const packed = Buffer.concat(pack(bodies))
  assert.throws(() => unpack(packed.subarray(0, -1)), /not as long as it says/)
  assert.throws(() => unpack(Buffer.concat([packed, Buffer.from('x')])), /not as long as it says/)
  assert.throws(() => unpack(Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{}')])))
})
