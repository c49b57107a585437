import type { OfficePackage } from './office-package.ts'
import { readXml } from './xml.ts'

/** How the numbers of a style are shown: as a moment, as a share, or as they are. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  | { readonly kind: 'percent'; readonly digits: number }
  | { readonly kind: 'moment'; readonly hasDay: boolean; readonly hasTime: boolean }

const PLAIN: NumberFormat = { kind: 'plain' }

/** Formats that every program knows by number (ECMA-376 part 1, 18.8.30), those of Chinese dates among them. */
const BUILT_IN = new Map<number, string>([
  [9, '0%'],
  [10, '0.00%'],
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map(
    (id) => [id, 'yyyy-mm-dd'] as const,
  ),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56].map((id) => [id, 'hh:mm:ss'] as const),
  [22, 'yyyy-mm-dd hh:mm'],
])

/** What a format code means; text in quotes, brackets and escapes is decoration, `[h]` is not. */
export function numberFormat(code: string): NumberFormat {
  const [first = ''] = code.split(';')
  const bare = first
    .replace(/"[^"]*"|\\.|[_*]./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .toLowerCase()
  if (/general|@/.test(bare)) return PLAIN
  const hasTime = /[hs]/.test(bare)
  const hasDay = /[yd]/.test(bare) || (/m/.test(bare) && !hasTime)
  if (hasTime || hasDay) return { kind: 'moment', hasDay, hasTime }
  if (bare.includes('%')) return { kind: 'percent', digits: /\.([0#?]+)/.exec(bare)?.[1]?.length ?? 0 }
  return PLAIN
}

/** The format of each style that cells name. */
export function readStyles(file: OfficePackage, part: string | undefined): NumberFormat[] {
  const codes = new Map(BUILT_IN)
  const formats: NumberFormat[] = []
  const bytes = part === undefined ? null : file.part(part)
  let isCells = false
  if (bytes)
    readXml(bytes, {
      open(name, attributes) {
        if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
        else if (name === 'cellXfs') isCells = true
        else if (name === 'xf' && isCells) {
          const code = codes.get(Number(attributes.numFmtId))
          formats.push(code === undefined ? PLAIN : numberFormat(code))
        }
      },
      close(name) {
        if (name === 'cellXfs') isCells = false
      },
    })
  return formats
}

/** The strings that cells refer to by number, without the readings of their characters. */
export function readStrings(file: OfficePackage, part: string | undefined): string[] {
  const strings: string[] = []
  const bytes = part === undefined ? null : file.part(part)
  let text = ''
  let isText = false
  let readings = 0
  if (bytes)
    readXml(bytes, {
      open(name) {
        if (name === 'si') text = ''
        else if (name === 'rPh') readings++
        else if (name === 't') isText = readings === 0
      },
      text(more) {
        if (isText) text += more
      },
      close(name) {
        if (name === 'si') strings.push(text)
        else if (name === 'rPh') readings--
        else if (name === 't') isText = false
      },
    })
  return strings.map(unescaped)
}

/** Characters that XML cannot hold are written as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const DAY_MS = 86_400_000
/** Day 0 of the two calendars; the first counts a 29 February 1900 that never was. */
const EPOCH = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) }
const LAST_DAY = 2_958_466

/** A number as a person sees it, without the noise behind the fifteenth digit. */
export function shownNumber(value: number, format: NumberFormat, calendar: keyof typeof EPOCH): string {
  if (format.kind === 'percent') return `${(value * 100).toFixed(Math.min(format.digits, 20))}%`
  if (format.kind === 'plain' || value < 0 || value >= LAST_DAY) return String(Number(value.toPrecision(15)))
  if (!format.hasDay && value >= 1) return elapsed(value)
  const iso = new Date(EPOCH[calendar] + Math.round((value * DAY_MS) / 1000) * 1000).toISOString()
  const time = iso.slice(11, 19).replace(/:00$/, '')
  const parts = [...(format.hasDay ? [iso.slice(0, 10)] : []), ...(format.hasTime ? [time] : [])]
  return parts.join(' ')
}

/** More than a day of hours, as `[h]:mm` shows them. */
function elapsed(days: number): string {
  const minutes = Math.round(days * 24 * 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}
