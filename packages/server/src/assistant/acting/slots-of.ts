import { dateSlots } from '../../kernel/slots/date-slots.ts'
import type { Today } from '../../kernel/slots/date-slots.ts'
import { choiceSlots, codeSlots, emailSlots, phoneSlots } from '../../kernel/slots/named-slots.ts'
import { quantitySlots } from '../../kernel/slots/quantity-slots.ts'
import type { Slot } from '../../kernel/slots/slot.ts'
import { slotsBy } from '../../kernel/slots/slot.ts'
import { NUMBER_SOURCE, spokenNumber } from '../../kernel/slots/spoken-number.ts'
import { timeSlots } from '../../kernel/slots/time-slots.ts'
import type { JsonSchema } from '../../skills/tool.ts'

type Value = string | number
type Find = (text: string, today: Today) => readonly Slot<Value>[]

/** A property of a tool's input as a text may fill it. */
export interface InputSlot {
  readonly name: string
  /** What a person calls it. */
  readonly label: string
  /** All that it may be; null where that is open. */
  readonly choices: readonly string[] | null
  readonly isRequired: boolean
  /** Null: any words may be its value, so only their place tells. */
  readonly find: Find | null
  /** Slots of a rarer form take their words first. */
  readonly rank: number
}

type Property = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Property =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const NUMBER = new RegExp(
  `(?<![\\p{L}\\d.,-])${NUMBER_SOURCE}(?![\\w-])|(?<=\\p{Script=Han})${NUMBER_SOURCE}`,
  'giu',
)
const plainNumbers = (text: string): readonly Slot<number>[] =>
  slotsBy(text, [{ pattern: NUMBER, read: ([said]) => spokenNumber(said) }])

/** Numbers of a text; those with the unit that a property is called after come first: "days" is filled by 3 days. */
function numbersFor(called: string): Find {
  const name = called.toLowerCase()
  return (text) => {
    const numbers = plainNumbers(text)
    const fitting = quantitySlots(text).filter(({ value }) => name.includes(value.unit.toLowerCase()))
    const isFitting = (one: Slot<number>): boolean =>
      fitting.some(({ start, end }) => start <= one.start && one.end <= end)
    return [...numbers.filter(isFitting), ...numbers.filter((one) => !isFitting(one))]
  }
}

const TOKEN = /(?<![A-Za-z\d_-])[A-Za-z\d][A-Za-z\d_./-]{0,63}(?![A-Za-z\d_-])/g

/** Words that a pattern of the schema fits whole, as they are or in capitals. */
function patternSlots(pattern: string): Find | null {
  let fits: RegExp
  try {
    fits = new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return null
  }
  const read = ([said]: RegExpMatchArray): string | null =>
    [said, said.toUpperCase()].find((one) => fits.test(one)) ?? null
  return (text) => slotsBy(text, [{ pattern: TOKEN, read }])
}

/** The values of an enumeration, each with the words that its title gives for it: "Beijing, 北京". */
function choicesOf(property: Property): Readonly<Record<string, readonly string[]>> | null {
  const plain = listOf(property.enum).flatMap((value) => textOf(value) ?? [])
  const titled = [...listOf(property.oneOf), ...listOf(property.anyOf)].flatMap((one) => {
    const value = isObject(one) ? textOf(one.const) : null
    return value === null || !isObject(one) ? [] : [[value, textOf(one.title)] as const]
  })
  if (plain.length + titled.length === 0) return null
  return Object.fromEntries([
    ...plain.map((value) => [value, []] as const),
    ...titled.map(([value, title]) => [value, title?.split(/\s*[,，、/|]\s*/) ?? []] as const),
  ])
}

const FORMATS: Readonly<Record<string, Find>> = {
  date: dateSlots,
  time: timeSlots,
  email: emailSlots,
  phone: phoneSlots,
  code: codeSlots,
}

