import { isDeepStrictEqual } from 'node:util'
import type { DetectorView } from '@freehold/contract/detectors.ts'
import { Circuits } from '../../kernel/circuits.ts'
import type { DetectorSetting } from '../../kernel/config/detector-keys.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Log } from '../../kernel/log.ts'
import type { BoundGauge, Metrics } from '../../kernel/metrics.ts'
import { boundOnce } from '../../kernel/metrics.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Figures } from './figures.ts'
import { figuresIn } from './figures.ts'
import { ModulePlugin } from './module-plugin.ts'
import type { FailureCode, Plugin, PluginText, Spans, ToldSpan } from './plugin.ts'
import { PluginFailure } from './plugin.ts'
import { Presidio } from './presidio.ts'
import { typeOf } from './types.ts'

export interface PluginsOptions {
  readonly config: () => {
    readonly detectors: readonly DetectorSetting[]
    readonly circuit: { readonly failures: number; readonly openMs: number }
  }
  readonly dialler: Pick<Dialler, 'open'>
  readonly log: Log
  readonly metrics: Metrics
}

/** A detector that could not be asked. */
export interface Missing {
  readonly name: string
  readonly code: FailureCode
  readonly isRequired: boolean
}

export interface Searched {
  readonly spans: Spans
  readonly missing: readonly Missing[]
}

/** Whoever looks into texts beside the engine. */
export interface Finder {
  /** Whether there is any. */
  readonly isOn: boolean
  /** Changes whenever others than before look. */
  readonly generation: number
  /** Asks all of them at once. What one of them fails at is told, never thrown. */
  find(texts: readonly PluginText[]): Promise<Searched>
}

interface InUse {
  readonly setting: DetectorSetting
  readonly plugin: Plugin
  readonly figures: Figures
}

/** Nothing can stand in less, and nothing has to be asked about what holds no word or number. */
const isWorthAsking = ({ text }: PluginText): boolean => text.length > 1 && /[\p{L}\p{N}]/u.test(text)

/** The detectors of the configuration, and what becomes of those that fail. */
export class Plugins implements Finder {
  readonly #options: PluginsOptions
  readonly #circuits: Circuits
  readonly #closing = new Set<Promise<void>>()
  readonly #away: (detector: string) => BoundGauge
  #inUse: readonly InUse[] = []
  #generation = 0

