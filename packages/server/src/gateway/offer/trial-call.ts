import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { unmasked } from '../../privacy/mask/desensitiser.ts'
import { Outbound } from '../../privacy/outbound.ts'
import { estimatedTokens } from '../asked.ts'
import type { CallFigures } from '../call.ts'
import type { UpstreamCall } from '../call/upstream-call.ts'
import type { CallerLimits, Entry } from '../limits.ts'
import { hasMoneyLimit } from '../limits.ts'
import { requirePermitted } from '../permitted.ts'
import { costOf } from '../record.ts'
import type { Ledger, Settled } from '../records/ledger.ts'
import { assertMayLeave } from '../routing/compile.ts'
import type { Routing, Target } from '../routing/routing.ts'
import type { TargetWay } from '../targets.ts'
import { usageOf } from '../usage-of.ts'
import type { EnquiringParts, Told } from './enquiry.ts'
import { callTo, credentialFor, whole } from './enquiry.ts'
import type { ModelDefinition } from './listing.ts'
import { ANTHROPIC_HEADERS, apiPath } from './listing.ts'

export interface RecordingParts extends EnquiringParts {
  readonly ledger: Ledger
  readonly figures: Pick<CallFigures, 'attempt'>
  readonly nowMs: () => number
  /** In force now. */
  readonly routing: () => Routing
  enter(caller: Caller): Entry
  readonly spending: CallerLimits['spending']
}

/** One call that tries a model. */
export interface Trial {
  readonly caller: Caller
  /** Under which the record is kept. */
  readonly request: string
  readonly target: Target
  readonly definition: ModelDefinition
  readonly open: TargetWay
  /** In the target's words. */
  readonly model: string
}

/** Nobody wrote this text for us, so it is of no class but this. */
const CLASS: DataClass = 'public'
const TEXT = 'Hello'
const LARGEST_ANSWER_BYTES = 1024 * 1024

/**
 * Sends a fixed text and lets the model answer with one token. Like every request: charged to its caller, through the
 * gate of the zone, and on record before the first byte leaves.
 * @throws Fault where it may not be sent, or was not answered
 */
export async function recordedCall(parts: RecordingParts, trial: Trial): Promise<Told> {
  const { caller, target, definition } = trial
  const routing = parts.routing()
  const body = bodyFor(trial)
  requirePermitted(caller, [{ zone: target.zone, target, ...PLAIN }], CLASS)
  requireMayLeave(target, caller, routing)
  const outbound =
    target.zone === 'managed'
      ? Outbound.managed(unmasked({ path: '', body }), { class: CLASS, opaque: null, allowOpaque: false })
      : Outbound.home(body)
  assertMayLeave({ zone: target.zone, target, ...PLAIN }, CLASS, routing.privateOnly)
  const entry = parts.enter(caller)
  const atMs = entry.atMs ?? parts.nowMs()
  const there = parts.spending(caller.tenant, target.budgets, atMs)
  try {
    const input = estimatedTokens(body.length)
    const micros = costOf({ input, output: 1 }, target.price) ?? 0
    await entry.reserve(input + 1, micros)
    await there?.reserve(input + 1, micros)
    const line = new TrialRecord(parts, { ...trial, bytes: body.length }, routing)
    const budgets = [...(entry.charged ?? []), ...target.budgets.map(({ id }) => id)]
    await line.admit({ tokens: input + 1, micros, atMs, budgets })
    const path = `${apiPath(trial.open.url)}${definition.dialect === 'anthropic' ? '/messages' : '/chat/completions'}`
    const headers = definition.dialect === 'anthropic' ? ANTHROPIC_HEADERS : []
    const { told, spent } = await line.around((credential) =>
      callTo(
        trial.open,
        { path, method: 'POST', headers, body: outbound.body },
        { watchdog: parts.watchdog, credential },
      ),
    )
    entry.settle(spent.input + spent.output, spent.micros ?? 0)
    there?.settle(spent.input + spent.output, spent.micros ?? 0)
    return told
  } finally {
    there?.giveBack()
    entry.leave()
  }
}

const PLAIN = { model: null, desensitise: 'none', opaque: false } as const

/** @throws Fault `stays_home`, `no_route` */
function requireMayLeave(target: Target, caller: Caller, { privateOnly }: Routing): void {
  if (target.zone !== 'managed') return
  if (privateOnly.has(CLASS)) {
    throw new Fault('stays_home', `Content of class ${CLASS} never leaves here, and this target is managed.`)
  }
  if (hasMoneyLimit(caller) && target.price === null) {
    throw new Fault('no_route', 'You have a limit of money, and this target has no price. Set one first.')
  }
}

