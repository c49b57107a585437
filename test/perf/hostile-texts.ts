/** A kind of text that somebody could send to keep the search busy, of any length. */
export interface HostileKind {
  readonly name: string
  readonly make: (characters: number) => string
}

/** Numbers that look drawn and are the same in each run. */
class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('')
  }

  of<T>(list: ArrayLike<T>): T {
    const one = list[this.below(list.length)]
    if (one === undefined) throw new Error('nothing to draw from')
    return one
  }

  word(letters: ArrayLike<string>, count: number): string {
    return Array.from({ length: count }, () => this.of(letters)).join('')
  }
}

/** The same again and again. */
const again = (unit: string, name = JSON.stringify(unit)): HostileKind => ({
  name,
  make: (characters) => unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters),
})

/** Pieces of one form, each of other values. */
const drawn = (name: string, piece: (draw: Draw, at: number) => string, head = ''): HostileKind => ({
  name,
  make(characters) {
    const draw = new Draw(7)
    const pieces = [head]
    for (let length = head.length, at = 0; length < characters; at += 1) {
      const next = piece(draw, at)
      pieces.push(next)
      length += next.length
    }
    return pieces.join('').slice(0, characters)
  },
})

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const BASE64 = `${UPPER}${LOWER}0123456789+/`
const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许'
const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文'
const FIRST = ['Anna', 'James', 'Maria', 'Peter', 'Wolfgang', 'Sofia', 'Kevin', 'Olga', 'Mark', 'Grace']
const LAST = ['Schmidt', 'Johnson', 'Garcia', 'Novak', 'Hill', 'Baker', 'Ivanova', 'O’Brien', 'McBride']
const ROMAN = ['jan', 'feb', 'mar', 'Apr', 'June', 'Oct', 'December']

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
const escaped = (text: string): string =>
  text.replaceAll(/./gsu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Real-looking numbers in the ways of many countries. */
const PHONES: readonly ((draw: Draw) => string)[] = [
  (draw) => `+1 ${2 + draw.below(8)}${draw.digits(2)} ${draw.digits(3)} ${draw.digits(4)}`,
  (draw) => `+49 ${1 + draw.below(9)}${draw.digits(2)} ${draw.digits(7)}`,
  (draw) => `+44 20 ${draw.digits(4)} ${draw.digits(4)}`,
  (draw) => `+86 1${3 + draw.below(7)}${draw.digits(9)}`,
  (draw) =>
    `+33 ${1 + draw.below(9)} ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(2)}`,
  (draw) => `+7 (9${draw.digits(2)}) ${draw.digits(3)}-${draw.digits(2)}-${draw.digits(2)}`,
  (draw) => `+55 11 9${draw.digits(4)}-${draw.digits(4)}`,
  (draw) => `+91 9${draw.digits(9)}`,
  (draw) => `0049 ${draw.digits(3)} ${draw.digits(7)}`,
  (draw) => `0${1 + draw.below(9)}${draw.digits(2)} ${draw.digits(3)} ${draw.digits(4)}`,
  (draw) => `0${1 + draw.below(9)}-${draw.digits(4)}-${draw.digits(4)}`,
  (draw) => `(0${1 + draw.below(9)}${draw.digits(1)}) ${draw.digits(8)}`,
  (draw) => `(${2 + draw.below(8)}${draw.digits(2)}) ${draw.digits(3)}-${draw.digits(4)}`,
  (draw) => `1${3 + draw.below(7)}${draw.digits(1)}-${draw.digits(4)}-${draw.digits(4)}`,
]
const phones = (separator: string, formats = PHONES) =>
  drawn(`phones of ${formats.length} forms, ${JSON.stringify(separator)} between`, (draw) => {
    return `${draw.of(formats)(draw)}${separator}`
  })
const phonesOf = (name: string, format: (draw: Draw) => string) =>
  drawn(`phones: ${name}`, (draw) => `${format(draw)}\n`)

const COLUMNS = ['name', 'phone', 'email', 'address', 'city', 'company', 'birth date', 'password', 'iban']
const table = (columns: number, separator: string): HostileKind => {
  const heads = Array.from({ length: columns }, (_, at) => `${COLUMNS[at % COLUMNS.length]}${at}`)
  const cell = (draw: Draw): string => draw.word(LOWER, 1 + draw.below(6))
  return drawn(
    `rows of ${columns} columns, ${JSON.stringify(separator)} between`,
    (draw) => `${heads.map(() => cell(draw)).join(separator)}\n`,
    `${heads.join(separator)}\n`,
  )
}
const headsOnly = (columns: number, separator: string): HostileKind =>
  drawn(
    `heads of ${columns} columns, ${JSON.stringify(separator)} between`,
    (draw) => `${Array.from({ length: columns }, () => draw.of(COLUMNS)).join(separator)}\n`,
  )

const UNITS = [
  'a',
  '1',
  '1 ',
  '1-',
  '0 ',
  ' ',
  '\n',
  '\t',
  '\r\n',
  '\0',
  '@',
  'a@',
  'a.a@',
  '@a.',
  'a.',
  '.',
  ',',
  ';',
  '|',
  ':',
  '1:',
  '::',
  '=',
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  '/',
  '//',
  '(',
  '(0',
  '[',
  '{',
  '<',
  '<a>',
  '&',
  '&#',
  '&#48;',
  '%',
  '%41',
  '%4',
  '%e4%bd',
  '\\u',
  '\\u0041',
  '\\x41',
  '\\n',
  'C:\\n',
  '+',
  '+1 ',
  '+49 30 1234567 ',
  '4111 ',
  '482 ',
  '13800138000/',
  'DE89 ',
  'GB82WEST',
  'aA1',
  'Mr ',
  'Dr. ',
  'Smith ',
  'Anna ',
  'McBride',
  'de la ',
  '王',
  '王小明',
  '李 ',
  '先生',
  '市',
  '市区路号',
  '北京市海淀区中关村大街1号',
  '有限公司',
  '公司',
  '·',
  '姓名：',
  '电话1',
  'tel 1',
  'phone: ',
  '地址',
  'name: ',
  'name,',
  'name\t',
  'name=',
  'name,phone\n',
  'a,b\n',
  '"a","b"\n',
  'password=',
  'password="',
  'password,',
  'password: ',
  'key ',
  'token ',
  'secret',
  '-----BEGIN',
  '-----BEGIN RSA PRIVATE KEY-----\n',
  'eyJaaaaaaaa.',
  'eyJhbGciOiJIUzI1NiJ9.',
  'sk-',
  'AKIA',
  'ghp_',
  'zip ',
  'openssl enc ',
  "39°54'",
  '39.9042, ',
  '\u200b',
  '\u200b1',
  '\ufeff',
  '\ud83d',
  '\ude00',
  '\ud835',
  '\ud835\udfce',
  '😀',
  '👨‍👩‍👧 ',
  'e\u0301',
  '\u0301',
  'Zalgo\u0316\u0317\u0318',
  'ｐａｓｓ',
  '１',
  '＋８６',
  '٠',
  '{"a":',
  '[[',
  '{"name":"',
  '"}',
  'INSERT INTO a (b) VALUES ',
  "INSERT INTO a (b) VALUES ('c'), ",
  "('c'),",
  'COPY a (b) FROM stdin;\n',
  '| a | b |\n',
  '|-',
  '---',
  'http://',
  '://a',
  'a://',
  'www.',
  'a.com/',
  'https://a.b/?c=',
  'at dot ',
  'fe80::1 ',
  '00:',
  '00:1a:',
  '0x',
  '0xaa',
  '1.1.',
  '1.1.1.1 ',
  '1970-01-01 ',
  '12/12/',
  'born ',
  'Street ',
  '1 Main Street, ',
  'PO Box 1 ',
  'Straße ',
  'P<',
  'A1',
  'AB12 ',
  '京A',
  'X-',
  '_',
  '-',
  'Aa-',
  "o'",
  'IBAN ',
  'card ',
  'patient ',
  'passport ',
  'bc1q',
  'r',
  '一',
  '一二',
  '幺',
] as const

/** Everything that begins something in a text, again and again or with other values each time. */
export const HOSTILE_KINDS: readonly HostileKind[] = [
  ...UNITS.map((unit) => again(unit)),
  again('{"a":{"b":[', 'JSON that never closes'),
  again(`${'x'.repeat(3000)}=`, 'long words with a sign'),
  phones('\n'),
  phones(' '),
  phones('/'),
  phones(', '),
  phones('; tel '),
  ...PHONES.map((format) => phonesOf(format(new Draw(1)), format)),
  drawn('phones: codes of any country', (draw) => `+${1 + draw.below(998)} ${draw.digits(9)}\n`),
  drawn(
    'phones: full width',
    (draw) =>
      `＋８６１３${draw.digits(9).replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))}／`,
  ),
  drawn('phones with words before', (draw) => `call me: 0${draw.digits(3)} ${draw.digits(6)}\n`),
  drawn('order numbers', (draw) => `order ${draw.digits(4 + draw.below(12))}\n`),
  drawn('digits of any length', (draw) => `${draw.digits(1 + draw.below(24))} `),
  drawn('digits in groups', (draw) => `${draw.digits(1 + draw.below(6))}${draw.of(' -./')}`),
  drawn('cards', (draw) => `4${draw.digits(3)} ${draw.digits(4)} ${draw.digits(4)} ${draw.digits(4)}\n`),
  drawn('identity numbers', (draw) => `11010119${draw.digits(2)}0${1 + draw.below(9)}1${draw.digits(4)}X\n`),
  drawn('social security numbers', (draw) => `${draw.digits(3)}-${draw.digits(2)}-${draw.digits(4)}\n`),
  drawn(
    'IBANs',
    (draw) =>
      `DE${draw.digits(2)} ${draw.digits(4)} ${draw.digits(4)} ${draw.digits(4)} ${draw.digits(4)} ${draw.digits(2)}\n`,
  ),
  drawn('begins of IBANs', (draw) => `${draw.word(UPPER, 2)}${draw.digits(2)} `),
  drawn(
    'dates',
    (draw) => `${draw.digits(2)}${draw.of('-./')}${draw.of(ROMAN)}${draw.of('-./ ')}${draw.digits(4)} `,
  ),
  drawn('dates of birth', (draw) => `born ${1 + draw.below(28)}.${1 + draw.below(12)}.19${draw.digits(2)}\n`),
  drawn(
    'addresses of machines',
    (draw) => `${draw.below(256)}.${draw.below(256)}.${draw.below(256)}.${draw.below(256)} `,
  ),
  drawn('IPv6', (draw) => `${Array.from({ length: 8 }, () => draw.word('0123456789abcdef', 4)).join(':')} `),
  drawn(
    'IPv6, shortened',
    (draw) => `${draw.word('0123456789abcdef', 4)}::${draw.word('0123456789abcdef', 2)}:`,
  ),
  drawn('MACs', (draw) => `${Array.from({ length: 6 }, () => draw.word('0123456789abcdef', 2)).join(':')}\n`),
  drawn(
    'coordinates',
    (draw) => `${draw.below(90)}.${draw.digits(5)}, ${draw.below(180)}.${draw.digits(5)}\n`,
  ),
  drawn('mail', (draw) => `${draw.word(LOWER, 8)}.${draw.word(LOWER, 5)}@${draw.word(LOWER, 6)}.com\n`),
  drawn('links', (draw) => `https://${draw.word(LOWER, 8)}.com/${draw.word(LOWER, 10)}?q=${draw.digits(5)} `),
  drawn('wallets', (draw) => `0x${draw.word('0123456789abcdef', 40)}\n`),
  drawn(
    'passports and plates',
    (draw) => `passport ${draw.word(UPPER, 1)}${draw.digits(8)} 京A${draw.digits(5)}\n`,
  ),
  drawn('settings', (draw) => `${draw.word(LOWER, 4)}_password=${draw.word(BASE64, 16)}\n`),
  drawn('tokens', (draw) => `ghp_${draw.word(`${LOWER}${UPPER}0123456789`, 36)}\n`),
  drawn(
    'JWTs',
    (draw) => `eyJ${draw.word(BASE64, 30)}.eyJ${draw.word(BASE64, 40)}.${draw.word(BASE64, 43)}\n`,
  ),
  drawn('base 64 in words', (draw) => `${draw.word(BASE64, 76)}\n`),
  drawn('base 64 in one word', (draw) => draw.word(BASE64, 64)),
  drawn(
    'texts in base 64',
    (draw) => `${Buffer.from(`call +49 ${draw.digits(3)} ${draw.digits(7)}`).toString('base64')} `,
  ),
  drawn('one text in base 64', (draw) =>
    Buffer.from(`call +49 ${draw.digits(3)} ${draw.digits(8)}\n`).toString('base64'),
  ),
  drawn('percent escapes', (draw) => `a=%2B49%20${draw.digits(3)}%20${draw.digits(7)}&`),
  drawn('percent escapes, all', (draw) => `%${draw.word('0123456789ABCDEF', 2)}`),
  drawn('escaped letters', (draw) => escaped(`${draw.of(FIRST)} ${draw.digits(4)} `)),
  drawn('hex', (draw) => draw.word('0123456789abcdef', 64)),
  drawn(
    'UUIDs',
    (draw) =>
      `${draw.word('0123456789abcdef', 8)}-${draw.word('0123456789abcdef', 4)}-4000-8000-${draw.word('0123456789abcdef', 12)}\n`,
  ),
  drawn('names', (draw) => `${draw.of(FIRST)} ${draw.of(LAST)}, `),
  drawn(
    'names of any letters',
    (draw) => `${capital(draw.word(LOWER, 6))} ${capital(draw.word(LOWER, 7))}\n`,
  ),
  drawn('titled names', (draw) => `Mr ${capital(draw.word(LOWER, 6))} `),
  drawn('words with capitals', (draw) => `${capital(draw.word(LOWER, 1 + draw.below(9)))} `),
  drawn('words', (draw) => `${draw.word(LOWER, 1 + draw.below(9))} `),
  drawn('words in capitals', (draw) => `${draw.word(UPPER, 1 + draw.below(9))} `),
  drawn('Chinese names', (draw) => `${draw.of(SURNAMES)}${draw.of(GIVEN)}${draw.of(GIVEN)}，`),
  drawn('Chinese names without marks', (draw) => `${draw.of(SURNAMES)}${draw.of(GIVEN)}`),
  drawn('Han characters', (draw) => String.fromCharCode(0x4e00 + draw.below(20_000))),
  drawn('Han and Latin', (draw) => `${capital(draw.word(LOWER, 5))}${draw.of(SURNAMES)}`),
  drawn(
    'Chinese addresses',
    (draw) =>
      `${draw.of(SURNAMES)}${draw.of(GIVEN)}市${draw.of(GIVEN)}${draw.of(GIVEN)}区${draw.of(GIVEN)}路${draw.digits(3)}号`,
  ),
  drawn('Chinese firms', (draw) => `${draw.of(GIVEN)}${draw.of(SURNAMES)}${draw.of(GIVEN)}科技有限公司`),
  drawn(
    'addresses',
    (draw) =>
      `${draw.digits(3)} ${capital(draw.word(LOWER, 7))} Street, ${capital(draw.word(LOWER, 6))}, TX ${draw.digits(5)}\n`,
  ),
  drawn('firms', (draw) => `${capital(draw.word(LOWER, 7))} ${draw.of(['GmbH', 'Inc.', 'Ltd', 'LLC'])}, `),
  drawn(
    'log lines',
    (draw) =>
      `2024-01-${draw.digits(2)}T10:00:00Z user=${draw.word(LOWER, 6)} ip=10.0.${draw.below(256)}.${draw.below(256)} phone=+49${draw.digits(10)}\n`,
  ),
  drawn(
    'keys of JSON',
    (draw) =>
      `{"name":"${draw.of(FIRST)} ${draw.of(LAST)}","phone":"+49 ${draw.digits(3)} ${draw.digits(7)}"},`,
  ),
  drawn('keys without values', (draw) => `"${draw.of(COLUMNS)}":`),
  drawn(
    'tuples of SQL',
    (draw) => `('${draw.of(FIRST)}', '${draw.digits(9)}'), `,
    'INSERT INTO people (name, phone) VALUES ',
  ),
  drawn('surrogate halves', (draw) => String.fromCharCode(0xd800 + draw.below(0x800))),
  drawn('any characters', (draw) => String.fromCharCode(draw.below(0x10000))),
  drawn(
    'combining marks',
    (draw) => `${draw.of(LOWER)}${String.fromCharCode(0x300 + draw.below(0x70), 0x300 + draw.below(0x70))}`,
  ),
  drawn('emoji', (draw) => String.fromCodePoint(0x1f600 + draw.below(64))),
  table(2, ','),
  table(9, '\t'),
  table(100, ';'),
  table(64, '|'),
  table(1000, ','),
  headsOnly(9, ','),
  headsOnly(60, ','),
  headsOnly(60, '\t'),
  headsOnly(60, '|'),
  headsOnly(1000, ','),
]
