import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { Caller } from '../identity/caller.ts'
import type { BoundGauge } from '../kernel/metrics.ts'
import type { Trace } from '../kernel/trace.ts'
import type { Tally } from '../privacy/mask/masking.ts'
import { valuesByType } from '../privacy/mask/masking.ts'
import type { Asked, OutsideAttempt } from './asked.ts'
import { estimatedTokens } from './asked.ts'
import type { Classified } from './classify.ts'
import { answerHash } from './continue.ts'
import type { DataOperation } from './data-path.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Spending } from './budgets/spending.ts'
import type { Entry } from './limits.ts'
import type { Admitted, Ledger } from './records/ledger.ts'
import type { Reply } from './reply.ts'
import { reasons } from './routing/explain.ts'
import type { Route, Ruled } from './decide.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** The method as the log and the metrics know it: what is not one of these counts as GET, like HEAD. */
export function methodOf({ method }: { readonly method?: string | undefined }): Method {
  return METHODS.find((known) => known === method) ?? 'GET'
}

/** What stands on record; `unknown`: there is no such operation. */
export type RecordedOperation = DataOperation | 'realtime.connect' | 'unknown'

/** What the log and the metrics learn of a request that is over. No content: ids, words of ours and figures. */
export interface SettledRequest {
  readonly request: string
  readonly operation: RecordedOperation
  readonly method: Method
  readonly status: number
  readonly code: Outcome['code']
  readonly durationMs: number
  readonly zone: Zone | null
  readonly class: DataClass | null
  /** `*` where the name is not one of the configuration; null where no model answered. */
  readonly model: string | null
  readonly promptTokens: number
  readonly completionTokens: number
  readonly trace: Trace | null
}

export interface RecordOptions {
  readonly nowMs: () => number
  readonly ledger: Ledger
  /** Called exactly once for each record. */
  readonly settled: (request: SettledRequest) => void
  readonly active: Pick<BoundGauge, 'inc' | 'dec'>
}

const NONE: readonly string[] = []
const NOTHING_MASKED = Object.freeze({})

/** What is known of a request so far; closed exactly once, whatever happens. */
export class RequestRecord {
  readonly #exchange: Exchange
  readonly #operation: RecordedOperation
  readonly #options: RecordOptions
  readonly #openedMs = performance.now()
  #atMs: number | null = null
  #isClosed = false
  #caller: Caller | null = null
  #entry: Entry | null = null
  /** Reserved at targets that have a budget of their own; two at most are asked at once. */
  #there: readonly Reserved[] = []
  #thereIds = NONE
  #asked: Asked | null = null
  #classified: Classified | null = null
  #ruled: Ruled | null = null
  #route: Route | null = null
  #admitted: Promise<void> | null = null
  #reply: Reply | null = null
  #attempts = 0
  #last: { readonly target: string; readonly zone: Zone; readonly price: Price } | null = null
  #bytesPrivate = 0
  #bytesManaged = 0
  #lostTokens = 0
  #lostMicros = 0
  /** Of the last attempt at a managed target. */
  #masked: Readonly<Record<string, number>> = NOTHING_MASKED

  constructor(operation: RecordedOperation, exchange: Exchange, options: RecordOptions) {
    this.#operation = operation
    this.#exchange = exchange
    this.#options = options
    options.active.inc()
  }

  /** From here on the caller is charged and the request is written down. */
  entered(caller: Caller, entry: Entry): void {
    this.#caller = caller
    this.#entry = entry
  }

  read(asked: Asked): void {
    this.#asked = asked
  }

  classified(classified: Classified): void {
    this.#classified = classified
  }

  ruled(ruled: Ruled): void {
    this.#ruled = ruled
  }

