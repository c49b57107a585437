import type { Event } from './icalendar.ts'
import { later } from './icalendar.ts'

const DAY = 1440
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
/** Of one event, until the last day that is asked for. */
const MOST_STEPS = 5000

const dateOf = (time: string): string => time.slice(0, 10)
const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay()
const minutesBetween = (from: string, to: string): number => (parsed(to) - parsed(from)) / 60_000
const parsed = (time: string): number =>
  Date.parse(`${time.replace('Z', '')}${time.includes('T') ? ':00Z' : 'T00:00:00Z'}`)

/** An event on each day on which it is between two days; RRULE with DAILY, WEEKLY, MONTHLY and YEARLY. */
export function occurrences(event: Event, from: string, to: string): readonly Event[] {
  const length = event.end === null ? 0 : minutesBetween(event.start, event.end)
  const at = (start: string): Event => ({
    ...event,
    start,
    end: event.end === null ? null : later(start, length),
  })
  const isWithin = (start: string): boolean => {
    const last = length === 0 ? start : later(start, length - 1)
    return dateOf(start) <= to && dateOf(last) >= from
  }
  if (event.rule === null) return isWithin(event.start) ? [event] : []
  return starts(event, event.rule, to)
    .filter((start) => !event.without.has(start) && isWithin(start))
    .map(at)
}

function starts(event: Event, rule: ReadonlyMap<string, string>, to: string): readonly string[] {
  const every = Math.max(1, Number(rule.get('INTERVAL') ?? 1) || 1)
  const count = Number(rule.get('COUNT') ?? Infinity)
  const until = rule.get('UNTIL')
  const last = until === undefined ? to : `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
  const found: string[] = []
  for (let step = 0; step < MOST_STEPS && found.length < count; step++) {
    const days = daysOf(dateOf(event.start), rule, step * every)
    if (days === null) break
    for (const day of days) {
      if (day < dateOf(event.start) || found.length >= count) continue
      if (day > last || day > to) return found
      found.push(event.start.replace(dateOf(event.start), day))
    }
  }
  return found
}

/** The days of one period, so many periods after the first. */
function daysOf(first: string, rule: ReadonlyMap<string, string>, periods: number): readonly string[] | null {
  const named = (rule.get('BYDAY') ?? '').split(',').filter((one) => one !== '')
  switch (rule.get('FREQ')) {
    case 'DAILY':
      return [later(first, periods * DAY)]
    case 'WEEKLY': {
      const monday = later(first, -((weekday(first) + 6) % 7) * DAY)
      const offsets =
        named.length === 0
          ? [(weekday(first) + 6) % 7]
          : named.map((name) => (WEEKDAYS.indexOf(name) + 6) % 7)
      return offsets.toSorted((a, b) => a - b).map((offset) => later(monday, (periods * 7 + offset) * DAY))
    }
    case 'MONTHLY':
      return inMonth(first, monthAfter(first, periods), named, rule.get('BYMONTHDAY'))
    case 'YEARLY':
      return inMonth(first, monthAfter(first, periods * 12), named, rule.get('BYMONTHDAY'))
    default:
      return periods === 0 ? [first] : null
  }
}

function monthAfter(first: string, months: number): string {
  const number = Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1 + months
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`
}

function inMonth(
  first: string,
  month: string,
  named: readonly string[],
  monthDays: string | undefined,
): readonly string[] {
  const all: string[] = []
  for (let day = `${month}-01`; day.startsWith(month); day = later(day, DAY)) all.push(day)
  if (named.length === 0) {
    const wanted = (monthDays ?? String(Number(first.slice(8)))).split(',').map(Number)
    return wanted
      .flatMap((number) => all.at(number > 0 ? number - 1 : number) ?? [])
      .filter((day) => wanted.some((n) => n < 0 || Number(day.slice(8)) === n))
  }
  return named
    .flatMap((name) => {
      const [, nth = '', code = ''] = /^([+-]?\d)?([A-Z]{2})$/.exec(name) ?? []
      const days = all.filter((day) => weekday(day) === WEEKDAYS.indexOf(code))
      return nth === '' ? days : (days.at(Number(nth) > 0 ? Number(nth) - 1 : Number(nth)) ?? [])
    })
    .toSorted()
}
