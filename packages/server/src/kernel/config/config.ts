import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Entry } from './document.ts'
import { readDocument } from './document.ts'
import { environmentName, variableMeaning } from './environment.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isConfigKey, KEYS, SECTIONS } from './keys.ts'
import { isLoopback, listenAddress } from './listen-address.ts'
import { nearest } from './nearest.ts'
import type { ConfigProblem } from './problem.ts'
import { problemLine } from './problem.ts'
import type { Config } from './schema.ts'
import { completeConfig } from './schema.ts'
import { UNBUILT_NAMES, unbuiltSection } from './unbuilt.ts'
import type { Checked, Environment, ValueOrigin } from './value.ts'
import { checkText, checkValue } from './value.ts'

/** Everything that can set a key, from weakest to strongest: defaults, file, environment, flags. */
export interface ConfigSource {
  /** Read when no `text` is given; otherwise only its name, and the start of relative paths. */
  readonly file?: string | undefined
  readonly text?: string | undefined
  readonly env: Environment
  readonly flags?: Readonly<Partial<Record<ConfigKey, string | undefined>>> | undefined
  /** Start of relative paths outside the file. */
  readonly cwd?: string | undefined
}

export interface LoadedConfig {
  readonly config: Config
  /** Per key: `default`, `<file>:<line>`, `env:<NAME>` or `flag`. */
  readonly origins: ReadonlyMap<ConfigKey, string>
  /** Absolute; null when no file was read. */
  readonly file: string | null
}

/** Everything that is wrong, reported at once. No message carries a value: one of them could be a secret. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemLine).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Place = Pick<ConfigProblem, 'source' | 'line' | 'column'>
interface Taken {
  readonly value: unknown
  readonly origin: string
  readonly place: Place
}

/** What was found so far: accepted values by key, and everything that is wrong. */
class Findings {
  readonly taken = new Map<ConfigKey, Taken>()
  readonly problems: ConfigProblem[] = []

  judge(key: ConfigKey, checked: Checked, from: Omit<Taken, 'value'>): void {
    if (checked.ok) this.taken.set(key, { value: checked.value, ...from })
    else this.refuse(key, checked, from.place)
  }

  refuse(path: string, why: { readonly message: string; readonly suggestion?: string }, place: Place): void {
    const suggestion = why.suggestion === undefined ? {} : { suggestion: why.suggestion }
    this.problems.push({ ...place, path, message: why.message, ...suggestion })
  }
}

/** A key is repeated in a message only when it looks like one: a pasted secret must not be. */
const shownPath = (path: string): string => (/^[\w.-]{1,80}$/.test(path) ? path : '(this key)')

function suggestKey(section: string, key: string): string | undefined {
  const inside = CONFIG_KEYS.filter((known) => section !== '' && known.startsWith(`${section}.`))
  const near = nearest(
    key,
    section === ''
      ? [...CONFIG_KEYS.filter((known) => !known.includes('.')), ...SECTIONS, ...UNBUILT_NAMES]
      : inside.map((known) => known.slice(section.length + 1)),
  )
  if (near !== undefined) return UNBUILT_NAMES.includes(near) ? `${near} (not built yet)` : near
  // The right key in the wrong section, or a section's key at the top.
  return CONFIG_KEYS.find((known) => known.toLowerCase().split('.').at(-1) === key.toLowerCase())
}

function readEntry(findings: Findings, entry: Entry, section: string, source: ConfigSource): void {
  const file = source.file ?? 'config'
  const keyPlace: Place = { source: file, ...entry.keyAt }
  const valuePlace: Place = { source: file, ...entry.valueAt }
  const key = entry.key
  const path = section === '' ? (key ?? '') : `${section}.${key ?? ''}`
  const unbuilt = section === '' && key !== null ? unbuiltSection(key) : null
  if (unbuilt !== null) return findings.refuse(path, { message: unbuilt }, keyPlace)
  if (isConfigKey(path)) {
    const value = entry.value.kind === 'plain' ? entry.value.value : {}
    const origin = { env: source.env, directory: startOfPaths(source) }
    const from = { origin: `${file}:${entry.keyAt.line}`, place: valuePlace }
    return findings.judge(path, checkValue(path, value, origin), from)
  }
  if (section === '' && key !== null && SECTIONS.includes(key)) {
    if (entry.value.kind === 'entries') {
      for (const inner of entry.value.entries) readEntry(findings, inner, key, source)
      return undefined
    }
    // A section whose lines are all commented out is empty, not wrong.
    if (entry.value.value === null) return undefined
    const inside = CONFIG_KEYS.filter((known) => known.startsWith(`${key}.`)).map((known) =>
      known.slice(key.length + 1),
    )
    return findings.refuse(path, { message: `must be a section with ${inside.join(', ')}` }, valuePlace)
  }
  const suggestion = key === null ? undefined : suggestKey(section, key)
  const why = { message: 'unknown key', ...(suggestion === undefined ? {} : { suggestion }) }
  return findings.refuse(shownPath(path), why, keyPlace)
}