  decided(route: Route): void {
    this.#route = route
    const classified = this.#classified
    if (this.#exchange.routed !== undefined && classified !== null)
      this.#exchange.routed({ rule: route.rule, because: reasons(route.caller, classified) })
  }

  /** When the request came: its day and month are the ones that are charged. */
  get atMs(): number {
    this.#atMs ??= this.#entry?.atMs ?? this.#options.nowMs() - (performance.now() - this.#openedMs)
    return this.#atMs
  }

  /** What the caller has reserved; null where nobody counts. */
  get own(): Spending | null {
    return this.#entry?.spending ?? null
  }

  /** To be awaited before the program itself answers. @throws Fault where nothing can be written */
  async staying(): Promise<void> {
    this.#attempts += 1
    this.#last = { target: 'local', zone: 'local', price: null }
    await this.#admit('async')
  }

  /** To be awaited before a kept answer is sent, which that attempt once brought: nothing leaves, and nobody works. */
  async recalling({ target, zone }: OutsideAttempt): Promise<void> {
    this.#last = { target: target.name, zone, price: target.price }
    await this.#admit('async')
  }

  /** To be awaited before the first byte of an attempt leaves. @throws Fault where nothing can be written */
  async leaving({ target, zone }: OutsideAttempt, bytes: number, there: Spending | null): Promise<void> {
    if (there !== null) this.#spendsFrom({ target: target.name, spending: there })
    this.#thereIds = there === null ? NONE : target.budgets.map(({ id }) => id)
    await this.#admit(target.record)
    if (target.record === 'strict') await this.#options.ledger.durable()
    this.#attempts += 1
    this.#last = { target: target.name, zone, price: target.price }
    if (zone === 'managed') this.#bytesManaged += bytes
    else if (zone === 'private') this.#bytesPrivate += bytes
  }

  /** What followed on the connection of an attempt that is still under way. */
  followed({ zone }: OutsideAttempt, bytes: number): void {
    if (zone === 'managed') this.#bytesManaged += bytes
    else if (zone === 'private') this.#bytesPrivate += bytes
  }

  masking(tally: Tally): void {
    this.#masked = valuesByType(tally)
  }

  /** Of an attempt that ended before a byte of it was sent. */
  stayed({ zone }: OutsideAttempt, bytes: number): void {
    if (zone === 'managed') this.#bytesManaged -= bytes
    else if (zone === 'private') this.#bytesPrivate -= bytes
  }

  /** Two targets were asked at once and the other one answered: what this one was asked to read is charged too. */
  lost({ target }: OutsideAttempt, winner: OutsideAttempt, mayHaveWorked: boolean): void {
    if (mayHaveWorked) {
      const input = estimatedTokens(this.#asked?.bytes ?? 0)
      this.#lostTokens += input
      this.#lostMicros += costOf({ input, output: 0 }, target.price) ?? 0
    }
    this.#last = { target: winner.target.name, zone: winner.zone, price: winner.target.price }
  }

  /** The answer that is about to be sent. */
  answered(reply: Reply): void {
    this.#reply = reply
  }

  settle(): void {
    this.#close({ status: this.#reply?.status ?? 200, code: 'ok' })
  }

  /** A refusal stands on record before it is sent, like an answer; where nothing can be written, it is sent all the same. */
  async refusing(): Promise<void> {
    if (this.#caller !== null) await this.#admit('async').catch(() => {})
  }

  fail(outcome: Outcome): void {
    this.#close(outcome)
  }

  /** Once per request: all its attempts share the line. */
  #admit(mode: Admitted['mode']): Promise<void> {
    this.#admitted ??= this.#options.ledger.admit(this.#admittedLine(mode))
    return this.#admitted
  }

  #admittedLine(mode: Admitted['mode']): Admitted {
    const classified = this.#classified
    const route = this.#route
    const asked = this.#asked
    const base = this.#caller?.baseClass ?? 'internal'
    const model = asked?.model ?? null
    return {
      request: this.#exchange.id,
      tenant: this.#callerOrBug().tenant,
      principal: this.#callerOrBug().principal.id,
      operation: this.#operation,
      atMs: this.atMs,
      config: route?.version ?? this.#ruled?.by.version ?? '',
      rule: route?.rule ?? this.#ruled?.rule ?? null,
      class: classified?.class ?? base,
      base,
      declared: classified?.declared ?? asked?.declared ?? null,
      conversation: classified?.conversation ?? null,
      found: classified?.found ?? null,
      findings: classified?.findings ?? {},
      modelAsked: model !== null && (route ?? this.#ruled?.by)?.knowsModel(model) ? model : null,
      bytesIn: this.#exchange.bytesIn,
      reservedTokens: route?.reservedTokens ?? 0,
      reservedMicros: route?.reservedMicros ?? 0,
      mode,
      budgets: this.#charged(),
    }
  }

  /** With those of the target that is called first: should nobody learn how it ended, they are charged. */
  #charged(): readonly string[] | null {
    const own = this.#entry?.charged ?? null
    return this.#thereIds.length === 0 ? own : [...(own ?? []), ...this.#thereIds]
  }

  /** A call that is made again takes the place of the first. */
  #spendsFrom(reserved: Reserved): void {
    for (const one of this.#there) if (one.target === reserved.target) one.spending.giveBack()
    this.#there = [...this.#there.filter(({ target }) => target !== reserved.target), reserved]
  }

  /** Charged is the target that stands on record; what was reserved at others is given back. */
  #settleAt(charged: string | null, tokens: number, micros: number): void {
    for (const { target, spending } of this.#there) {
      if (target === charged) spending.settle(tokens, micros)
      else spending.giveBack()
    }
  }

