import type { DataClass, RequestPage, RequestView, Zone } from '@freehold/sdk'
import { DATA_CLASSES } from '../../data-classes.ts'

/** What stands in the list of outcomes: states of a record, and codes of refusals. */
export const OUTCOMES = [
  'state:settled',
  'state:failed',
  'code:stays_home',
  'code:no_route',
  'code:above_ceiling',
  'code:over_limit',
  'code:upstream_down',
  'state:admitted',
  'state:unknown',
] as const
export const ZONES: readonly Zone[] = ['local', 'private', 'managed']
const TIMES = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const
// Object.keys does not know that nothing else is in it.
export const TIME_NAMES = Object.keys(TIMES) as readonly (keyof typeof TIMES)[]

/** What the address says. */
export interface LedgerFilter {
  readonly zone?: Zone
  readonly class?: DataClass
  readonly target?: string
  readonly outcome?: (typeof OUTCOMES)[number]
  /** Id of a principal. */
  readonly person?: string
  /** Up to the moment at which it is read. */
  readonly time?: keyof typeof TIMES
}

/** What of an address is a filter. */
export function readFilter(search: Readonly<Record<string, unknown>>): LedgerFilter {
  return {
    ...among('zone', search, ZONES),
    ...among('class', search, DATA_CLASSES),
    ...among('outcome', search, OUTCOMES),
    ...among('time', search, TIME_NAMES),
    ...text('target', search),
    ...text('person', search),
  }
}

function among<Name extends string, Value extends string>(
  name: Name,
  search: Readonly<Record<string, unknown>>,
  values: readonly Value[],
): Partial<Record<Name, Value>> {
  const value = values.find((one) => one === search[name])
  // A computed name is a string to the compiler.
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>)
}

const text = (name: 'target' | 'person', search: Readonly<Record<string, unknown>>): LedgerFilter => {
  const value = search[name]
  return typeof value === 'string' && value !== '' ? { [name]: value } : {}
}

/** The same as the server takes it. */
export function queryOf(
  { zone, class: of, target, outcome, person, time }: LedgerFilter,
  nowMs: number,
): RequestPage {
  const [kind, word = ''] = outcome?.split(':') ?? []
  return {
    ...(zone !== undefined && { zone }),
    ...(of !== undefined && { class: of }),
    ...(target !== undefined && { target }),
    ...(kind === 'code' && { code: word }),
    // One of the list above.
    ...(kind === 'state' && { state: word as RequestView['state'] }),
    ...(person !== undefined && { principal: person }),
    ...(time !== undefined && { since: new Date(nowMs - TIMES[time]).toISOString() }),
  }
}
