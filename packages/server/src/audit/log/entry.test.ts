import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { canonicalJson, commitment, hmacSha256, newSalt } from './canonical.ts'
import { entryOf } from './entry.ts'

test('JSON is written as RFC 8785 says: its own example, and names by their code units', () => {
  const example = {
    numbers: [333333333.3333333, 1e30, 4.5, 0.002, 1e-27],
    string: '€$\u000F\nA\'B"\\\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonicalJson(example),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  )
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  assert.deepEqual(Object.keys(JSON.parse(canonicalJson(names)) as object).length, 7)
  assert.match(
    canonicalJson(names),
    /^\{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3\}$/,
  )
})

test('names out of order are put into it wherever they stand, and names like places in a list too', () => {
  assert.equal(
    canonicalJson({ a: [{ z: 1, y: { d: 1, c: null } }], b: 2 }),
    '{"a":[{"y":{"c":null,"d":1},"z":1}],"b":2}',
  )
  assert.equal(canonicalJson({ 2: 'two', 10: 'ten', '': 0 }), '{"":0,"10":"ten","2":"two"}')
})

test('the HMAC made of two hashes is that of OpenSSL for texts of every length', () => {
  const key = newSalt()
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000, 4031, 4032, 4033, 100_000]) {
    const text = 'é'.repeat(length)
    assert.equal(hmacSha256(key, text), createHmac('sha256', key).update(text).digest('base64'))
  }
  assert.throws(() => hmacSha256(Buffer.alloc(65), ''), RangeError)
})

test('an entry shows what is open and only commitments of the rest, which its salts open', () => {
  const source = {
    kind: 'event',
    id: 'e-1',
    open: { action: 'key.created', at: '2026-11-29T17:35:28.842199Z' },
    fields: { actor: 'Erika', detail: { b: 1, a: [] } },
  } as const
  const { text, salts } = entryOf(source, { tenant: 't-1', n: 7, logged: '2026-11-29T17:35:29.000000Z' })
  assert.doesNotMatch(text, /Erika/)
  const entry = JSON.parse(text) as { fields: Record<string, string>; nonce: string } & Record<
    string,
    unknown
  >
  assert.deepEqual([entry['v'], entry['n'], entry['action']], [1, 7, 'key.created'])
  assert.equal(canonicalJson(JSON.parse(text)), text)
  const opened = (name: string, value: string): string =>
    createHmac('sha256', Buffer.from(salts[name] ?? '', 'base64'))
      .update(`${name}\0${value}`)
      .digest('base64')
  assert.equal(entry.fields['actor'], opened('actor', '"Erika"'))
  assert.equal(entry.fields['detail'], opened('detail', '{"a":[],"b":1}'))
})

test('no salt comes twice, and a value under another name or salt has another commitment', () => {
  const salts = Array.from({ length: 1000 }, () => newSalt())
  assert.equal(new Set(salts.map((salt) => salt.toString('hex'))).size, 1000)
  const [one, two] = salts
  assert.ok(one && two)
  const all = [
    commitment(one, 'a', 'x'),
    commitment(two, 'a', 'x'),
    commitment(one, 'b', 'x'),
    commitment(one, 'a', 'y'),
  ]
  assert.equal(new Set(all).size, 4)
})