function findingOf(
  property: Property,
  called: string,
): { readonly find: Find | null; readonly rank: number } {
  const choices = choicesOf(property)
  if (choices) return { find: (text) => choiceSlots(text, choices), rank: 1 }
  if (property.type === 'number' || property.type === 'integer') return { find: numbersFor(called), rank: 4 }
  const pattern = textOf(property.pattern)
  if (pattern !== null) return { find: patternSlots(pattern), rank: 0 }
  const find = FORMATS[textOf(property.format) ?? ''] ?? null
  return { find, rank: property.format === 'code' ? 3 : 2 }
}

/** The slots of a tool, in the order of its schema. Properties that are neither text nor number are no slots. */
export function inputSlots(input: JsonSchema): readonly InputSlot[] {
  const properties = isObject(input.properties) ? Object.entries(input.properties) : []
  const required = new Set(listOf(input.required))
  return properties.flatMap(([name, property]) => {
    if (!isObject(property)) return []
    if (!['string', 'number', 'integer', undefined].includes(property.type as string | undefined)) return []
    const label = textOf(property.title) ?? textOf(property.description) ?? name
    const found = choicesOf(property)
    const choices = found && Object.entries(found).map(([value, [word]]) => word ?? value)
    const finding = findingOf(property, `${name} ${label}`)
    return [{ name, label, choices, isRequired: required.has(name), ...finding }]
  })
}

/** Values by the names of the slots. */
export type Filled = Readonly<Record<string, Value>>

/** What a text says for slots of a known form; no two take the same words, and `known` keeps what it has. */
export function fillSlots(
  slots: readonly InputSlot[],
  text: string,
  today: Today,
  known: Filled = {},
): Filled {
  const filled: Record<string, Value> = { ...known }
  const taken: Slot<Value>[] = []
  for (const { name, find } of slots.toSorted((a, b) => a.rank - b.rank)) {
    if (find === null || name in filled) continue
    const slot = find(text, today).find(
      (one) => !taken.some(({ start, end }) => start < one.end && one.start < end),
    )
    if (slot === undefined) continue
    taken.push(slot)
    filled[name] = slot.value
  }
  return filled
}

/** `- 地址：杭州`, as a form is filled in line by line. */
const FILLED_LINE = /^[ \t]*(?:[-*•][ \t]*)?([^\n:：]{1,200}?)[ \t]*[:：][ \t]*([^\n]*?)[ \t]*$/gmu

const PARENTHESES = /\(([^()]*)\)/g
const bare = (words: string): string =>
  words.normalize('NFKC').replaceAll(PARENTHESES, ' ').replaceAll(/\s+/g, ' ').trim().toLowerCase()
/** As people call it: by its label, what stands in parentheses there, or its name. */
function namesOf({ name, label }: InputSlot): ReadonlySet<string> {
  const within = [...label.normalize('NFKC').matchAll(PARENTHESES)].map(([, words = '']) => words)
  return new Set([name, label, ...within].map(bare))
}

/** What the lines of a form say for slots, and the text without these lines. */
export function formFilled(
  slots: readonly InputSlot[],
  text: string,
  today: Today,
): { readonly filled: Filled; readonly rest: string } {
  const called = slots.map((slot) => [slot, namesOf(slot)] as const)
  const filled: Record<string, Value> = {}
  const rest = text.replaceAll(FILLED_LINE, (line, said: string, words: string) => {
    const slot = called.find(([, names]) => names.has(bare(said)))?.[0]
    if (slot === undefined) return line
    const value = slot.find === null ? words : slot.find(words, today)[0]?.value
    if (value !== undefined && value !== '') filled[slot.name] = value
    return ''
  })
  return { filled, rest }
}

const KINDS: readonly (readonly [word: string, find: Find])[] = [
  ['slotemail', emailSlots],
  ['slotdate', dateSlots],
  ['slottime', timeSlots],
  ['slotphone', phoneSlots],
  ['slotcode', codeSlots],
  ['slotnumber', plainNumbers],
]

/** A text with its values replaced by the name of their kind, so that intents are told by what stands around them. */
export function withoutValues(text: string, today: Today): string {
  let left = text
  for (const [word, find] of KINDS)
    for (const { start, end } of find(left, today).toReversed())
      left = `${left.slice(0, start)} ${word} ${left.slice(end)}`
  return left
}
