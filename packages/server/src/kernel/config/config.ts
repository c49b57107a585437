import { resolve } from 'node:path'
import { variableMeaning } from './environment.ts'
import { readFileLayer } from './file-layer.ts'
import type { Place } from './findings.ts'
import { Findings } from './findings.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isConfigKey } from './keys.ts'
import type { Listen } from './listen-address.ts'
import { isLoopback, listenAddress } from './listen-address.ts'
import type { ConfigProblem } from './problem.ts'
import { problemLine } from './problem.ts'
import type { ProviderKey } from './provider-keys.ts'
import { providerKeysIn } from './provider-keys.ts'
import type { Environment, ValueOrigin } from './references.ts'
import type { Config } from './schema.ts'
import { completeConfig } from './schema.ts'
import type { Step } from './tree.ts'
import { checkText } from './value.ts'

/** What a room finds wrong with the whole: a path such as `['routes', 0, 'to']`, and why. */
export interface ConfigFlaw {
  readonly path: readonly Step[]
  readonly message: string
}

/** Everything that can set a key, from weakest to strongest: defaults, file, environment, flags. */
export interface ConfigSource {
  /** Read when no `text` is given; otherwise only its name, and the start of relative paths. */
  readonly file?: string | undefined
  readonly text?: string | undefined
  readonly env: Environment
  readonly flags?: Readonly<Partial<Record<ConfigKey, string | undefined>>> | undefined
  /** Start of relative paths outside the file. */
  readonly cwd?: string | undefined
  /** Rules that only a room knows; asked once every value is right by itself. */
  readonly check?: ((config: Config) => readonly ConfigFlaw[]) | undefined
}

/** Absolute paths of files that were read, each with its fingerprint from before. */
export type FilesRead = ReadonlyMap<string, string>

export interface LoadedConfig {
  readonly config: Config
  /** Per key: `default`, `<file>:<line>`, `env:<NAME>` or `flag`. */
  readonly origins: ReadonlyMap<ConfigKey, string>
  /** Absolute; null when no file was read. */
  readonly file: string | null
  /** The file itself and every other that it names: certificates, keys, `${file:…}`. */
  readonly files: FilesRead
  /** Variables of the environment that hold the key of a provider, whether or not anything names them. */
  readonly providerKeys: readonly ProviderKey[]
}

/** Everything that is wrong, reported at once. No message carries a value: one of them could be a secret. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]
  /** A change of one of them may repair it. */
  readonly files: FilesRead

  constructor(problems: readonly ConfigProblem[], files: FilesRead = new Map()) {
    super(problems.map(problemLine).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
    this.files = files
  }
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

/** Plain HTTP leaves the machine only where somebody wrote that it shall. */
function checkListeners(findings: Findings): void {
  const taken = findings.taken.get('listen')
  if (!taken || findings.written.has('tls')) return
  // The row of `listen` gives no other type.
  const listen = taken.value as Listen
  const message =
    'other machines could connect in plain text: write `tls: { cert: …, key: … }`, ' +
    'or `tls: off` when a TLS proxy stands in front, or listen on 127.0.0.1'
  const addresses = typeof listen === 'string' ? [['', listen] as const] : Object.entries(listen)
  const problems = addresses
    .filter(([, text]) => !isLoopback(listenAddress(text ?? '')?.host ?? ''))
    .map(([name]) => ({ steps: name === '' ? [] : [name], of: 'value', message }) as const)
  findings.refuseInside('listen', problems, taken)
}

function checkWhole(findings: Findings, config: Config, { check, file }: ConfigSource): void {
  for (const { path, message } of check?.(config) ?? []) {
    const length = [1, 2].find((count) => isConfigKey(path.slice(0, count).join('.')))
    const key = path.slice(0, length).join('.')
    if (!isConfigKey(key)) throw new Error('a check of the configuration names a path that is no key')
    const nowhere: Place = { source: file ?? 'config', line: null, column: null }
    const written = findings.taken.get(key) ?? { origin: 'default', place: nowhere }
    findings.refuseInside(key, [{ steps: path.slice(length), of: 'value', message }], written)
  }
}

/** Reads all layers. @throws ConfigError with every problem at once; nothing is half-accepted. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const { file, text, env } = source
  const findings = new Findings()
  const files = new Map<string, string>()
  const outside: ValueOrigin = { env, directory: resolve(source.cwd ?? '.'), files }
  const throwIfRefused = (): void => {
    if (findings.problems.length > 0) throw new ConfigError(findings.problems, files)
  }
  readFileLayer(findings, { file, text, outside })
  readEnvironmentLayer(findings, source, outside)
  readFlagLayer(findings, source, outside)
  checkListeners(findings)
  throwIfRefused()
  const config = completeConfig(new Map([...findings.taken].map(([key, { value }]) => [key, value])))
  checkWhole(findings, config, source)
  throwIfRefused()
  return {
    config,
    origins: new Map(CONFIG_KEYS.map((key) => [key, findings.taken.get(key)?.origin ?? 'default'])),
    file: file === undefined ? null : resolve(outside.directory, file),
    files,
    providerKeys: providerKeysIn(env),
  }
}
