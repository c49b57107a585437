import { language } from './language.ts'

const kept = new Map<string, unknown>()

/** Making a format costs a millisecond; each is made once for a language. */
function once<T>(name: string, make: (locale: string) => T): T {
  const key = `${language()} ${name}`
  if (!kept.has(key)) kept.set(key, make(language()))
  // Kept under this very name.
  return kept.get(key) as T
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 minutes ago"; below a minute "now". */
export function ago(iso: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000
  const format = once('ago', (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size)
  // Intl says 现在, which is what will happen rather than what just did.
  if (step === undefined) return language() === 'zh-CN' ? '刚刚' : format.format(0, 'second')
  return format.format(Math.round(seconds / step[1]), step[0])
}

/** Date and time to the minute. */
export const moment = (iso: string): string =>
  once(
    'moment',
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(new Date(iso))

export const day = (iso: string): string =>
  once('day', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })).format(new Date(iso))

export const number = (value: number): string =>
  once('number', (locale) => new Intl.NumberFormat(locale)).format(value)

/** `share` of one, as a percentage. */
export const percent = (share: number): string =>
  once(
    'percent',
    (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(share)

/** In the unit of the targets' prices, which has no name. */
export const cost = (value: number): string =>
  once('cost', (locale) => new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 })).format(value)

export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'] as const
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  const digits = once('size', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
  return `${digits.format(bytes / 1024 ** power)} ${units[power] ?? 'B'}`
}

/** "0.4 s", "12 s", "3 min". */
export function duration(ms: number): string {
  const digits = once('duration', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${digits.format(ms / 1000)} s` : `${digits.format(ms / 60_000)} min`
}
