import { z } from 'zod'
import { skillSetting } from '@freehold/contract/skill-settings.ts'
import type { SettingValues, SkillSetting } from '@freehold/contract/skill-settings.ts'
import { Fault } from '../../kernel/fault.ts'

type Value = string | number

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$|^\[[0-9a-f:.]{2,45}\]$/
const FITS: Readonly<
  Record<SkillSetting['type'], readonly [fits: (value: Value) => boolean, right: string]>
> = {
  text: [(value) => typeof value === 'string' && value !== '', 'a text'],
  host: [(value) => typeof value === 'string' && HOST.test(value), 'a host name, as in api.example.org'],
  port: [
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535,
    'a port, 1 to 65535',
  ],
  url: [
    (value) => typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
    'an address that begins with https:// or http://',
  ],
}

/** The settings that a manifest declares, as far as they can be read before the rest of it. */
const declared = z.looseObject({ settings: z.array(skillSetting).optional() })

/**
 * The manifest as written, with `{setting.name}` put in: the given value, else the default. A text that is nothing else
 * takes the value as it is. What was given stands as the default afterwards.
 * @throws Fault `invalid` for a value of a setting that there is not, or that does not fit its type
 */
export function withSettings(raw: unknown, given: SettingValues): unknown {
  const read = declared.safeParse(raw)
  const settings = read.success ? (read.data.settings ?? []) : []
  for (const name of Object.keys(given)) {
    if (settings.some((one) => one.name === name)) continue
    const names = settings.map((one) => one.name).join(', ')
    const message = names === '' ? 'This skill has no settings.' : `No such setting. There are: ${names}.`
    throw new Fault('invalid', message, { param: `settings.${name}` })
  }
  if (settings.length === 0) return raw
  const values = new Map<string, Value>()
  for (const { name, type, default: standing } of settings) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const [fits, right] = FITS[type]
    if (value !== undefined && !fits(value))
      throw new Fault('invalid', `Must be ${right}.`, { param: `settings.${name}` })
    values.set(name, value ?? standing)
  }
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return putIn(value, values)
    if (Array.isArray(value)) return value.map(put)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, put(one)]))
  }
  const { settings: _, ...rest } = Object.assign({ settings: [] }, raw)
  return {
    ...Object(put(rest)),
    settings: settings.map((one) => Object.assign(one, { default: values.get(one.name) })),
  }
}

const PLACE = /\{setting\.([a-z][a-z0-9_]{0,31})\}/g

function putIn(text: string, values: ReadonlyMap<string, Value>): Value {
  const [whole, name = ''] = /^\{setting\.([a-z][a-z0-9_]{0,31})\}$/.exec(text) ?? []
  if (whole !== undefined) return values.get(name) ?? text
  return text.replace(PLACE, (place, one: string) => String(values.get(one) ?? place))
}
