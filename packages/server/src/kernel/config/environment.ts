import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, SECTIONS } from './keys.ts'
import { nearest } from './nearest.ts'
import { UNBUILT_KEYS, unbuiltKey } from './unbuilt.ts'
import { isOneLine } from './value.ts'

const PREFIX = 'FREEHOLD_'
/** Names of ours that are not configuration: client, data directory, file, launcher. */
const RESERVED: ReadonlySet<string> = new Set(['KEY', 'URL', 'DATA', 'CONFIG', 'LAUNCHED'])
/** Kubernetes sets these in every pod of a namespace that has a Service called `freehold` or `freehold-…`. */
const SERVICE_LINK =
  /^(?:[A-Z\d_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z\d_]+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?)$/

const shout = (path: string): string =>
  path
    .split('.')
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
    .join('__')

/** `knowledge.maxFileBytes` is `FREEHOLD_KNOWLEDGE__MAX_FILE_BYTES`. */
export function environmentName(key: ConfigKey): string {
  return `${PREFIX}${shout(key)}`
}

const BY_NAME: ReadonlyMap<string, ConfigKey> = new Map(CONFIG_KEYS.map((key) => [environmentName(key), key]))
/** The others exist to be refused with the reason. */
const SUGGESTED: readonly string[] = CONFIG_KEYS.filter(isOneLine).map(environmentName)

/** What a variable means to the configuration. */
export type VariableMeaning =
  | { readonly kind: 'key'; readonly key: ConfigKey }
  | { readonly kind: 'not ours' }
  | { readonly kind: 'refused'; readonly message: string; readonly suggestion?: string }

/** Reads the name only. A name of our prefix that means nothing is refused: it was meant to change something. */
export function variableMeaning(name: string): VariableMeaning {
  const rest = name.slice(PREFIX.length)
  if (!name.startsWith(PREFIX) || RESERVED.has(rest) || SERVICE_LINK.test(rest)) return { kind: 'not ours' }
  const key = BY_NAME.get(name)
  if (key !== undefined) return { kind: 'key', key }
  const unbuilt = UNBUILT_KEYS.find((path) => rest === shout(path) || rest.startsWith(`${shout(path)}__`))
  if (unbuilt !== undefined) return { kind: 'refused', message: unbuiltKey(unbuilt) ?? '' }
  if (SECTIONS.some((section) => shout(section) === rest)) {
    const suggestion = SUGGESTED.find((candidate) => candidate.startsWith(`${name}__`))
    return suggestion === undefined
      ? { kind: 'refused', message: 'is a section: write it in the configuration file' }
      : { kind: 'refused', message: 'is a section', suggestion }
  }
  const suggestion = nearest(name, SUGGESTED)
  return { kind: 'refused', message: 'unknown variable', ...(suggestion === undefined ? {} : { suggestion }) }
}
