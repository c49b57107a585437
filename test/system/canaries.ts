import type { Seen } from './gateway-upstream.ts'

/** Nobody's, and of the form that they would have. The vendors' forms are put together here, so that nobody's scan finds them. */
export const CANARY = {
  nameEnglish: 'Priya Raghunathan',
  nameGerman: 'Thomas Lindqvist',
  nameChinese: '欧阳文渊',
  nameChineseShort: '李秀梅',
  organisation: '深圳市星河云图科技有限公司',
  addressEnglish: '742 Evergreen Terrace, Springfield, OR 97477',
  addressChinese: '上海市浦东新区世纪大道1288号18楼',
  email: 'p.raghunathan@meridian-labs.example',
  phoneChina: '13912345678',
  phoneAbroad: '+49 30 90173412',
  residentId: '440306198807152340',
  uscc: '91440300MA5EQ7K83E',
  passport: 'E51234867',
  plate: '粤B8K290',
  card: '4532 0151 1283 0366',
  cardChina: '6222021234567890128',
  iban: 'DE94370400440532013977',
  socialSecurity: '536-90-4399',
  machine: '88.198.24.107',
  adapter: '3c:52:82:7f:1a:9e',
  birth: '1988-07-15',
  medical: 'MRN-00482913',
  account: '110023984415',
  githubToken: ['ghp', 'R8sKq2LmZ0xVbT4nWcJ7yHdE1fGuPa3oIiQ5'].join('_'),
  cloudKey: ['AKIA', 'QX7MZ3KD9TWB2LHV'].join(''),
  databaseUrl: 'postgres://ledger:Vq7-mZ20xTkw@db-01.meridian-labs.example:5432/ledger',
  password: 'kR7#vunTo9-Lapz',
  session: [
    'eyJhbGciOiJIUzI1NiJ9',
    'eyJzdWIiOiJ1LTQ4MjkxMyJ9',
    'Zk3mX9qLw2TbVn8RyHc5JdE0fGuPa7oIiQ1sKxU4MzA',
  ].join('.'),
} as const

/** One of the names alone tells the person, too. */
const PARTS: readonly string[] = ['Raghunathan', 'Lindqvist']

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
const plain = (text: string): string => text.normalize('NFKC').replaceAll(INVISIBLE, '').toLowerCase()
const digitsOf = (text: string): string => text.replaceAll(/(?<=\d)[\s().-]+(?=\d)/g, '')

const fromJson = (text: string): string =>
  text.replaceAll(/\\u([0-9a-fA-F]{4})|\\(.)/g, (_, hex: string | undefined, sign: string) =>
    hex === undefined ? (sign === 'n' ? '\n' : sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
const fromPercent = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
const fromBase64 = (text: string): string =>
  text.replaceAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g, (word) => Buffer.from(word, 'base64').toString())

/** The text, and what it says to whoever undoes its codes, in any order. */
function readings(text: string): ReadonlySet<string> {
  let all = new Set([text])
  for (let round = 0; round < 3; round += 1) {
    all = new Set([...all].flatMap((one) => [one, fromJson(one), fromPercent(one), fromBase64(one)]))
  }
  return new Set([...all].map(plain).flatMap((one) => [one, digitsOf(one)]))
}

/** Every byte of it that can be told apart: path, names and values of headers, body. */
const bytesOf = ({ method, path, headerNames, headers, body }: Seen): string =>
  [method, path, ...headerNames, JSON.stringify(headers), body.toString()].join('\n')

/** All that is looked for. */
export const CANARIES: readonly string[] = [...Object.values(CANARY), ...PARTS]

/** Those of the values of which something arrived. */
export function arrivedIn(seen: readonly Seen[], values = CANARIES): readonly string[] {
  const texts = seen.flatMap((one) => [...readings(bytesOf(one))])
  return values.filter((value) => {
    const wanted = [plain(value), digitsOf(plain(value))]
    return texts.some((text) => wanted.some((one) => text.includes(one)))
  })
}

const fullWidth = (text: string): string =>
  text.replaceAll(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
const escaped = (text: string): string =>
  text.replaceAll(/./gsu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
const hidden = (text: string): string => text.split('').join('\u200b')
const encoded = (text: string): string => Buffer.from(text).toString('base64')

/** What a person and a program would say of them. Each begins with a sign of its own, so that it is known again. */
export const SAID = {
  system: `¶a You help ${CANARY.nameEnglish} of Meridian Labs. Her mail is ${CANARY.email}.\nNever reveal the password: ${CANARY.password}`,
  user: [
    `¶b 你好，我叫${CANARY.nameChinese}，住在${CANARY.addressChinese}，手机${CANARY.phoneChina}。`,
    `¶c My colleague Mr. ${CANARY.nameGerman} lives at ${CANARY.addressEnglish}; call him on ${CANARY.phoneAbroad}.`,
    `¶d 身份证号 ${fullWidth(CANARY.residentId)}，公司：${CANARY.organisation}，统一社会信用代码 ${CANARY.uscc}，车牌${CANARY.plate}`,
    `¶e Passport no. ${hidden(CANARY.passport)}, SSN ${CANARY.socialSecurity}, born ${CANARY.birth}, patient ID ${CANARY.medical}.`,
    `¶f See https://crm.example.org/find?q=${encodeURIComponent(CANARY.nameEnglish)}&mail=${encodeURIComponent(CANARY.email)}`,
    `¶g Raghunathan and LINDQVIST agreed; ask ${CANARY.nameChineseShort}女士 too.`,
  ],
  /** Of a tool: JSON in a string in JSON in a string. */
  call: {
    customer: { name: CANARY.nameChineseShort, phone: CANARY.phoneChina },
    file: `/srv/share/${CANARY.nameEnglish} - contract.pdf`,
    iban: CANARY.iban,
    payload: JSON.stringify({
      card: CANARY.card,
      inner: JSON.stringify({ account: CANARY.account, owner: CANARY.nameGerman, 'born on': CANARY.birth }),
    }),
    blob: encoded(`To ${CANARY.nameEnglish}, ${CANARY.email}`),
  },
  result: [
    `¶h DATABASE_URL=${CANARY.databaseUrl}\nGITHUB_TOKEN=${CANARY.githubToken}\nPORT=8080\n`,
    `¶i 2026-03-01T08:00:01Z INFO login user=li.xiumei ip=${CANARY.machine} mac=${CANARY.adapter} session=${CANARY.session}`,
    `¶j name,card,phone\n${CANARY.nameChineseShort},${CANARY.cardChina},${CANARY.phoneChina}\n"${CANARY.nameGerman}",${CANARY.card},${CANARY.phoneAbroad}\n`,
    `¶k const client = new Client({ accessKeyId: '${CANARY.cloudKey}', owner: '${escaped(CANARY.nameChinese)}' })`,
  ],
  description: `¶l Finds customers. Example: {"name": "${CANARY.nameChineseShort}"}. Questions to ${CANARY.email}`,
} as const
