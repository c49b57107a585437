import type { KeyObject } from 'node:crypto'
import { createSecretKey, randomBytes } from 'node:crypto'
import type { TenantId } from '../../store/store.ts'
import type { Rooms } from '../answer.ts'
import type { OutsideAttempt } from '../asked.ts'
import type { Route } from '../decide.ts'
import type { ModelAsked } from '../model-asked.ts'
import type { RequestRecord } from '../record.ts'
import type { CountedTokens, Reply } from '../reply.ts'
import { assertMayLeave } from '../routing/compile.ts'
import { answerKey } from './answer-key.ts'
import { GatheredBody } from './gathered-body.ts'
import type { KeptAnswers } from './kept-answers.ts'
import { packed, unpacked } from './packed-answer.ts'
import type { Demand } from './sameness.ts'
import { isWholeAnswer } from './whole-answer.ts'

/** What the cache had to say to one request. */
export type Lookup =
  | { readonly result: 'hit'; readonly reply: Reply; readonly attempt: OutsideAttempt }
  /** `generation`: null where the answer must not be kept. */
  | { readonly result: 'miss'; readonly key: string; readonly generation: number | null }
  | { readonly result: 'bypass' }

export interface AnswerCacheOptions {
  readonly kept: Pick<KeptAnswers, 'find' | 'open' | 'keep' | 'hold' | 'letGo' | 'generation'>
  readonly bounds: () => { readonly maxBytes: number; readonly maxEntryBytes: number }
  readonly counted: (tenant: TenantId, result: 'hit' | 'miss') => void
  /** Something was kept. */
  readonly onKept: () => void
}

type Steps = Rooms<ModelAsked, RequestRecord>

interface Asking {
  readonly record: Pick<RequestRecord, 'recalling'>
  /** Asks the targets. */
  readonly call: () => Promise<Reply>
}

/** Tells a client whether it was given a kept answer. */
const HEADER = 'x-freehold-cache'
const BYPASS: Lookup = { result: 'bypass' }
const NOTHING_SPENT: CountedTokens = { input: 0, output: 0, estimated: false }

/**
 * Gives a request the answer that the same request was given before, where its rule keeps answers. It stands behind the
 * decision and before the call: whoever may not ask is not answered, and a kept answer costs no money and leaves nothing.
 */
export class AnswerCache {
  readonly #options: AnswerCacheOptions
  readonly #secret: KeyObject

  constructor(options: AnswerCacheOptions) {
    this.#options = options
    const bytes = randomBytes(32)
    this.#secret = createSecretKey(bytes)
    bytes.fill(0)
  }

  /** The steps of a request with the cache between two of them. */
  around(steps: Steps): Steps {
    return {
      ...steps,
      decide: (caller, asked, found) => {
        const route = steps.decide(caller, asked, found)
        return route.keeping === null ? route : this.#recalled(route, asked)
      },
      call: (route, asked, visit) =>
        route.lookup === null
          ? steps.call(route, asked, visit)
          : this.#answer(route.lookup, route, { ...visit, call: () => steps.call(route, asked, visit) }),
    }
  }

