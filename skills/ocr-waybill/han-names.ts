import { readFileSync } from 'node:fs'
import { SURNAMES } from './fields.ts'

/** What a character costs, in nats, that is no part of given names. */
const SELDOM = 12
const USUAL = 7
/** Readers of text know how frequent a character is, and in names it is another. */
const NAMES_COUNT = 1.5
const NO_SURNAME = 4
/** The same beside a label that says that it is a name. */
const NO_SURNAME_AT_ALL = 8
const SHORT = 3
/** Nobody is called by a surname alone: the rest was not seen. */
const NO_GIVEN_NAME = 10
/** A mark between characters is a speck. */
const POINT = 4
const LABEL = -5

const given = new Map<string, number>()
for (const line of readFileSync(new URL('given.txt', import.meta.url), 'utf8').split('\n')) {
  const [cost, characters = ''] = line.split(' ')
  for (const character of characters) given.set(character, Number(cost))
}
const LABELS = new Set(
  '寄件人 收件人 取件人 存件人 寄件方 收件方 发件人 发货人 收货人 发货方 收货方 托运人 寄件信息 收件信息 寄件人信息 收件人信息 姓名 电话 联系电话 手机 地址 寄件地址 收件地址 发货地址 收货地址 重量 实际重量 计费重量 货物重量 毛重 净重 日期 寄件日期 托运日期 发货日期 签发日期 收寄时间 打印时间 时间 单号 运单号 快递单号 物流单号 托运单号 货运单号 面单号 编号 公斤 千克'.split(
    ' ',
  ),
)

const UNITS = ['公斤', '千克']

const runs = (text: string): IterableIterator<RegExpExecArray> => text.matchAll(/\p{Script=Han}+/gu)

/** Labels stand close to what they name, before it and behind it: `寄件人周琰`, `周琰手机`. */
const LONGEST_LABEL = Math.max(...Array.from(LABELS, (label) => label.length))
const OF_PERSONS = /(?:人|方|姓名|信息)$/u
const OF_PHONES = /(?:电话|手机)$/u

interface Parted {
  readonly labels: number
  /** What is left beside them; null where nothing says that it is a name. */
  readonly name: string | null
}
function parted(run: string): Parted {
  if (LABELS.has(run)) return { labels: 1, name: null }
  const lengths = Array.from({ length: LONGEST_LABEL - 1 }, (_, at) => LONGEST_LABEL - at)
  const before = lengths.map((length) => run.slice(0, length)).find((head) => LABELS.has(head)) ?? ''
  const rest = run.slice(before.length)
  const behind = lengths.map((length) => rest.slice(-length)).find((tail) => LABELS.has(tail)) ?? ''
  const name = rest.slice(0, rest.length - behind.length)
  const labels = [before, behind].filter((label) => label !== '').length
  return { labels, name: labels === 0 || OF_PERSONS.test(before) || OF_PHONES.test(behind) ? name : null }
}

function costOfName(name: string, isNamed: boolean): number {
  if (name.length === 1) return isNamed ? NO_GIVEN_NAME : 0
  if (name.length < 2 || name.length > 3) return 0
  const [surname = '', ...rest] = name
  const strange = isNamed ? NO_SURNAME_AT_ALL : NO_SURNAME
  const first = (name.length === 2 ? SHORT : 0) + (SURNAMES.has(surname) ? 0 : strange)
  return rest.reduce((all, one) => all + NAMES_COUNT * ((given.get(one) ?? SELDOM) - USUAL), first)
}

/** How unlikely the short words of a line are, which are labels and names of persons. */
export function costOfHanNames(text: string): number {
  let sum = /\p{Script=Han}[.,·]\p{Script=Han}/u.test(text) ? POINT : 0
  for (const [run] of runs(text)) {
    const { labels, name } = parted(run)
    sum += LABEL * labels + (name === null ? 0 : costOfName(name, labels > 0))
  }
  return sum
}

/** The same line with a label in place of a word that looks like one. */
export function otherLabels(text: string): readonly string[] {
  const found: string[] = []
  for (const { 0: run, index } of runs(text)) {
    if (run.length < 2 || run.length > 5 || LABELS.has(run)) continue
    const isUnit = /\d\s?$/.test(text.slice(0, index))
    for (const label of isUnit ? UNITS : LABELS)
      if (label.length === run.length && (isUnit || label.length > 2) && differences(run, label) === 1)
        found.push(text.slice(0, index) + label + text.slice(index + run.length))
  }
  return found
}
const differences = (a: string, b: string): number => Array.from(a).filter((one, at) => one !== b[at]).length
