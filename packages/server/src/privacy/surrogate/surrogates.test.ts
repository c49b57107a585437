import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { engine } from '../detect/engine-house.ts'
import { Mint } from '../mask/mint.ts'

const SECRET = Buffer.alloc(32, 7)
const mintOf = (secret: Uint8Array = SECRET): Mint => new Mint({ nonce: 'k7f2', secret })
const nowhere = (): boolean => false
const made = (type: EntityType, value: string, mint = mintOf()): string | null =>
  mint.surrogateFor(type, value, nowhere)

for (const [type, value, form] of [
  ['EMAIL', 'anna@acme.de', /^[a-z]+\.[a-z]+\d\d@example\.(?:com|org|net)$/],
  ['PHONE', '+1 (415) 867-5309', /^\+1 \(\d{3}\) 555-01\d\d$/],
  ['PHONE', '415.867.5309', /^\d{3}\.555\.01\d\d$/],
  ['PHONE', '+44 7911 123456', /^\+44 (?:7700 900|2079 460|1614 960|1134 960|1632 960)\d{3}$/],
  ['PHONE', '+44 (0)20 7123 4567', /^\+44 \(0\)\d\d \d{4} \d{4}$/],
  ['PHONE', '0049 30 901820123', /^0049 \d\d \d{9}$/],
  ['PHONE', '+33 6 12 34 56 78', /^\+33 6 39 98 \d\d \d\d$/],
  ['PHONE', '138 1234 5678', /^154 \d{4} \d{4}$/],
  ['PHONE', '+86-13812345678', /^\+86-154\d{8}$/],
  ['PHONE', '010-62345678', /^010-0\d{7}$/],
  ['PHONE', '(0755) 8234567', /^\(0755\) 0\d{6}$/],
  ['CN_RESIDENT_ID', '11010519491231002X', /^\d\d9999(?:19|20)\d{9}[\dX]$/],
  ['CN_RESIDENT_ID', '110105 19491231 002X', /^\d\d9999 \d{8} \d{3}[\dX]$/],
  ['CN_USCC', '91350211M000100Y43', /^91\d\d9999MA\d{7}[\dA-Z]$/],
  ['BANK_CARD', '4539 1488 0343 6467', /^4000 00\d\d \d{4} \d{4}$/],
  ['BANK_CARD', '6222021234567890123', /^620000\d{13}$/],
  ['IBAN', 'DE89 3704 0044 0532 0130 00', /^DE\d\d 0000 \d{4} \d{4} \d{4} \d\d$/],
  ['IBAN', 'gb29nwbk60161331926819', /^gb\d\dtest\d{14}$/],
  ['IP', '10.1.2.3', /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/],
  ['IP', '10.1.2.3:8080', /^\d+\.\d+\.\d+\.\d+:8080$/],
  ['IP', 'fe80::1', /^2001:db8::[\da-f:]+$/],
  ['MAC', '3C:22:FB:01:02:03', /^00:00:5E:00:53:[\dA-F]{2}$/],
  ['URL', 'https://intra.acme.de/hr?id=7', /^https:\/\/www\.example\.(?:com|org|net)\/[a-z]+-\d{4}$/],
  ['DATE_OF_BIRTH', '1987-03-15', /^19(?:8[89]|9[01])-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-2])$/],
  ['DATE_OF_BIRTH', '15.3.2004', /^(?:0?[1-9]|1[0-2])\.[1-9]\.200[0-3]$/],
  ['DATE_OF_BIRTH', '1987年3月15日', /^19(?:8[89]|9[01])年[1-9]月(?:0[1-9]|1[0-2])日$/],
  ['PERSON', 'Anna Lee', /^[A-Z][a-z]+ [A-Z][a-z]+$/],
  ['PERSON', 'LEE, ANNA', /^[A-Z]+, [A-Z]+$/],
  ['PERSON', 'Dr. Anna M. van der Lee', /^Dr\. [A-Z][a-z]+ [A-Z]\. van der [A-Z][a-z]+$/],
  ['PERSON', '王芳', /^\p{Script=Han}{3}$/u],
  ['PERSON', '王女士', /^\p{Script=Han}女士$/u],
  ['ADDRESS', '12 Baker Street, London NW1', /^\d+ [A-Z][A-Za-z ]+, [A-Z][A-Za-z ]+$/],
  ['ADDRESS', '北京市朝阳区建国路88号', /^\p{Script=Han}+市\p{Script=Han}+区\p{Script=Han}+\d+号$/u],
  ['LOCATION', '杭州市', /^\p{Script=Han}+市$/u],
  ['LOCATION', 'Munich', /^[A-Z][A-Za-z ]+$/],
  ['ORGANIZATION', 'Acme Widgets GmbH', /^[A-Z][a-z]+ [A-Z][a-z]+ GmbH$/],
  ['ORGANIZATION', '杭州阿尔法科技有限公司', /^\p{Script=Han}{4,6}科技有限公司$/u],
] as const) {
  test(`${type} ${value} becomes another of the same form`, () => {
    const surrogate = made(type, value)
    assert.match(surrogate ?? '', form)
    assert.notEqual(surrogate, value)
  })
}