  /** The route with what the cache has to say; one that leads to a kept answer reserves nothing. */
  #recalled(route: Route, asked: ModelAsked): Route {
    try {
      const lookup = this.#lookup(route, asked)
      return lookup?.result === 'hit'
        ? { ...route, reservedTokens: 0, reservedMicros: 0, lookup }
        : { ...route, lookup }
    } catch (error) {
      route.release()
      throw error
    }
  }

  #lookup(route: Route, asked: ModelAsked): Lookup | null {
    const { kept, bounds } = this.#options
    if (bounds().maxBytes === 0) return null
    for (const attempt of route.attempts) assertMayLeave(attempt, route.class, route.privateOnly)
    const { demand } = asked
    const sameness = asked.sameness(handedTo(route))
    // What the program itself answers is made of documents, which change.
    const isOwn = route.attempts.every(({ target }) => target === 'local')
    if (isOwn || sameness === null || !(demand.mayTake || demand.mayKeep)) return BYPASS
    const key = answerKey(this.#secret, route, sameness)
    const hit = demand.mayTake ? this.#find(key, demand, route) : null
    if (hit !== null) return hit
    if (demand.mayTake) this.#options.counted(route.caller.tenant, 'miss')
    return { result: 'miss', key, generation: demand.mayKeep ? kept.generation : null }
  }

  /** Only where the request might still be sent to the target that gave the answer. */
  #find(key: string, { maxAgeMs }: Demand, route: Route): Lookup | null {
    const { kept, counted } = this.#options
    const found = kept.find(key, maxAgeMs)
    const attempt = found && attemptAt(route, found.target)
    if (!attempt) return null
    const { model, masked, headers, body } = unpacked(kept.open(key))
    counted(route.caller.tenant, 'hit')
    const reply: Reply = {
      status: 200,
      zone: attempt.zone,
      target: attempt.target.name,
      model,
      class: route.class,
      masked,
      headers: [...headers, HEADER, 'hit'],
      body,
      tokens: () => NOTHING_SPENT,
      answerId: () => null,
    }
    return { result: 'hit', reply, attempt }
  }

  async #answer(lookup: Lookup, route: Route, { record, call }: Asking): Promise<Reply> {
    if (lookup.result === 'hit') {
      await record.recalling(lookup.attempt)
      return lookup.reply
    }
    const reply = await call()
    const headers = [...reply.headers, HEADER, lookup.result]
    if (lookup.result !== 'miss' || lookup.generation === null) return { ...reply, headers }
    return { ...reply, headers, body: this.#gathered(reply, route, lookup.key, lookup.generation) }
  }

  /** The body as it goes to the client; on its way it is kept where it may be. */
  #gathered(reply: Reply, route: Route, key: string, generation: number): Reply['body'] {
    const { body } = reply
    const { kept, bounds } = this.#options
    const type = contentTypeOf(reply)
    if (type === null || reply.status !== 200 || reply.class !== route.class) return body
    if (!attemptAt(route, reply.target)) return body
    const keep = (whole: Buffer, isStream: boolean): void => {
      if (kept.generation !== generation || !isWholeAnswer(whole, isStream)) return
      const from = {
        tenant: route.caller.tenant,
        rule: route.rule ?? '',
        target: reply.target,
        ttlMs: route.keeping?.ttlMs ?? 0,
      }
      const plain = packed({ ...reply, body: whole })
      kept.keep(key, from, plain)
      plain.fill(0)
      this.#options.onKept()
    }
    const mostBytes = bounds().maxEntryBytes
    if (Buffer.isBuffer(body)) {
      if (type === 'json' && body.length <= mostBytes) keep(body, false)
      return body
    }
    if (type !== 'events' || !('forward' in body)) return body
    return new GatheredBody(body, { room: kept, mostBytes, whole: (whole) => keep(whole, true) })
  }
}

/** Names of the client's headers that a target of this rule is handed because its definition says so. */
function handedTo({ attempts }: Route): readonly string[] {
  const names = attempts.flatMap((one) =>
    one.target === 'local' ? [] : (one.target.definition.headers?.request ?? []),
  )
  return [...new Set(names)].toSorted()
}

const attemptAt = ({ attempts }: Route, target: string): OutsideAttempt | null =>
  attempts.find((one): one is OutsideAttempt => one.target !== 'local' && one.target.name === target) ?? null

/** Null for what no model answers with. */
function contentTypeOf({ headers }: Reply): 'json' | 'events' | null {
  const at = headers.findIndex((name, place) => place % 2 === 0 && name === 'content-type')
  const type = headers[at + 1]?.toLowerCase() ?? ''
  if (at < 0) return null
  if (type.startsWith('text/event-stream')) return 'events'
  return /^application\/(?:[\w.+-]+\+)?json\b/.test(type) ? 'json' : null
}
