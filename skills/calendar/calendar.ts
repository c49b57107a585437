import type { Event } from './icalendar.ts'
import { eventsOf } from './icalendar.ts'
import { occurrences } from './repeating.ts'

interface Host {
  fetch(url: string, options?: object): Promise<{ status: number; ok: boolean; text(): string }>
  readonly settings: Readonly<Record<string, string | number>>
}

const MOST_DAYS = 366
const MOST_EVENTS = 500

export async function list_events(
  { from, to = from }: { from: string; to?: string },
  host: Host,
): Promise<object> {
  for (const day of [from, to]) assertDay(day)
  if (to < from) throw new Error('The last day comes before the first.')
  if (daysBetween(from, to) > MOST_DAYS) throw new Error(`At most ${MOST_DAYS} days are listed.`)
  const found = (await read(host)).flatMap((event) => occurrences(event, from, to))
  return found
    .toSorted((one, other) => (one.start < other.start ? -1 : Number(one.start > other.start)))
    .slice(0, MOST_EVENTS)
    .map(toldOf)
}

/** What is not known is left out. */
const toldOf = ({ start, end, summary, location }: Event): object =>
  Object.fromEntries(Object.entries({ start, end, summary, location }).filter(([, value]) => value !== null))

interface Wish {
  readonly day: string
  readonly minutes?: number
  readonly opens?: string
  readonly closes?: string
}

export async function free_time(
  { day, minutes = 30, opens = '09:00', closes = '18:00' }: Wish,
  host: Host,
): Promise<object> {
  assertDay(day)
  const busy = (await read(host))
    .filter(({ isFree }) => !isFree)
    .flatMap((event) => occurrences(event, day, day))
    .filter(({ start }) => start.includes('T'))
    .map(
      ({ start, end }) =>
        [start.slice(0, 10) < day ? '00:00' : start.slice(11, 16), endOn(day, start, end)] as const,
    )
    .toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)))
  const free: object[] = []
  let at = opens
  for (const [begin, end] of [...busy, [closes, closes] as const]) {
    const until = begin < closes ? begin : closes
    if (minutesOf(until) - minutesOf(at) >= minutes)
      free.push({ from: at, to: until, minutes: minutesOf(until) - minutesOf(at) })
    if (end > at) at = end
  }
  return free
}

function assertDay(day: string): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)))
    throw new Error(`"${day.slice(0, 40)}" is no day, as in 2027-03-10.`)
}

const endOn = (day: string, start: string, end: string | null): string =>
  end === null ? start.slice(11, 16) : end.slice(0, 10) > day ? '24:00' : end.slice(11, 16)
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000

async function read(host: Host): Promise<readonly Event[]> {
  const { host: name, port, path } = host.settings
  const answer = await host.fetch(`https://${name}:${port}${path}`, { headers: { accept: 'text/calendar' } })
  if (!answer.ok) throw new Error(`The calendar answered ${answer.status}.`)
  return eventsOf(answer.text())
}
