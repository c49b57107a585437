import { Fault } from '../../kernel/fault.ts'

/** `{name}`, or `{step.field}` for what lies deeper. Other braces are text. */
const PLACE = /\{([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}/g
const WHOLE = /^\{([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}$/
const DEEPEST = 32

export type Values = Readonly<Record<string, unknown>>

/** What a template asks for, in the order of its texts. */
export function namesIn(template: unknown, depth = 0): readonly string[] {
  if (typeof template === 'string') return [...template.matchAll(PLACE)].map(([, name = '']) => name)
  if (typeof template !== 'object' || template === null) return []
  if (depth === DEEPEST) throw tooDeep()
  return Object.values(template).flatMap((inner) => namesIn(inner, depth + 1))
}

/** The value of a name; undefined where there is none. */
export function valueOf(values: Values, name: string): unknown {
  let value: unknown = values
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    // An own property of parsed JSON.
    value = (value as Values)[step]
  }
  return value
}

/**
 * The template with its places filled. A text that is one place takes the value as it is; what the values leave out is
 * left out, of lists and objects alike. Undefined where nothing is left.
 * @throws Fault `invalid` where a list or object stands in the middle of a text
 */
export function fill(template: unknown, values: Values, depth = 0): unknown {
  if (typeof template === 'string') return fillText(template, values)
  if (typeof template !== 'object' || template === null) return template
  if (depth === DEEPEST) throw tooDeep()
  if (Array.isArray(template)) {
    return template.map((one) => fill(one, values, depth + 1)).filter((one) => one !== undefined)
  }
  const filled = Object.entries(template).map(([name, one]) => [name, fill(one, values, depth + 1)] as const)
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}

function fillText(text: string, values: Values): unknown {
  const name = WHOLE.exec(text)?.[1]
  return name === undefined ? fillWithin(text, values, (word) => word) : valueOf(values, name)
}

/** A text with every place written out by `write`; undefined where a value is missing. */
export function fillWithin(
  text: string,
  values: Values,
  write: (word: string, name: string) => string,
): string | undefined {
  let isMissing = false
  const filled = text.replaceAll(PLACE, (_, name: string) => {
    const word = wordOf(valueOf(values, name), name)
    isMissing ||= word === undefined
    return word === undefined ? '' : write(word, name)
  })
  return isMissing ? undefined : filled
}

/** How a plain value is written in a text. @throws Fault `invalid` for a list or an object */
export function wordOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Fault('invalid', `${name}: must be a text, a number, true or false here`, { param: name })
}

const tooDeep = (): Fault => new Fault('invalid', `A template is nested deeper than ${DEEPEST} levels.`)
