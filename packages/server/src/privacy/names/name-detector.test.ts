import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createNameDetector } from './name-detector.ts'

const names = createNameDetector()
const found = (text: string, key: string | null = null) =>
  names
    .detect(text, { language: null, key })
    .map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)

test('a bare value is what its key says', () => {
  assert.ok(found('xochitl quetzal', 'customer_name').includes('PERSON xochitl quetzal'))
  assert.ok(found('12 Rue X, Y', 'shippingAddress').includes('ADDRESS 12 Rue X, Y'))
  assert.deepEqual(found('none', 'customer_name'), [])
  assert.deepEqual(found('true', 'customer_name'), [])
})

test('`family` beside `given` is a surname, and otherwise a font', () => {
  assert.ok(found('{"family":"Qwist","given":["Oliver"]}').includes('PERSON Qwist'))
  assert.ok(!found('{"family":"Qwist","size":12}').includes('PERSON Qwist'))
})

test('a sentence about IPv4 under `address` is no address', () => {
  assert.deepEqual(found('address: takes the IPv4 one of the server'), [])
})

test('keys of two words, towns and postcodes say what their value is', () => {
  assert.ok(found('SURNAME: QWXZ GIVEN NAME: VRTK').includes('PERSON VRTK'))
  assert.ok(found('{"city":"Lund"}').includes('LOCATION Lund'))
  assert.ok(found('{"postcode":"SA1 4PE"}').includes('ADDRESS SA1 4PE'))
  assert.deepEqual(found('type Place = { city: String }'), [])
  assert.deepEqual(found('const userName = getUserName(request)'), [])
})

test('what stands under `name` and is a thing is nobody, and a title under `vendor` is of somebody', () => {
  assert.deepEqual(found('{"name":"Nightly Digest"}'), [])
  assert.deepEqual(found('id,name,status\n1,Log Rotation,ok\n2,Disk Report,failed'), [])
  assert.ok(found('id,name,status\n1,Xochitl Quetzal,ok').includes('PERSON Xochitl Quetzal'))
  assert.ok(!found('Vendor: Mrs Nakamura').some((one) => one.startsWith('ORGANIZATION')))
})

test('a full stop at the end of a sentence is no part of a value', () => {
  assert.ok(found('Real name: Bonginkosi Radebe. Status: open').includes('PERSON Bonginkosi Radebe'))
})

test('a foreign name in a Chinese sentence is found, and so are lines of English between Chinese ones', () => {
  assert.ok(found('请联系 Declan Rafferty 处理').includes('PERSON Declan Rafferty'))
  assert.ok(
    found('你好\nTell Marisol Quintanilla that I called.\n谢谢').includes('PERSON Marisol Quintanilla'),
  )
})

test('a foreign name that no list has is found where Chinese words say that somebody stands there', () => {
  for (const [text, name] of [
    ['收款人Xanthe Quillfeather，请核对', 'Xanthe Quillfeather'],
    ['请通知Zofia van Quill（中文名侯怀瑾）更新邮箱', 'Zofia van Quill'],
    ['客户Xanthe Quillfeather来自外地', 'Xanthe Quillfeather'],
  ] as const)
    assert.ok(found(text).includes(`PERSON ${name}`), text)
  assert.deepEqual(found('请联系 Business Support，客户 Power Office 版'), [])
})

test('a value of a form ends where the next field begins', () => {
  assert.ok(found('name=Aoife Beaumont&email=x').includes('PERSON Aoife Beaumont'))
})
