import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Detector } from './detector.ts'
import { createEngine } from './engine.ts'
import { engine } from './engine-house.ts'
import type { ScanContext } from './recogniser.ts'
import { ACTING_SCORE } from './span.ts'

/** What is acted on, as `TYPE value`. */
function found(text: string, context: Partial<ScanContext> = {}, detector: Detector = engine): string[] {
  const spans = detector.detect(text, { language: 'zh', key: null, ...context })
  return spans
    .filter(({ score }) => score >= ACTING_SCORE)
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)
}

test('an address in a sentence is found where it stands', () => {
  assert.deepEqual(found('请联系 anna.schmidt@example.org，谢谢'), ['EMAIL anna.schmidt@example.org'])
})

test('a word of base 64 with an address in it is covered whole', () => {
  const word = Buffer.from('mail anna.schmidt@example.org today').toString('base64')
  assert.deepEqual(found(`payload=${word}; end`), [`EMAIL ${word}`])
})

test('a picture in base 64 is passed over', () => {
  const picture = Buffer.from(Uint8Array.from({ length: 3000 }, (_, i) => (i * 89) % 251)).toString('base64')
  assert.deepEqual(found(`data ${picture}`), [])
})

test('a percent-escaped address is found where its escapes stand', () => {
  assert.deepEqual(found('GET /u?mail=anna%40example.org&tel=%2B8613800138000 HTTP'), [
    'EMAIL anna%40example.org',
    'PHONE %2B8613800138000',
  ])
})

test('a long run of percent escapes is read to its end', () => {
  const word = encodeURIComponent(`${'这是一段很长的文字'.repeat(5)}，电话13800138000`)
  assert.deepEqual(found(`q=${word}`), ['PHONE 13800138000'])
})

test('the head of a column says what its fields are, also in Markdown and with quotes', () => {
  const csv = 'id,出生日期,"account number"\n1,1990-03-05,"40128856"\n2,1991-04-06,40128857\n\n40128858'
  assert.deepEqual(found(csv), [
    'DATE_OF_BIRTH 1990-03-05',
    'BANK_ACCOUNT 40128856',
    'DATE_OF_BIRTH 1991-04-06',
    'BANK_ACCOUNT 40128857',
  ])
  assert.deepEqual(found('| dob | note |\n|---|---|\n| 1990-03-05 | 1991-04-06 |'), [
    'DATE_OF_BIRTH 1990-03-05',
  ])
})

test('a dump of a database says by the names of its columns what its values are', () => {
  const rows = "(1, '1990-03-05', '40128856'),\n(2, '1991-04-06', '40128857')"
  assert.deepEqual(
    found(`INSERT INTO people (id, born, account_number) VALUES ${rows};\n(3, '1992-05-07')`),
    [
      'DATE_OF_BIRTH 1990-03-05',
      'BANK_ACCOUNT 40128856',
      'DATE_OF_BIRTH 1991-04-06',
      'BANK_ACCOUNT 40128857',
    ],
  )
  assert.deepEqual(found('COPY public.people (id, ssn) FROM stdin;\n1\t745 64 5990\n\\.\n'), [
    'US_SSN 745 64 5990',
  ])
})

test('the key says what a bare value is', () => {
  assert.deepEqual(found('1990-03-05'), [])
  assert.deepEqual(found('1990-03-05', { key: 'birthDate' }), ['DATE_OF_BIRTH 1990-03-05'])
  assert.deepEqual(found('40128856', { key: 'account_number' }), ['BANK_ACCOUNT 40128856'])
  assert.deepEqual(found('40128856', { key: '病历号' }), ['MEDICAL_ID 40128856'])
  assert.deepEqual(found('87654321', { key: 'phone' }), ['PHONE 87654321'])
})

test('a cue is a whole word: "public" is no "lic" and "hotel" is no "tel"', () => {
  assert.deepEqual(found('The public domain 12345678', { language: 'en' }), [])
  assert.deepEqual(found('hotel 87654321', { language: 'en' }), [])
  assert.deepEqual(found('tel 87654321', { language: 'en' }), ['PHONE 87654321'])
})

test('a value that words made certain once is found again without them', () => {
  assert.deepEqual(found('护照号 K0123456。后来 K0123456 又出现，XK0123456 不是。'), [
    'PASSPORT K0123456',
    'PASSPORT K0123456',
  ])
})

test('offsets are those of the text as it came, behind invisible characters too', () => {
  assert.deepEqual(found('\u200b\u200b电话\u200b：１３８\u200b００１３８０００。'), [
    'PHONE １３８\u200b００１３８０００',
  ])
})

test('spans never overlap and stand in the order of the text', () => {
  const text =
    'https://x.org/?p=13800138000&m=anna@example.org 4111 1111 1111 1111 DE89 3704 0044 0532 0130 00'
  const spans = engine.detect(text, { language: 'en', key: null })
  assert.ok(spans.length > 5)
  for (const [i, { start }] of spans.entries()) assert.ok(start >= (spans[i - 1]?.end ?? 0))
})

test('whatever else is given to the engine is asked as well, in the text as it is scanned', () => {
  const names: Detector = {
    id: 'names',
    detect(text) {
      const start = text.indexOf('Anna')
      return start < 0 ? [] : [{ start, end: start + 4, type: 'PERSON', score: 0.9, source: 'names' }]
    },
  }
  assert.deepEqual(found('\u200bＡnna', {}, createEngine([names])), ['PERSON Ａnna'])
})

test('an escape within another code does not shift what is found behind it', () => {
  assert.deepEqual(found('q=a%E2%80%8Bb%E2%80%8B%20anna.schmidt%40example.org&x=1'), [
    'EMAIL anna.schmidt%40example.org',
  ])
})

test('what looks like a name between the signs of a program is none', () => {
  const named: Detector = {
    id: 'names',
    detect(text) {
      const name = /[A-Z][\w-]+|qty \d+|12 oak street/.exec(text)
      if (name === null) return []
      const type = /^[q\d]/.test(name[0]) ? ('ADDRESS' as const) : ('PERSON' as const)
      return [{ start: name.index, end: name.index + name[0].length, type, score: 0.75, source: 'names' }]
    },
  }
  const names = (text: string) => found(text, {}, createEngine([named]))
  const programs = [
    'Mozilla/5.0',
    'at Object.<anonymous>',
    'Name = 5',
    '$Name',
    'X-Client-IP: [::1]',
    'PESEL: 67090648',
    'qty 529',
    'qty 70641234567',
    'Security-No: 12',
    'IBAN of the firm',
  ]
  assert.deepEqual(programs.flatMap(names), [])
  assert.deepEqual(names('Anna: 5 pieces'), ['PERSON Anna'])
  assert.deepEqual(names('at 12 oak street'), ['ADDRESS 12 oak street'])
})
