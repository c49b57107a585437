import { resolve } from 'node:path'
import { isBucketText } from './bucket.ts'
import type { ConfigKey, ScalarKey, StructuredKey } from './keys.ts'
import { isStructured, KEYS } from './keys.ts'
import { nearest } from './nearest.ts'
import { kindOf } from './problem.ts'
import type { ValueOrigin } from './references.ts'
import { expand, NOT_EXPANDED } from './references.ts'
import { KEY_PROVIDERS } from './root-keys.ts'

/** A value that was taken, or the sentence that refuses it. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly suggestion?: string }

const refuse = (message: string): Checked => ({ ok: false, message })

/** Keys whose value is one of a few words: `inof` for log.level suggests `info`. */
const WORDS: Readonly<Partial<Record<ScalarKey, readonly string[]>>> = {
  'keys.provider': KEY_PROVIDERS,
  'log.level': ['debug', 'info', 'warn', 'error'],
  'knowledge.guide': ['true', 'false'],
  'records.writeAhead': ['true', 'false'],
}

/** Decides on one value of one key. The message never repeats the value. */
export function checkValue(key: ScalarKey, raw: unknown, origin: ValueOrigin): Checked {
  const row = KEYS[key]
  let value = raw
  if (typeof value === 'string' && value.includes('${')) {
    if (!('secret' in row)) return refuse(NOT_EXPANDED)
    const expanded = expand(value, origin)
    if (!expanded.ok) return expanded
    value = expanded.value
  }
  if (value !== undefined && row.schema.safeParse(value).success) {
    return {
      ok: true,
      value:
        'path' in row && typeof value === 'string' && !isBucketText(value)
          ? resolve(origin.directory, value)
          : value,
    }
  }
  const suggestion = typeof raw === 'string' ? nearest(raw, WORDS[key] ?? []) : undefined
  const message = `must be ${row.expects}, not ${kindOf(raw)}`
  return { ok: false, message, ...(suggestion === undefined ? {} : { suggestion }) }
}

/** Whether environment and flags can set a key: lists and sections stand in the file. */
export function isOneLine(key: ConfigKey): boolean {
  return !isStructured(key) || KEYS[key].oneLine !== null
}

/** The sentence for whoever tries it with a key that is not so. */
export const notOneLine = (key: StructuredKey): string =>
  `is a ${KEYS[key].list ? 'list' : 'section'}: write it in the configuration file`

/** The same for a value that arrives as text, as environment and flags do: `5` is a number where one is expected. */
export function checkText(key: ConfigKey, text: string, origin: ValueOrigin): Checked {
  if (isStructured(key)) return checkOneLine(key, text, origin)
  const asText = checkValue(key, text, origin)
  if (asText.ok) return asText
  if (/^-?\d{1,15}$/.test(text)) {
    const asNumber = checkValue(key, Number(text), origin)
    return asNumber.ok ? asNumber : asText
  }
  return text === 'true' || text === 'false' ? checkValue(key, text === 'true', origin) : asText
}

function checkOneLine(key: StructuredKey, text: string, origin: ValueOrigin): Checked {
  const { oneLine, read } = KEYS[key]
  if (oneLine === null) return refuse(notOneLine(key))
  const value = read({ kind: 'plain', value: text }, origin)
  if (value.ok) return value
  const [first] = value.problems
  const suggestion = first?.suggestion === undefined ? {} : { suggestion: first.suggestion }
  const message = `must be ${oneLine}, not ${kindOf(text)}; a section is written in the configuration file`
  return { ok: false, message: text.includes('${') ? NOT_EXPANDED : message, ...suggestion }
}
