import type { aclInput } from '@freehold/contract/knowledge.ts'
import type { z } from 'zod'
import { UsageError } from './terminal.ts'

type Prefix = '' | 'acl-'
interface Values {
  readonly [option: string]: string | boolean | string[] | undefined
}

/** Options that say who may read documents; `prefix` where the command has others of the same name. */
export const readerOptions = (prefix: Prefix) => {
  const several = { type: 'string', multiple: true } as const
  const claim = { type: 'boolean', default: false } as const
  const options = { user: several, group: several, service: several, everybody: claim, 'not-me': claim }
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [`${prefix}${name}`, option]))
}

export const readerHelp = (prefix: Prefix): Readonly<Record<string, string>> => ({
  [`--${prefix}user USER`]: 'who may read: a person, by name or id; repeat it for several',
  [`--${prefix}group GROUP`]: 'everybody of a group, by name or id; repeat it for several',
  [`--${prefix}service SERVICE`]: 'a service account, by name or id; repeat it for several',
  [`--${prefix}everybody`]: 'everybody of the tenant, as far as class and policies let them',
  [`--${prefix}not-me`]: 'not you, unless you are named; otherwise whoever says it reads too',
})

/** Null for everybody; undefined where nothing was said. @throws UsageError */
export function readersIn(values: Values, prefix: Prefix): z.output<typeof aclInput> | null | undefined {
  const listed = (name: string): string[] => {
    const value = values[`${prefix}${name}`]
    return Array.isArray(value) ? value : []
  }
  const named = { users: listed('user'), groups: listed('group'), services: listed('service') }
  const isNamed = Object.values(named).some((list) => list.length > 0)
  const isWithout = values[`${prefix}not-me`] === true
  if (values[`${prefix}everybody`] !== true)
    return isNamed || isWithout ? { ...named, self: !isWithout } : undefined
  if (isNamed || isWithout) throw new UsageError(`--${prefix}everybody leaves nobody to be named besides`)
  return null
}