  #callerOrBug(): Caller {
    if (this.#caller === null) throw new Error('a request is written down before its caller is known')
    return this.#caller
  }

  #close(outcome: Outcome): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { nowMs, active, settled } = this.#options
    active.dec()
    const own = this.#usage(outcome)
    const usage = this.#withLost(own)
    const ownCost = own ? costOf(own, this.#last?.price ?? null) : null
    const cost = this.#lostMicros === 0 ? ownCost : (ownCost ?? 0) + this.#lostMicros
    const tokens = (usage?.input ?? 0) + (usage?.output ?? 0)
    this.#entry?.settle(tokens, cost ?? 0)
    this.#settleAt(this.#reply?.target ?? this.#last?.target ?? null, tokens, cost ?? 0)
    this.#entry?.leave()
    this.#route?.release()
    const durationMs = performance.now() - this.#openedMs
    if (this.#caller !== null) this.#write(outcome, { usage, cost, durationMs, atMs: nowMs() })
    this.#exchange.spent?.(cost)
    settled({
      request: this.#exchange.id,
      operation: this.#operation,
      method: methodOf(this.#exchange),
      ...outcome,
      durationMs,
      zone: this.#reply?.zone ?? null,
      class: this.#classified?.class ?? null,
      model: this.#attempts === 0 ? null : this.#model(),
      promptTokens: usage?.input ?? 0,
      completionTokens: usage?.output ?? 0,
      trace: this.#exchange.trace,
    })
  }

  #write({ status, code }: Outcome, { usage, cost, durationMs, atMs }: Spent): void {
    const { ledger } = this.#options
    const firstByteMs = this.#exchange.firstByteMs
    if (this.#admitted === null) this.#admit('async').catch(() => {})
    ledger.settle({
      request: this.#exchange.id,
      tenant: this.#callerOrBug().tenant,
      state: code === 'ok' ? 'settled' : 'failed',
      atMs,
      status,
      code,
      target: this.#reply?.target ?? this.#last?.target ?? null,
      zone: this.#reply?.zone ?? this.#last?.zone ?? null,
      model: this.#model(),
      attempts: this.#attempts,
      bytesPrivate: this.#bytesPrivate,
      bytesManaged: this.#bytesManaged,
      masked: this.#masked,
      firstTokenMs: firstByteMs === null ? null : firstByteMs - this.#openedMs,
      durationMs,
      inputTokens: usage?.input ?? 0,
      outputTokens: usage?.output ?? 0,
      estimated: usage?.estimated ?? false,
      costMicros: cost,
      answer: answerHashOf(this.#reply),
    })
  }

  /** Behind a `*` a name is the client's own text, which has no place in a record or a metric. */
  #model(): string | null {
    const model = this.#reply?.model ?? null
    return model === null || this.#route?.knowsModel(model) ? model : '*'
  }

  #withLost(own: ReturnType<Reply['tokens']>): ReturnType<Reply['tokens']> {
    if (this.#lostTokens === 0) return own
    return { input: (own?.input ?? 0) + this.#lostTokens, output: own?.output ?? 0, estimated: true }
  }

  /** Of an answer that broke: what came. Of a call that was sent and never answered: what it was asked to read. */
  #usage({ code }: Outcome): ReturnType<Reply['tokens']> {
    if (this.#reply) return this.#reply.tokens()
    if (!MAY_HAVE_WORKED.has(code) || this.#bytesPrivate + this.#bytesManaged === 0 || !this.#asked?.model)
      return null
    return { input: estimatedTokens(this.#asked.bytes), output: 0, estimated: true }
  }
}

/** The target may have done all that was asked of it, whatever became of the answer. */
const MAY_HAVE_WORKED: ReadonlySet<Outcome['code']> = new Set<Outcome['code']>([
  'client_left',
  'revoked',
  'upstream_timeout',
  'upstream_broke',
])

function answerHashOf(reply: Reply | null): string | null {
  const id = reply?.answerId() ?? null
  return id === null ? null : answerHash(id)
}

interface Reserved {
  readonly target: string
  readonly spending: Spending
}

type Price = { readonly in: number; readonly out: number } | null

interface Spent {
  readonly usage: ReturnType<Reply['tokens']>
  readonly cost: number | null
  readonly durationMs: number
  readonly atMs: number
}

/** Micro-units, rounded up: money per million tokens is micro-units per token. */
export function costOf(
  tokens: { readonly input: number; readonly output: number },
  price: Price,
): number | null {
  if (price === null) return null
  const micros = tokens.input * price.in + tokens.output * price.out
  // 100 tokens at 1.1 are 110.00000000000001 to a computer, and 110 to everybody else.
  return Math.max(0, Math.ceil(micros - micros * 1e-12 - 1e-9))
}
