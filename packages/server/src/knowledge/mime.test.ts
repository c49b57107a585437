import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headerText, parametersOf, readMime } from './mime.ts'

test('a subject cut in the middle of a character, or written without encoding, is read', () => {
  const whole = Buffer.from('冷库温度')
  const halves = [whole.subarray(0, 4), whole.subarray(4)].map(
    (half) => `=?UTF-8?B?${half.toString('base64')}?=`,
  )
  assert.equal(headerText(halves.join('\r\n ')), '冷库温度')
  assert.equal(headerText('Re: =?iso-8859-1?q?caf=E9_au_lait?= today'), 'Re: café au lait today')
  assert.equal(headerText(Buffer.from('年假 plain').toString('latin1')), '年假 plain')
  assert.equal(headerText('=?utf-8?b?5bm0?= =?gb2312?b?vNk=?='), '年假')
  assert.equal(headerText('=?no-such-set?q?abc?='), 'abc')
})

test('names of attachments are put together from their parts and character sets', () => {
  const header = "attachment; filename*0*=utf-8''%E5%B9%B4; filename*1*=%E5%81%87; filename*2=.pdf; size=7"
  assert.deepEqual(
    [...parametersOf(header).parameters],
    [
      ['filename', '年假.pdf'],
      ['size', '7'],
    ],
  )
  assert.equal(parametersOf('text/plain; charset="gb\\"k"').parameters.get('charset'), 'gb"k')
})

test('a message that was cut off keeps the parts that came', () => {
  const { parts } = readMime(
    Buffer.from(
      'Content-Type: multipart/mixed; boundary="b"\n\nfor old programs\n--b\n\nfirst\n--b\n\nsecond, cu',
    ),
  )
  assert.deepEqual(
    parts.map((part) => part.body().toString()),
    ['first', 'second, cu'],
  )
})
