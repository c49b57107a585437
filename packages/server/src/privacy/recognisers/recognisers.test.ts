import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngine } from '../detect/engine.ts'
import { createScanner } from '../detect/scanner.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import { RECOGNISERS } from './all.ts'
import { NATIONAL_IDS } from './national/all.ts'

/** Without the names in a text. */
const engine = createEngine([{ id: 'rules', detect: createScanner([...RECOGNISERS, ...NATIONAL_IDS]) }])
const language = (text: string): 'zh' | 'en' => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en')

/** What is acted on in a text. */
const found = (text: string): string[] =>
  engine
    .detect(text, { language: language(text), key: null })
    .filter(({ score }) => score >= ACTING_SCORE)
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)

/** By type: texts in which the value between the brackets is found, and nothing else. */
const HITS: Readonly<Record<string, readonly string[]>> = {
  EMAIL: [
    'write to [anna.schmidt+news@mail.example.co.uk].',
    'from=<[a@example.org]>, relay',
    '邮箱[zhang.wei@qq.com]请查收',
    'mailto:[x@example.org]?subject=hi',
    '["john doe"@example.org] was quoted',
    '[jörg@müller.de] and',
    'an [用户@例子.公司] address',
    '[user@\\[192.168.2.1\\]] by number',
    '[anna (at) example (dot) org] by words',
    'See [a@example.org].Please answer',
  ],
  PHONE: [
    '手机[13800138000]。',
    '[+86 138 0013 8000]',
    '(手机[(+86)138-0013-8000])',
    '[0086 13800138000]',
    '1,[13800138000],x',
    '手机号:[1 3 8 0 0 1 3 8 0 0 0]',
    '我的号码[一三八零零一三八零零零]',
    '电话[010-66778899转8001]',
    '座机[(0571) 66778899]',
    '[+86-21-66778899]',
    '热线[400-820-8820]',
    '电话:[66778899]',
    'Call [(212) 555-0147].',
    'call [212-555-0147 x12] now',
    '[+1 415 555 2671]',
    '[+44 20 7946 0958]',
    'ring [020 7946 0018]',
    '[+49 (0)30 901820]',
    '[01 42 68 53 00]',
    '[090-1234-5678]',
    'tel [98765 43210]',
    'phone=[5550123456]&x=1',
    'phone ([206-501-8345 ext. 899])',
    '详询[4006417854]。',
    '投诉：[4006968359]',
    '账号电话[0592-4376263]',
    'WhatsApp: [611 1814] today',
    'Phone (day) [1-919-725-8709]',
    'Tel. [17.12.72.59]',
    'fax [+688-90-3910]',
    '[+61 412 343 839]',
  ],
  CN_RESIDENT_ID: [
    '身份证[11010519491231002X]',
    '[11010519491231002x]',
    'ID[11010519491231002X]',
    '[110105 19491231 002X]',
    '[1101 0519 4912 3100 2X]',
    '学籍号G[11010519491231002X]',
    '身份证号[110105491231002]',
  ],
  CN_USCC: ['税号[91350100M000100Y43]', '[91440300708461136T]', 'code [9144 0300 7084 61136T]'],
  BANK_CARD: [
    '[4111 1111 1111 1111]',
    'card [4111111111111111] exp',
    '[3782 822463 10005]',
    '卡号[6222020000000000000]',
    '[6222 0200 0000 0000 000]',
    '[5555-5555-5555-4444]',
  ],
  IBAN: [
    '[DE89 3704 0044 0532 0130 00] and',
    'iban [gb82west12345698765432]',
    '[FR14 2004 1010 0505 0001 3M02 606]',
  ],
  BANK_ACCOUNT: ['账号:[1100223344556677]', 'account number [00123456]', 'routing number [021000021]'],
  PASSPORT: [
    '护照[E12345678]',
    '护照号码：[EA1234567]',
    '持[SE1234567]号护照',
    'passport no. [C01X00T47]',
    'Passport: [123456789]',
    'Passport [69 9844616] / DOB',
    'Passport Number\n[231716944]\n',
    '护照号[C0Y5RCX9Y]',
    '[H03639802]（港澳通行证）',
    '持[P2292271]号护照入境，航班CA1543。',
    '[L898902C36UTO7408122F1204159ZE184226B<<<<<10]',
    '[P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<]',
  ],
  PLATE: [
    '车牌[沪A·LXUP3]',
    '车牌[京A·12345]',
    '[粤B12345D] 停在门口',
    '[粤Z·1234港]',
    '[沪A1234警]',
    '[WJ京12345]',
    '[使224578]',
    'license plate [7ABC123]',
    'Kennzeichen: [B-MW 1234]',
    '[MA-12-34] in Macau',
  ],
  IP: [
    'v6 is down but v4 [192.168.27.37] is fine',
    'from [203.0.113.7] port 22',
    '[192.168.10.0/24] net',
    'host [203.0.113.7]:8080',
    '[2001:db8::1] said',
    '\\[[2001:db8::1]\\]:443',
    'IPv6地址：[2001:db8:b65d::1a3d]，',
    'IPv6:[2001:db8::1]',
    'IP [192.0.2.54].443 > x',
    'inet [10.1.2.3]/24 brd x',
    'inet6 [2001:db8::5]/64 scope global',
    'route [2001:db8::/32] via x',
    '[::ffff:192.0.2.128]',
    '[fe80::1%eth0]',
  ],
  MAC: [
    '[00:1b:44:11:3a:b7]',
    '[00-1B-44-11-3A-B7]',
    '[001b.4411.3ab7]',
    'MAC [001b44113ab7]',
    '光猫MAC：[36:ef:96:e1:29:13]',
  ],
  URL: [
    'see [https://example.org/a_(b)?c=d#e].',
    '([http://example.org])',
    '详情见[https://example.org/p]，谢谢',
    '[www.example.org/x]',
    '[example.org/path?x=1] without a scheme',
    '[http://\\[2001:db8::1\\]:8080/x]',
  ],
  CRYPTO: [
    '[1BoatSLRHtKNngkdXEeobR76b53LETtpyT]',
    '[3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy]',
    '[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]',
    '[0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed]',
    '[DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L]',
    '[rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh]',
    '[TJRabPrwbZy45sbavfcjinPJC18kjpRTv8]',
    '[bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a]',
  ],
  DATE_OF_BIRTH: [
    '出生日期:[1987年3月15日]',
    '[1987年3月15日]出生',
    '生日[1987-03-15]',
    'DOB: [03/15/1987]',
    'born on [March 15, 1987] in',
    'born [15 Mar 1987]',
    'geboren am [15.03.1987]',
  ],
  MEDICAL_ID: ['病历号:[A1234567]', 'MRN: [12345678]', 'Patient ID [MR-123456]'],
  GEO: [
    '坐标[39.9042, 116.4074]',
    '[39.9042° N, 116.4074° E]',
    '[北纬39.9042度，东经116.4074度]',
    `[39°54'15"N 116°24'27"E]`,
    'geo:[37.786971,-122.399677]',
    'latitude=[40.7128]',
  ],
}