  constructor(options: PluginsOptions) {
    const { config, log, metrics } = options
    this.#options = options
    this.#circuits = new Circuits({
      failures: () => config().circuit.failures,
      openMs: () => config().circuit.openMs,
      onOpened: ({ target, failures, retryInMs }) =>
        log.warn('detector.opened', { detector: target, failures, retryInMs }),
      onClosed: (detector) => log.info('detector.closed', { detector }),
    })
    const gauge = metrics.gauge('freehold_privacy_detector_open')
    this.#away = boundOnce((detector) => gauge.bind({ detector }))
    metrics.beforeRender(() => {
      const away = this.#circuits.open()
      for (const { setting } of this.#inUse) this.#away(setting.name).set(away.get(setting.name) ?? 0)
    })
    this.configChanged()
  }

  get isOn(): boolean {
    return this.#inUse.length > 0
  }

  get generation(): number {
    return this.#generation
  }

  async find(texts: readonly PluginText[]): Promise<Searched> {
    const asked = texts.flatMap((text, index) => (isWorthAsking(text) ? [{ text, index }] : []))
    const spans = texts.map((): Span[] => [])
    const missing: Missing[] = []
    if (asked.length === 0) return { spans, missing }
    const questions = asked.map(({ text }) => text)
    const ask = async (one: InUse): Promise<void> => {
      const told = await this.#ask(one, questions)
      if (typeof told === 'string') {
        const { name, required } = one.setting
        missing.push({ name, code: told, isRequired: required })
        if (!required) one.figures.missed()
        return
      }
      for (const [at, { index }] of asked.entries()) {
        for (const span of told[at] ?? []) this.#take(span, one, spans[index] ?? [])
      }
    }
    await Promise.all(this.#inUse.map(ask))
    return { spans, missing }
  }

  /** All of the configuration, and how they do. */
  view(): readonly DetectorView[] {
    const { config } = this.#options
    const inUse = new Map(this.#inUse.map((one) => [one.setting.name, one]))
    return config().detectors.map(({ name, kind, required }) => {
      const one = inUse.get(name)
      const { calls = 0, failures = 0, ignored = 0, lastFailure = null } = one?.figures ?? {}
      return { name, kind, required, state: this.#stateOf(one), calls, failures, ignored, lastFailure }
    })
  }

  /** To be called when the detectors of the configuration have changed. Those of before end what they have begun. */
  configChanged(): void {
    const before = this.#inUse
    this.#generation += 1
    this.#circuits.forget()
    this.#inUse = this.#options
      .config()
      .detectors.filter(({ enabled }) => enabled)
      .map((setting) => before.find((one) => isUnchanged(one, setting)) ?? this.#open(setting))
    for (const one of before) {
      if (this.#inUse.includes(one)) continue
      this.#away(one.setting.name).set(0)
      this.#close(one.plugin)
    }
  }

  async close(): Promise<void> {
    for (const { plugin } of this.#inUse) this.#close(plugin)
    this.#inUse = []
    await Promise.all(this.#closing)
  }

  #open(setting: DetectorSetting): InUse {
    const { dialler, log, metrics } = this.#options
    const { name } = setting
    const figures = figuresIn(metrics, name)
    if (setting.kind === 'presidio') {
      if (setting.mayBePublic) log.warn('detector.public', { detector: name })
      return { setting, plugin: new Presidio(setting, dialler), figures }
    }
    const broke = (error: string): void => log.warn('detector.broke', { detector: name, name: error })
    return { setting, plugin: new ModulePlugin(setting, { broke }), figures }
  }

  #close(plugin: Plugin): void {
    const closing = plugin.close().finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  /** What it told, or why it did not. */
  async #ask(one: InUse, texts: readonly PluginText[]): Promise<Told> {
    const { figures, plugin } = one
    const { name } = one.setting
    if (this.#circuits.enter(name, null) !== null) {
      figures.failed('away')
      return 'away'
    }
    const startedMs = performance.now()
    try {
      const told = await plugin.find(texts)
      if (this.#inUse.includes(one)) this.#circuits.succeeded(name, null)
      figures.answered((performance.now() - startedMs) / 1000)
      return told
    } catch (error) {
      const isOfDetector = error instanceof PluginFailure && error.isOfDetector
      // One of before says nothing about the one that has its name now.
      if (this.#inUse.includes(one)) this.#circuits[isOfDetector ? 'failed' : 'abandoned'](name, null)
      if (!(error instanceof PluginFailure)) throw error
      figures.failed(error.code)
      return error.code
    }
  }

  #take({ start, end, type: told, score }: ToldSpan, { setting, figures }: InUse, spans: Span[]): void {
    if (score < setting.minScore) return
    const type = typeOf(told, setting.entities)
    if (type === null) {
      figures.ignored += 1
      return
    }
    spans.push({ start, end, type, score: Math.max(score, ACTING_SCORE), source: setting.name })
  }

  #stateOf(one: InUse | undefined): DetectorView['state'] {
    if (one === undefined) return 'off'
    const state = this.#circuits.stateOf(one.setting.name, null)
    return state === 'ready' ? one.plugin.state : state
  }
}

/** A module that is loaded stays loaded. */
const isUnchanged = ({ setting }: InUse, next: DetectorSetting): boolean =>
  setting.kind === 'module' && isDeepStrictEqual(setting, next)

type Told = readonly (readonly ToldSpan[])[] | FailureCode
