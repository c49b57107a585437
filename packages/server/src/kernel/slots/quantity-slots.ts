import type { SlotFinder } from './slot.ts'
import { slotsBy } from './slot.ts'
import { NUMBER_SOURCE, spokenNumber } from './spoken-number.ts'

export interface Quantity {
  readonly amount: number
  /** Of the table below, whatever the text called it. */
  readonly unit: string
}

/** Each unit with the words for it. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  minute: ['minutes?', 'mins?', '分钟'],
  hour: ['hours?', 'hrs?', '个?小时', '个?钟头'],
  day: ['(?:working )?days?', '天', '个工作日'],
  week: ['weeks?', '周', '个?星期'],
  month: ['months?', '个月'],
  year: ['years?', '年(?!\\d|[一二三四五六七八九十]+月)'],
  kilogram: ['kg', 'kilos?', 'kilograms?', '公斤', '千克'],
  gram: ['g', 'grams?', '克'],
  tonne: ['t', 'tons?', 'tonnes?', '吨'],
  kilometre: ['km', 'kilomet(?:re|er)s?', '公里', '千米'],
  metre: ['m', 'met(?:re|er)s?', '米'],
  centimetre: ['cm', 'centimet(?:re|er)s?', '厘米', '公分'],
  litre: ['l', 'lit(?:re|er)s?', '升'],
  percent: ['%', 'per ?cent'],
  piece: ['pieces?', 'pcs', 'items?', 'boxes', '件', '个', '箱', '台', '只', '份', '张', '盒'],
  CNY: ['yuan', 'rmb', 'cny', '元', '块钱?', '人民币'],
  USD: ['dollars?', 'usd', '美元'],
  EUR: ['euros?', 'eur', '欧元'],
  GBP: ['pounds?', 'gbp', '英镑'],
}
const SIGNS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'CNY', '￥': 'CNY' }

/** Longer words first, so that 个月 is no 个. */
const WORDS = Object.entries(UNITS)
  .flatMap(([unit, words]) => words.map((word) => ({ unit, word })))
  .toSorted((a, b) => b.word.length - a.word.length)
const ENDS = WORDS.map(({ unit, word }) => ({ unit, pattern: new RegExp(`^${word}$`, 'i') }))
const SOURCE = WORDS.map(({ word }) =>
  /[a-z]$|\?$/i.test(word) && !/\p{Script=Han}/u.test(word) ? `${word}\\b` : word,
)

const quantity = (amount: number | null, unit: string | undefined): Quantity | null =>
  amount === null || !Number.isFinite(amount) || unit === undefined ? null : { amount, unit }

/** Finds amounts with a unit or a currency, in figures or in words, English and Chinese. */
export const quantitySlots: SlotFinder<Quantity> = (text) =>
  slotsBy<Quantity>(text, [
    {
      pattern: /([$€£¥￥]) ?(\d[\d,]*(?:\.\d+)?)/g,
      read: ([, sign = '', amount = '']) => quantity(spokenNumber(amount), SIGNS[sign]),
    },
    {
      pattern: new RegExp(`百分之(${NUMBER_SOURCE})`, 'gi'),
      read: ([, amount = '']) => quantity(spokenNumber(amount), 'percent'),
    },
    {
      pattern: new RegExp(`(?<![\\p{L}\\d.,])(${NUMBER_SOURCE})[ -]?(${SOURCE.join('|')})`, 'giu'),
      read: ([, amount = '', word = '']) =>
        quantity(spokenNumber(amount), ENDS.find(({ pattern }) => pattern.test(word))?.unit),
    },
    {
      pattern: new RegExp(`(?<=\\p{Script=Han})(${NUMBER_SOURCE})(${SOURCE.join('|')})`, 'giu'),
      read: ([, amount = '', word = '']) =>
        quantity(spokenNumber(amount), ENDS.find(({ pattern }) => pattern.test(word))?.unit),
    },
  ])