/** The text without its brackets, and what stands between them; a bracket of the text itself is written `\[`. */
function read(marked: string): { readonly text: string; readonly value: string } {
  const signs = marked.replaceAll('\\[', '\u0001').replaceAll('\\]', '\u0002')
  const plain = (part: string): string => part.replaceAll('\u0001', '[').replaceAll('\u0002', ']')
  return { text: plain(signs.replaceAll(/[[\]]/g, '')), value: plain(/\[(.*)\]/s.exec(signs)?.[1] ?? '') }
}

for (const [type, texts] of Object.entries(HITS)) {
  test(`${type} is found where it stands, with nothing before or behind it`, () => {
    const seen = texts.map((marked) => [marked, found(read(marked).text)])
    const expected = texts.map((marked) => [marked, [`${type} ${read(marked).value}`]])
    assert.deepEqual(seen, expected)
  })
}

test('two numbers with a slash between them are both found, also in full width', () => {
  for (const [first, second] of [
    ['13800138000', '13900139000'],
    ['400-820-8820', '400-820-8821'],
    ['(212) 555-0147', '(212) 555-0148'],
    ['020 7946 0958', '020 7946 0959'],
  ] as const) {
    assert.deepEqual(found(`${first}/${second}`), [`PHONE ${first}`, `PHONE ${second}`])
  }
  assert.deepEqual(found('＋８６１３８００１３８０００／１３９００１３９０００'), [
    'PHONE ＋８６１３８００１３８０００',
    'PHONE １３９００１３９０００',
  ])
  assert.deepEqual(found('４００－８２０－８８２０／４００－８２０－８８２１').length, 2)
})

