import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SURNAMES } from '../../src/privacy/names/zh/surnames.ts'
import type { Draw, Example, Language } from '../fill-frames.ts'
import { pick, readValues } from '../fill-frames.ts'

const digits =
  (count: number): Draw =>
  (random) =>
    Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
const number =
  (digitCount: number): Draw =>
  (random) =>
    String(10 ** (digitCount - 1) + Math.floor(random() * 9 * 10 ** (digitCount - 1)))
const oneOf =
  (...list: readonly string[]): Draw =>
  (random) =>
    pick(list, random)

/** Surnames as often as the square root of their share, so that rare ones are seen too. */
function surnames(): Draw {
  const weighted = Array.from(SURNAMES, ([name, share]) => [name, Math.sqrt(share)] as const)
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0)
  return (random) => {
    let left = random() * total
    return weighted.find(([, weight]) => (left -= weight) <= 0)?.[0] ?? '王'
  }
}

function divisions(): Map<string, Draw> {
  const rows = new Map(
    readFileSync(join(import.meta.dirname, '../../src/privacy/names/zh/places.txt'), 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .map(([level = '', ...names]) => [level, names]),
  )
  const cities = (rows.get('city') ?? [])
    .filter((name) => name.endsWith('市') && name.length < 5)
    .map((name) => name.slice(0, -1))
  const provinces = (rows.get('province') ?? [])
    .filter((name) => name.endsWith('省'))
    .map((name) => name.slice(0, -1))
  return new Map<string, Draw>([
    ['PROVINCE', (random) => pick(provinces, random)],
    ['CITY', (random) => pick(cities, random)],
    ['COUNTY', (random) => pick(rows.get('county') ?? [], random)],
  ])
}

const DATE: readonly Draw[] = [
  (random) => `20${number(2)(random)}年${1 + Math.floor(random() * 12)}月${1 + Math.floor(random() * 28)}日`,
  (random) => `202${digits(1)(random)}-0${1 + Math.floor(random() * 9)}-1${digits(1)(random)}`,
  oneOf('上周三', '本月十五日', '去年冬天', '二〇二四年三月', '九月初', '昨天', '下周一'),
]

/** As a text is searched: without full-width forms. Places stay. */
export const asRead = (example: Example): Example => ({
  ...example,
  text: example.text.replaceAll(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDE)),
})
const WIDE = 0xfee0

/** The slots of the Chinese frames. */
export const CHINESE: Language = {
  lang: 'zh',
  types: {
    PERSON: 'PERSON',
    SURNAME: 'PERSON',
    GIVEN: 'PERSON',
    NICK: 'PERSON',
    FOREIGN: 'PERSON',
    MINORITY: 'PERSON',
    ADDRESS: 'ADDRESS',
    ORG: 'ORGANIZATION',
    LOCATION: 'LOCATION',
    PHONE: 'PHONE',
    EMAIL: 'EMAIL',
    ID: 'CN_RESIDENT_ID',
    CARD: 'BANK_CARD',
    PLATE: 'PLATE',
  },
  // 王某, 李姐 and 张总 are what somebody is called; in 王先生 and 张总监 only the surname is.
  tails: {
    SURNAME:
      /某(?:某|甲|乙)?|[哥姐叔姨董导嫂婶妈爸](?![长事演妈爸])|[总工局处队老](?![监裁长程师人家板爷先太伯])/y,
  },
  values: new Map<string, Draw>([
    ...readValues(join(import.meta.dirname, 'values')),
    ...divisions(),
    ['SURNAME', surnames()],
    [
      'PERSON',
      (random) =>
        random() < 0.03
          ? oneOf('{FOREIGN}', '{MINORITY}')(random)
          : oneOf(
              '{SURNAME}{GIVEN}',
              '{SURNAME}{GIVEN}',
              '{SURNAME}{GIVEN}',
              '{SURNAME}{GIVEN_SINGLE}',
            )(random),
    ],
    ['PHONE', (random) => `1${pick([3, 5, 7, 8, 9], random)}${digits(9)(random)}`],
    [
      'EMAIL',
      (random) =>
        `${pick(['zhang', 'liwei', 'chen', 'hr', 'office', 'wangm'], random)}${digits(2)(random)}@${pick(['163', 'qq', 'example'], random)}.com`,
    ],
    [
      'ID',
      (random) =>
        `${pick(['110101', '320106', '440305', '510104', '420111'], random)}19${number(2)(random)}0${1 + Math.floor(random() * 9)}1${digits(1)(random)}${digits(4)(random)}`,
    ],
    ['CARD', (random) => `62${digits(17)(random)}`],
    [
      'PLATE',
      (random) =>
        `${pick(Array.from('京沪苏浙粤川鄂湘鲁豫'), random)}${pick(Array.from('ABCDEF'), random)}${digits(5)(random)}`,
    ],
    ['DATE', (random) => pick(DATE, random)(random)],
    ['TIME', (random) => `${number(1)(random)}:${number(2)(random)}`],
    ['MONEY', (random) => `${number(4)(random)}${pick(['', '元', '.50元', '万元'], random)}`],
    ['CODE', (random) => `${pick(['A', 'GD', 'TK', 'ZY', ''], random)}${digits(7)(random)}`],
    ['LETTER', (random) => pick(Array.from('ABCDEF'), random)],
    ['N', number(2)],
    ['N1', number(1)],
    ['N2', number(2)],
    ['N3', number(3)],
    ['N4', number(4)],
  ]),
}
