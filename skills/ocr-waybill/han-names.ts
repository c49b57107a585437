import { readFileSync } from 'node:fs'
import { SURNAMES } from './fields.ts'

/** What a character costs, in nats, that is no part of given names. */
const SELDOM = 10
const USUAL = 7
const NO_SURNAME = 4
const SHORT = 3
/** A mark between characters is a speck. */
const POINT = 4
const LABEL = -5

const given = new Map<string, number>()
for (const line of readFileSync(new URL('given.txt', import.meta.url), 'utf8').split('\n')) {
  const [cost, characters = ''] = line.split(' ')
  for (const character of characters) given.set(character, Number(cost))
}
const LABELS = new Set(
  '寄件人 收件人 寄件方 收件方 发件人 发货人 收货人 发货方 收货方 托运人 寄件信息 收件信息 寄件人信息 收件人信息 姓名 电话 联系电话 手机 地址 寄件地址 收件地址 发货地址 收货地址 重量 实际重量 计费重量 货物重量 毛重 净重 日期 寄件日期 托运日期 发货日期 签发日期 收寄时间 打印时间 时间 单号 运单号 快递单号 物流单号 托运单号 货运单号 面单号 编号 公斤 千克'.split(
    ' ',
  ),
)

const UNITS = ['公斤', '千克']

const runs = (text: string): IterableIterator<RegExpExecArray> => text.matchAll(/\p{Script=Han}+/gu)

/** How unlikely the short words of a line are, which are labels and names of persons. */
export function costOfHanNames(text: string): number {
  let sum = /\p{Script=Han}[.,·]\p{Script=Han}/u.test(text) ? POINT : 0
  for (const [run] of runs(text)) {
    if (LABELS.has(run)) sum += LABEL
    else if (run.length >= 2 && run.length <= 3)
      sum +=
        (run.length === 2 ? SHORT : 0) +
        Array.from(run).reduce(
          (all, character, at) =>
            all +
            (at === 0
              ? SURNAMES.has(character)
                ? 0
                : NO_SURNAME
              : (given.get(character) ?? SELDOM) - USUAL),
          0,
        )
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