/** Nothing in these is acted on. */
const NEAR_MISSES: Readonly<Record<string, readonly string[]>> = {
  'files, packages and repositories are no e-mail addresses': [
    'icon@2x.png',
    'npm i react@19.2.0 @types/node',
    'git clone git@github.com:org/repo.git',
    '@media (min-width: 1px)',
  ],
  'orders, versions, times and amounts are no phone numbers': [
    '订单号:13800138000',
    '运单号 20260305123456',
    '1709600000 and 1709600000123',
    '2026-03-05 10:22:33',
    '05.03.2026 10:22',
    '$1,234,567.89',
    'v1.2.3.4',
    'order 212-555-0147',
    'lot 466 567 4656',
    '04 11 23 35 42 07',
    'Boston, MA 02110-1301, USA',
    'Clause 252.227-7013 (c)',
    "list('-+0123456789.')",
    'SSN 047-00-2413 cannot exist',
    'SN-138-0013-8000',
  ],
  'numbers with a wrong checksum are not acted on, nor is anything inside of them': [
    '身份证110105194912310021',
    '身份证32010219710615013X',
    '卡号4111 1111 1111 1112',
    '卡号6222 0200 0000 0000 001',
    'IBAN DE89 3704 0044 0532 0130 01',
    '税号91350100M000100Y44',
    '1BoatSLRHtKNngkdXEeobR76b53LETtpyU',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
  ],
  'serial numbers and digits all alike are no cards': [
    'serial number: 4111-1111-1111-1111',
    '520F 5210 4111 1111 1111 1111 5215',
    '4444444444444444',
    'ref 6302234715088',
  ],
  'versions, sections and the machine itself are no addresses': [
    'version 10.1.2.3',
    'Chrome/120.0.0.0',
    'section 3.2.1.4',
    '127.0.0.1 and 0.0.0.0',
    'http://localhost:7070/x',
    'std::min(a, b); face::add',
    'set(args[::2], args[1::2])',
    'Guile 3.0.5.130-5a1e7',
    '[.1FA3.0020.0002]',
    '12:30:45',
    'ff:ff:ff:ff:ff:ff',
  ],
  'dates of other things are no dates of birth': [
    '合同签于2026年3月5日',
    'born to run in 1975',
    '本产品2026年3月5日生产',
    '赵先生于2025-09-27到场，事故发生于2025年9月26日',
  ],
  'vectors and prices are no places': [
    '[0.1234, 0.5678]',
    '12.3456, 45.6789, 13.1111',
    'from 12.50 to 13.75',
  ],
  'codes of things are no passports or plates': [
    '产品编号E12345678',
    '全新A12345款',
    'flight AA1234',
    'part 7ABC123',
  ],
}

for (const [what, texts] of Object.entries(NEAR_MISSES)) {
  test(what, () => {
    assert.deepEqual(texts.flatMap(found), [])
  })
}

test('under a column or key for numbers of states a right checksum is enough, and a wrong one is none', () => {
  assert.deepEqual(found('country,tax_id\nHR,94577403194\nHR,94577403195'), ['HR_OIB 94577403194'])
  assert.equal(found('{"nationalId":"42512556156"}').length, 1)
  assert.deepEqual(found('{"orderId":"42512556156"}'), [])
})

test('each of two numbers with a bar between them is found', () => {
  assert.deepEqual(found('电话13892432432/151 6662 5193'), ['PHONE 13892432432', 'PHONE 151 6662 5193'])
})

test('a wrong checksum is told below the score that is acted on', () => {
  const spans = engine.detect('卡号4111 1111 1111 1112', { language: 'zh', key: null })
  assert.deepEqual(
    spans.map(({ type, score }) => [type, score < ACTING_SCORE]),
    [['BANK_CARD', true]],
  )
})