test('what is nobody’s cannot be made of everything, and a placeholder is more honest then', () => {
  for (const [type, value] of [
    ['SECRET', 'sk-1234567890'],
    ['US_SSN', '536-90-4399'],
    ['PASSPORT', 'E12345678'],
    ['PLATE', '京A12345'],
    ['PHONE', '+81 3 1234 5678'],
    ['PHONE', '415-867-5309 ext. 12'],
    ['PERSON', 'Анна Иванова'],
    ['BANK_CARD', '9999 1488 0343 6467'],
    ['DATE_OF_BIRTH', '03/15/87'],
  ] as const)
    assert.equal(made(type, value), null, value)
})

test('checksums of surrogates are right, so that whoever checks them goes on', () => {
  for (const [type, value, around] of [
    ['CN_RESIDENT_ID', '11010519491231002X', '身份证 '],
    ['CN_USCC', '91350211M000100Y43', '统一社会信用代码 '],
    ['BANK_CARD', '4539 1488 0343 6467', 'card '],
    ['BANK_CARD', '378282246310005', 'card '],
    ['IBAN', 'DE89 3704 0044 0532 0130 00', 'IBAN '],
    ['IBAN', 'GB29 NWBK 6016 1331 9268 19', 'IBAN '],
  ] as const) {
    for (let key = 0; key < 20; key += 1) {
      const surrogate = made(type, value, mintOf(Buffer.alloc(32, key))) ?? assert.fail(value)
      const found = engine.detect(around + surrogate, { language: null, key: null })
      const one = found.find(({ start }) => start === around.length)
      assert.deepEqual([one?.type, one?.end], [type, around.length + surrogate.length], surrogate)
    }
  }
})

test('a value has one surrogate in a conversation, another one in another, and nobody else has the same', () => {
  const mint = mintOf()
  const all = new Set<string | null>()
  for (let at = 0; at < 200; at += 1) all.add(made('EMAIL', `p${at}@acme.de`, mint))
  assert.equal(all.size, 200)
  assert.equal(made('EMAIL', 'p7@acme.de', mint), made('EMAIL', 'p7@acme.de', mint))
  assert.equal(made('EMAIL', 'p7@acme.de'), made('EMAIL', 'p7@acme.de'))
  assert.notEqual(made('EMAIL', 'p7@acme.de'), made('EMAIL', 'p7@acme.de', mintOf(Buffer.alloc(32, 8))))
  const later = new Mint({ nonce: 'k7f2', secret: Buffer.alloc(32, 9) }, mint.minted)
  assert.equal(made('EMAIL', 'p7@acme.de', later), made('EMAIL', 'p7@acme.de', mint))
  assert.deepEqual(later.added, [])
})

test('what stands in the request, or is a value of the conversation, is no surrogate', () => {
  const first = made('PERSON', 'Anna Lee') ?? assert.fail()
  const [given = ''] = first.split(' ')
  const other = mintOf().surrogateFor('PERSON', 'Anna Lee', (text) => text === given)
  assert.notEqual(other?.split(' ')[0], given)
  const mint = mintOf()
  assert.notEqual(made('PERSON', first, mint), null)
  assert.notEqual(made('PERSON', 'Anna Lee', mint), first)
  assert.equal(
    mintOf().surrogateFor('PERSON', 'Anna Lee', () => true),
    null,
  )
})

test('a person is the same person by one name, by all of them, and in capital letters', () => {
  const mint = mintOf()
  const [given = '', family = ''] = made('PERSON', 'Anna Lee', mint)?.split(' ') ?? []
  assert.equal(made('PERSON', 'Anna', mint), given)
  assert.equal(made('PERSON', 'Dr. Lee', mint), `Dr. ${family}`)
  assert.equal(made('PERSON', 'ANNA LEE', mint), `${given} ${family}`.toUpperCase())
  assert.match(made('PERSON', 'Anna Kim', mint) ?? '', new RegExp(`^${given} (?!${family})`))
  assert.equal(made('PERSON', '王芳', mint)?.[0], made('PERSON', '王先生', mint)?.[0])
})

test('when there are no more names, people get placeholders', () => {
  const mint = mintOf()
  const names = Array.from({ length: 150 }, (_, at) =>
    made(
      'PERSON',
      `Anna${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10) % 10]}${'uvwx'[Math.floor(at / 100)]}`,
      mint,
    ),
  )
  assert.ok(names.includes(null))
  const given = names.filter((name) => name !== null)
  assert.equal(new Set(given).size, given.length)
})
