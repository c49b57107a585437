import type { LoadedConfig } from './config.ts'
import { environmentName } from './environment.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isStructured, KEYS } from './keys.ts'
import { MEANINGS_ZH } from './meanings-zh.ts'
import { configValue } from './schema.ts'
import { isOneLine } from './value.ts'

export interface ExplainedKey {
  readonly key: ConfigKey
  /** Null when not set; `[secret]` when secret, as are secrets inside of it. */
  readonly value: unknown
  readonly origin: string
  /** The environment variable that sets it; null when it stands in the file only. */
  readonly variable: string | null
  readonly reload: 'live' | 'restart'
  readonly meaning: string
  /** The same in Chinese. */
  readonly zh: string
}

/** Every key with its value, where it came from and what it does. */
export function explainConfig(loaded: LoadedConfig): readonly ExplainedKey[] {
  return CONFIG_KEYS.map((key) => ({
    key,
    value: shownValue(key, configValue(loaded.config, key)),
    origin: loaded.origins.get(key) ?? 'default',
    variable: isOneLine(key) ? environmentName(key) : null,
    reload: KEYS[key].reload,
    meaning: KEYS[key].meaning,
    zh: MEANINGS_ZH[key],
  }))
}

function shownValue(key: ConfigKey, value: unknown): unknown {
  if (value === undefined) return null
  if (isStructured(key)) return KEYS[key].shown(value)
  return 'secret' in KEYS[key] ? '[secret]' : value
}