function bodyFor({ definition, target, model }: Trial): Buffer {
  const messages = [{ role: 'user', content: TEXT }]
  const bound =
    definition.dialect === 'anthropic'
      ? 'max_tokens'
      : (definition.maxTokensField ?? (target.zone === 'managed' ? 'max_completion_tokens' : 'max_tokens'))
  return Buffer.from(JSON.stringify({ model, messages, [bound]: 1 }))
}

interface Spent {
  readonly input: number
  readonly output: number
  readonly estimated: boolean
  readonly micros: number | null
}
const NOTHING: Spent = { input: 0, output: 0, estimated: false, micros: null }

interface Charging {
  readonly tokens: number
  readonly micros: number
  readonly atMs: number
  readonly budgets: readonly string[]
}

/** What is written of the call; settled exactly once after it was admitted. */
class TrialRecord {
  readonly #parts: RecordingParts
  readonly #trial: Trial & { readonly bytes: number }
  readonly #routing: Routing
  readonly #startedMs = performance.now()
  #reservedInput = 0

  constructor(parts: RecordingParts, trial: Trial & { readonly bytes: number }, routing: Routing) {
    this.#parts = parts
    this.#trial = trial
    this.#routing = routing
  }

  /** @throws Fault where nothing can be written; then nothing may be sent */
  async admit({ tokens, micros, atMs, budgets }: Charging): Promise<void> {
    const { ledger } = this.#parts
    const { caller, request, target, model } = this.#trial
    this.#reservedInput = tokens - 1
    await ledger.admit({
      request,
      tenant: caller.tenant,
      principal: caller.principal.id,
      operation: 'target.test',
      atMs,
      config: this.#routing.version,
      rule: null,
      class: CLASS,
      base: CLASS,
      declared: null,
      conversation: null,
      found: null,
      findings: {},
      modelAsked: this.#routing.knowsModel(model) ? model : null,
      bytesIn: 0,
      reservedTokens: tokens,
      reservedMicros: micros,
      mode: target.record,
      budgets: budgets.length === 0 ? null : budgets,
    })
  }

  /** Makes the call that `begin` returns, and closes the line however it ends. */
  async around(
    begin: (credential: readonly string[]) => UpstreamCall,
  ): Promise<{ readonly told: Told; readonly spent: Spent }> {
    const { ledger, tokens } = this.#parts
    const { target, open, caller } = this.#trial
    let call: UpstreamCall | null = null
    try {
      if (target.record === 'strict') await ledger.durable()
      call = begin(credentialFor(open, tokens, caller))
      const told = await whole(call, LARGEST_ANSWER_BYTES)
      const spent = this.#spentBy(told)
      this.#settle({ status: told.status, code: 'ok' }, { spent, wasSent: true, told })
      return { told, spent }
    } catch (error) {
      const { status, code } = error instanceof Fault ? error : { status: 500, code: 'bug' }
      this.#settle({ status, code }, { spent: NOTHING, wasSent: call?.wasSent ?? false, told: null })
      throw error
    }
  }

  #spentBy({ status, body }: Told): Spent {
    if (status >= 400) return NOTHING
    const said = usageOf(body)
    const input = said.input ?? this.#reservedInput
    const output = said.output ?? 1
    const micros = costOf({ input, output }, this.#trial.target.price)
    return { input, output, estimated: said.input === null || said.output === null, micros }
  }

  #settle(
    { status, code }: Pick<Settled, 'status' | 'code'>,
    {
      spent,
      wasSent,
      told,
    }: { readonly spent: Spent; readonly wasSent: boolean; readonly told: Told | null },
  ): void {
    const { ledger, nowMs, figures } = this.#parts
    const { caller, request, target, model } = this.#trial
    const bytes = wasSent ? this.#trial.bytes : 0
    const isOk = told !== null && told.status < 400
    figures.attempt({
      request,
      target: target.name,
      zone: target.zone,
      outcome: isOk ? 'ok' : told === null ? code : String(told.status),
      bytes,
      firstByteMs: told?.firstByteMs ?? null,
      startedMs: this.#startedMs,
      trace: null,
    })
    ledger.settle({
      request,
      tenant: caller.tenant,
      state: code === 'ok' ? 'settled' : 'failed',
      atMs: nowMs(),
      status,
      code,
      target: target.name,
      zone: target.zone,
      model: this.#routing.knowsModel(model) ? model : '*',
      attempts: 1,
      bytesPrivate: target.zone === 'private' ? bytes : 0,
      bytesManaged: target.zone === 'managed' ? bytes : 0,
      masked: {},
      firstTokenMs: told?.firstByteMs ?? null,
      durationMs: performance.now() - this.#startedMs,
      inputTokens: spent.input,
      outputTokens: spent.output,
      estimated: spent.estimated,
      costMicros: spent.micros,
      answer: null,
    })
  }
}
