/** An event as the file has it. Times are the calendar's own: `2027-03-10`, `2027-03-10T09:00`, with `Z` where they are UTC. */
export interface Event {
  readonly uid: string
  readonly start: string
  readonly end: string | null
  readonly summary: string
  readonly location: string | null
  /** RRULE by its parts. */
  readonly rule: ReadonlyMap<string, string> | null
  /** EXDATE. */
  readonly without: ReadonlySet<string>
  /** RECURRENCE-ID: this one occurrence is what the event stands for. */
  readonly instead: string | null
  readonly isFree: boolean
}

const MOST_EVENTS = 20_000

/** RFC 5545. Lines that are not understood are passed over. */
export function eventsOf(text: string): readonly Event[] {
  const events: Event[] = []
  let lines: [name: string, value: string][] | null = null
  let depth = 0
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([A-Za-z-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)$/.exec(line) ?? []
    if (name === 'BEGIN' && value === 'VEVENT') lines = []
    else if (name === 'BEGIN' && lines) depth += 1
    else if (name === 'END' && value === 'VEVENT' && lines) {
      const event = eventOf(lines)
      if (event && events.length < MOST_EVENTS) events.push(event)
      lines = null
    } else if (name === 'END' && lines) depth -= 1
    // What an alarm says is not the event's.
    else if (lines && depth === 0) lines.push([name.toUpperCase(), value])
  }
  const moved = new Map<string, string[]>()
  for (const { uid, instead } of events)
    if (instead !== null) moved.set(uid, [...(moved.get(uid) ?? []), instead])
  return events.map((event) => {
    const others = event.instead === null ? moved.get(event.uid) : undefined
    return others === undefined ? event : withoutAlso(event, others)
  })
}

const withoutAlso = (event: Event, days: readonly string[]): Event => ({
  ...event,
  without: new Set([...event.without, ...days]),
})

function eventOf(lines: readonly (readonly [string, string])[]): Event | null {
  const valueOf = (name: string): string | null => lines.find(([one]) => one === name)?.[1] ?? null
  const start = timeOf(valueOf('DTSTART') ?? '')
  if (start === null || valueOf('STATUS') === 'CANCELLED') return null
  const rule = valueOf('RRULE')
  const duration = valueOf('DURATION')
  return {
    uid: valueOf('UID') ?? '',
    start,
    end: timeOf(valueOf('DTEND') ?? '') ?? (duration === null ? null : later(start, minutesIn(duration))),
    summary: unescaped(valueOf('SUMMARY') ?? ''),
    location: valueOf('LOCATION') === null ? null : unescaped(valueOf('LOCATION') ?? ''),
    rule:
      rule === null ? null : new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string])),
    without: new Set(
      lines
        .filter(([name]) => name === 'EXDATE')
        .flatMap(([, value]) => value.split(',').flatMap((one) => timeOf(one) ?? [])),
    ),
    instead: timeOf(valueOf('RECURRENCE-ID') ?? ''),
    isFree: valueOf('TRANSP') === 'TRANSPARENT',
  }
}

function timeOf(text: string): string | null {
  const found = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(text)
  if (!found) return null
  const [, year, month, day, hour, minute, zone] = found
  return `${year}-${month}-${day}${hour === undefined ? '' : `T${hour}:${minute}${zone}`}`
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign))

function minutesIn(duration: string): number {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0] =
    /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/.exec(duration) ?? []
  return ((Number(weeks) * 7 + Number(days)) * 24 + Number(hours)) * 60 + Number(minutes)
}

/** The same kind of time, so many minutes later. */
export function later(time: string, minutes: number): string {
  const zone = time.endsWith('Z') ? 'Z' : ''
  const at = new Date(
    Date.parse(`${time.replace('Z', '')}${time.includes('T') ? ':00Z' : 'T00:00:00Z'}`) + minutes * 60_000,
  )
  return time.includes('T') ? `${at.toISOString().slice(0, 16)}${zone}` : at.toISOString().slice(0, 10)
}
