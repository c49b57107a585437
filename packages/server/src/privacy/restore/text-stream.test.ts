import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRestorer } from './restorer.ts'

const MINTED = [
  { placeholder: '[PERSON_k7f2_1]', value: 'Änne "A" 王' },
  { placeholder: '[EMAIL_k7f2_2]', value: 'anna+x@example.org' },
]
const BODY = '{"é":"[PERSON_k7f2_1] 😀","in":"{\\"to\\":\\"[EMAIL_k7f2_2]\\"}","none":"[EMAIL_k7f2_9]"} '

function streamed(bytes: Buffer, size: number, isJson: boolean): Buffer {
  const stream = createRestorer(MINTED).text(isJson)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size)
    pieces.push(stream.push(bytes.subarray(at, at + size)) ?? Buffer.alloc(0))
  return Buffer.concat([...pieces, stream.end() ?? Buffer.alloc(0)])
}

test('a long text that comes in pieces of any size says what it says as a whole', () => {
  for (const size of [1, 2, 3, 7, 50, 1000]) {
    const { é: name, in: inner, none } = JSON.parse(streamed(Buffer.from(BODY), size, true).toString())
    assert.deepEqual(
      [name, JSON.parse(inner), none],
      ['Änne "A" 王 😀', { to: 'anna+x@example.org' }, '[EMAIL_k7f2_9]'],
    )
  }
  const plain = streamed(Buffer.from('Dear [PERSON_k7f2_1], [EMAIL_k7f2'), 4, false)
  assert.equal(plain.toString(), 'Dear Änne "A" 王, [EMAIL_k7f2')
})

test('bytes that are no text go on as they came, and what came before them is put back', () => {
  const bytes = Buffer.concat([
    Buffer.from('[EMAIL_k7f2_2] '),
    Buffer.from([0xff, 0xfe, 0x41]),
    Buffer.from('[EMAIL_k7f2_2]'),
  ])
  const came = streamed(bytes, 15, false)
  assert.equal(came.subarray(0, 19).toString(), 'anna+x@example.org ')
  assert.deepEqual(came.subarray(19), bytes.subarray(15))
  const cut = Buffer.concat([Buffer.from('ab'), Buffer.from('王').subarray(0, 2)])
  assert.deepEqual(streamed(cut, 3, false), cut)
})

test('in an address a value stands as an address has it, however the placeholder was written', () => {
  const restorer = createRestorer(MINTED)
  const address = (written: string) => restorer.address(written)
  assert.equal(
    address('/u/[EMAIL_k7f2_2]?q=%5BPERSON_k7f2_1%5D#x'),
    '/u/anna%2Bx%40example.org?q=%C3%84nne%20%22A%22%20%E7%8E%8B#x',
  )
  assert.equal(address('http://[::1]:8080/a'), 'http://[::1]:8080/a')
  assert.equal(createRestorer([]).address('/[EMAIL_k7f2_2]'), '/[EMAIL_k7f2_2]')
})