function startOfPaths(source: ConfigSource): string {
  return source.file === undefined
    ? resolve(source.cwd ?? '.')
    : dirname(resolve(source.cwd ?? '.', source.file))
}

function readText(findings: Findings, source: ConfigSource): string | null {
  if (source.text !== undefined || source.file === undefined) return source.text ?? null
  const whole: Place = { source: source.file, line: null, column: null }
  try {
    const bytes = readFileSync(resolve(source.cwd ?? '.', source.file))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const reason = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`
    const message = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'the file is not UTF-8 text' : reason
    findings.refuse('', { message }, whole)
    return null
  }
}

function readFileLayer(findings: Findings, source: ConfigSource): void {
  const text = readText(findings, source)
  if (text === null) return
  const { entries, problems } = readDocument(source.file ?? 'config', text)
  findings.problems.push(...problems)
  for (const entry of entries) readEntry(findings, entry, '', source)
}

function readEnvironmentLayer(findings: Findings, source: ConfigSource, origin: ValueOrigin): void {
  for (const [name, text] of Object.entries(source.env)) {
    const meaning = variableMeaning(name)
    if (text === undefined || meaning.kind === 'not ours') continue
    const place: Place = { source: name, line: null, column: null }
    if (meaning.kind === 'refused') findings.refuse('', meaning, place)
    else findings.judge(meaning.key, checkText(meaning.key, text, origin), { origin: `env:${name}`, place })
  }
}

function readFlagLayer(findings: Findings, source: ConfigSource, origin: ValueOrigin): void {
  for (const [key, text] of Object.entries(source.flags ?? {})) {
    if (text === undefined) continue
    if (!isConfigKey(key)) throw new Error(`the flag of ${key} names no configuration key`)
    const place: Place = { source: `--${key}`, line: null, column: null }
    findings.judge(key, checkText(key, text, origin), { origin: 'flag', place })
  }
}

/** Rules between keys, once every value is right by itself. */
function checkTogether(findings: Findings): void {
  const listen = findings.taken.get('listen')
  const address = listen === undefined ? null : listenAddress(String(listen.value))
  if (!listen || !address || isLoopback(address.host) || findings.taken.has('tls')) return
  const message =
    'other machines could connect in plain text, and TLS inside Freehold is not built yet: ' +
    'put a TLS proxy in front and write `tls: off`, or listen on 127.0.0.1'
  findings.refuse('listen', { message }, listen.place)
}

function nest(taken: ReadonlyMap<ConfigKey, Taken>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const sections: Record<string, Record<string, unknown>> = {}
  for (const [key, { value }] of taken) {
    const [head = '', inner] = key.split('.')
    if (inner === undefined) values[head] = value
    else (sections[head] ??= {})[inner] = value
  }
  return { ...values, ...sections }
}

/** Reads all layers. @throws ConfigError with every problem at once; nothing is half-accepted. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const findings = new Findings()
  const outside: ValueOrigin = { env: source.env, directory: resolve(source.cwd ?? '.') }
  readFileLayer(findings, source)
  readEnvironmentLayer(findings, source, outside)
  readFlagLayer(findings, source, outside)
  checkTogether(findings)
  if (findings.problems.length > 0) throw new ConfigError(findings.problems)
  return {
    config: completeConfig(nest(findings.taken)),
    origins: new Map(CONFIG_KEYS.map((key) => [key, findings.taken.get(key)?.origin ?? 'default'])),
    file: source.file === undefined ? null : resolve(source.cwd ?? '.', source.file),
  }
}

/** The value of one key, by its dotted path; undefined when it is not set. */
export function configValue(config: Config, key: ConfigKey): unknown {
  let value: unknown = config
  for (const part of key.split('.')) {
    // Only sections and the whole are walked through, and those are plain records.
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  return value
}

export interface ExplainedKey {
  readonly key: ConfigKey
  /** Null when not set; `[secret]` when secret. */
  readonly value: unknown
  readonly origin: string
  /** The environment variable that sets it. */
  readonly variable: string
  readonly reload: 'live' | 'restart'
  readonly meaning: string
}

/** Every key with its value, where it came from and what it does. */
export function explainConfig(loaded: LoadedConfig): readonly ExplainedKey[] {
  return CONFIG_KEYS.map((key) => {
    const value = configValue(loaded.config, key)
    return {
      key,
      value: value === undefined ? null : 'secret' in KEYS[key] ? '[secret]' : value,
      origin: loaded.origins.get(key) ?? 'default',
      variable: environmentName(key),
      reload: KEYS[key].reload,
      meaning: KEYS[key].meaning,
    }
  })
}
