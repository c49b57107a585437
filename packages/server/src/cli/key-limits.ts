import { LIMIT_NAMES, limits as limitsSchema } from '@freehold/contract/limits.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import { UsageError } from './terminal.ts'

/** From `rpm=60`, or several in one text. @throws UsageError */
export function readLimits(texts: readonly string[]): Limits {
  const given = new Map<string, number>()
  for (const text of texts.flatMap((list) => list.split(','))) {
    const [, name = '', number = ''] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? []
    if (name === '') throw new UsageError(`--limit: "${text}" is not NAME=NUMBER, such as rpm=60`)
    if (given.has(name)) throw new UsageError(`--limit: "${name}" is given twice`)
    given.set(name, Number(number))
  }
  const parsed = limitsSchema.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') {
    throw new UsageError(`--limit: "${issue.keys[0]}" is not a limit. Choose from ${LIMIT_NAMES.join(', ')}`)
  }
  const name = String(issue?.path[0])
  throw new UsageError(`--limit: ${name}=${given.get(name)} will not do: ${issue?.message}`)
}

/** `rpm=60 concurrent=4`; empty where there are none. */
export function limitsText(limits: Limits): string {
  return LIMIT_NAMES.flatMap((name) => (limits[name] === undefined ? [] : [`${name}=${limits[name]}`])).join(
    ' ',
  )
}
