import type { EntryValue, TextPlace } from './document.ts'
import type { ShapeProblem } from './shape.ts'

/** One step into a structured value: a key or an index. */
export type Step = string | number

/** What was written, without its places. Keys that are no plain words are left out: `strangeKeys` finds them. */
export function plainOf(value: EntryValue): unknown {
  if (value.kind === 'plain') return value.value
  if (value.kind === 'items') return value.items.map((item) => plainOf(item.value))
  return Object.fromEntries(
    value.entries.flatMap((entry) => (isWord(entry.key) ? [[entry.key, plainOf(entry.value)]] : [])),
  )
}

/** `__proto__` would be skipped by schemas instead of refused. */
const isWord = (key: string | null): key is string => key !== null && key !== '__proto__'

/** Keys that no schema could ask for: numbers, mappings as keys, `__proto__`. Each is named at its section. */
export function strangeKeys(value: EntryValue, steps: readonly Step[] = []): ShapeProblem[] {
  if (value.kind === 'plain') return []
  if (value.kind === 'items') {
    return value.items.flatMap((item, index) => strangeKeys(item.value, [...steps, index]))
  }
  return value.entries.flatMap((entry): ShapeProblem[] => {
    if (isWord(entry.key)) return strangeKeys(entry.value, [...steps, entry.key])
    const message = 'has a key that is no plain text: put it in quotes, or remove it'
    return [{ steps, of: 'value', message, at: entry.keyAt }]
  })
}

/** The value written there; undefined where nothing was. */
export function valueAt(raw: unknown, steps: readonly Step[]): unknown {
  let value = raw
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    // An own property of an object or array: reading it cannot run code of others, the value came from the parser.
    value = (value as Readonly<Record<Step, unknown>>)[step]
  }
  return value
}

interface Root {
  readonly value: EntryValue
  readonly valueAt: TextPlace
}

/** Where in the text it stands; for something that is missing, where the section stands that lacks it. */
export function placeAt(root: Root, steps: readonly Step[], of: 'key' | 'value'): TextPlace {
  let { value, valueAt: place } = root
  for (const [index, step] of steps.entries()) {
    const next = inside(value, step)
    if (next === undefined) return place
    const isKeyMeant = of === 'key' && index === steps.length - 1 && 'keyAt' in next
    place = isKeyMeant ? next.keyAt : next.valueAt
    value = next.value
  }
  return place
}

function inside(value: EntryValue, step: Step): (Root & { readonly keyAt?: TextPlace }) | undefined {
  if (value.kind === 'items') return typeof step === 'number' ? value.items[step] : undefined
  return value.kind === 'entries' ? value.entries.find((entry) => entry.key === step) : undefined
}
