import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Rooms } from '../answer.ts'
import { createAnswer } from '../answer.ts'
import type { OutsideAttempt } from '../asked.ts'
import { timeoutsWith } from '../call/timeouts.ts'
import { classify } from '../classify.ts'
import type { Classified } from '../classify.ts'
import type { Route } from '../decide.ts'
import { decide } from '../decide.ts'
import type { Exchange } from '../exchange.ts'
import { FREE } from '../limits.ts'
import { RequestRecord } from '../record.ts'
import type { Reply } from '../reply.ts'
import type { TargetBook } from '../targets.ts'
import { leftAlone, outOfService, resultOf, shortOf } from '../tried.ts'
import type { ClientEvent } from './client-event.ts'
import { opaqueEvent } from './client-event.ts'
import type { Conversation } from './conversation.ts'
import type { Place } from './place.ts'
import { choose, isRealtime, outboundFor, realtimeAttempts, requireSame } from './place.ts'
import { RealtimeAsked } from './realtime-asked.ts'
import type { Handshake, RealtimeOptions } from './realtime.ts'
import type { Hearing, RealtimeUpstream } from './realtime-upstream.ts'
import { openUpstream } from './realtime-upstream.ts'
import type { RealtimeExchange } from './realtime-exchange.ts'
import { Running } from './running.ts'

const ID = 'realtime.connect'
const { action } = OPERATIONS[ID]

/** A connection that stands. */
export interface Connected extends Place {
  readonly upstream: RealtimeUpstream
  readonly handshake: Handshake
  readonly classified: Classified
  /** What is said to the client of where it leads. */
  readonly origin: Pick<Reply, 'zone' | 'target' | 'class' | 'masked'>
  readonly record: RequestRecord
}

interface Connecting {
  readonly onLeave: Exchange['onLeave']
  readonly hearing: Hearing
  readonly connected: (connected: Connected) => void
}

type Steps = Rooms<RealtimeAsked, RequestRecord>
type Answer = (exchange: Exchange) => Promise<void>

const NOTHING = { class: null, bound: null }

/** The steps that a connection and a response have in common. */
function shared(
  options: RealtimeOptions,
): Pick<Steps, 'identify' | 'enlist' | 'dismiss' | 'continue' | 'classify' | 'keep' | 'remember'> {
  const { openRequests } = options
  return {
    identify: (exchange) => options.identify(exchange),
    enlist: (exchange) => openRequests.enter(exchange, action),
    dismiss: (open) => openRequests.leave(open),
    continue: () => NOTHING,
    classify: (caller, { declared }) => classify(caller, { declared, conversation: null }),
    keep: () => null,
    remember: () => null,
  }
}

/** The connection itself: on record before it is made, and for as long as it stands; it counts against no limit. */
export function connectionAnswer(
  options: RealtimeOptions,
  handshake: Handshake,
  connecting: Connecting,
): Answer {
  const { records, targets } = options
  // The handshake has been counted and logged; only what went wrong behind it is news.
  const settled = ({ code, ...rest }: Parameters<typeof records.settled>[0]): void =>
    code === 'ok' ? undefined : records.settled({ code, ...rest })
  return createAnswer<RealtimeAsked, RequestRecord>({
    ...shared(options),
    open: (exchange) => new RequestRecord(ID, exchange, { ...records, settled }),
    admit(caller) {
      options.authorise(caller, action)
      return FREE
    },
    read: async () => new RealtimeAsked({ ...handshake, bytes: 0, mostTokens: null }),
    decide(caller, asked, { classified }) {
      const book = targets.hold()
      try {
        const { attempt, rule } = choose(book, { caller, asked, classified }, options)
        return routeTo(attempt, { book, caller, rule, classified })
      } catch (error) {
        book.release()
        throw error
      }
    },
    async call(route, asked, { exchange, record }) {
      const attempt = onlyOne(route)
      const open = route.open(attempt.target)
      await record.leaving(attempt, 0, null)
      const upstream = await dialled({ options, route, asked, attempt, request: exchange.id }, connecting)
      const { zone, target } = attempt
      const origin = { zone, target: target.name, class: route.class, masked: 0 }
      const classified = classify(route.caller, { declared: asked.declared, conversation: null })
      connecting.connected({ attempt, open, upstream, handshake, classified, origin, record })
      return { ...origin, ...NO_ANSWER, status: 101, model: attempt.model ?? asked.model, tokens: () => null }
    },
  })
}

const EMPTY = Buffer.alloc(0)
const NO_ANSWER = { headers: [], body: EMPTY, answerId: () => null }

interface Dialling {
  readonly options: RealtimeOptions
  readonly route: Route
  readonly asked: RealtimeAsked
  readonly attempt: OutsideAttempt
  readonly request: string
}

/** How it goes tells the circuit of the target something, like any call. */
async function dialled(
  { options, route, asked, attempt, request }: Dialling,
  { hearing, onLeave }: Connecting,
): Promise<RealtimeUpstream> {
  const { circuits, tokens, figures } = options
  const { zone, target } = attempt
  const { name } = target
  const open = route.open(target)
  if (open.isDrained) resultOf(outOfService())
  const spared = circuits.enter(name, attempt.model, open.state.health !== 'unprobed')
  if (spared !== null) throw leftAlone(spared)
  const { credential, audience, certificate } = open
  const token =
    audience === null
      ? []
      : ['authorization', `Bearer ${tokens.tokenFor(route.caller, audience, route.class, certificate)}`]
  const startedMs = performance.now()
  try {
    const identity = [...token, ...credential]
    const model = attempt.model ?? asked.model
    const upstream = await openUpstream({ open, model, identity, hearing, onLeave })
    circuits.succeeded(name, attempt.model)
    return upstream
  } catch (error) {
    const outcome = error instanceof Fault ? error.code : 'failed'
    figures.attempt({
      request,
      target: name,
      zone,
      outcome,
      bytes: 0,
      firstByteMs: null,
      startedMs,
      trace: null,
    })
    if (outcome === 'upstream_down' || outcome === 'upstream_timeout') circuits.failed(name, attempt.model)
    else circuits.abandoned(name, attempt.model)
    throw error
  }
}

interface Passing {
  readonly connected: Connected
  readonly read: ClientEvent
  readonly conversation: Conversation
  readonly exchange: RealtimeExchange
}

/** Sends an event on that asks for no response. @throws Fault why it stays here */
export function passOn(options: RealtimeOptions, { connected, read, conversation, exchange }: Passing): void {
  const { handshake, upstream, record } = connected
  const caller = options.identify(exchange)
  options.authorise(caller, action)
  const asked = new RealtimeAsked({ ...handshake, bytes: read.body.length, mostTokens: null })
  const classified = classify(caller, { declared: handshake.declared, conversation: null })
  requireClass(connected, classified)
  const book = options.targets.hold()
  try {
    const { attempts } = realtimeAttempts(book, { caller, asked, classified })
    const attempt = requireSame(connected, attempts, book)
    const opaque = opaqueEvent(read.event, conversation.speaks(read.event))
    const { privateOnly } = book.routing
    const outbound = outboundFor(attempt, { body: read.body, opaque, class: classified.class, privateOnly })
    record.followed(attempt, read.body.length)
    upstream.send(outbound)
    conversation.sent(read.event, read.body.length)
  } finally {
    book.release()
  }
}

interface Responding extends Passing {
  readonly isOver: () => boolean
  readonly begin: (running: Running) => void
  readonly silent: (fault: Fault) => void
}

/** A response: a request like any other, whose answer comes in the events of the connection. */
export function responseAnswer(options: RealtimeOptions, responding: Responding): Answer {
  const { connected, read, conversation } = responding
  return createAnswer<RealtimeAsked, RequestRecord>({
    ...shared(options),
    open: (exchange) => new RequestRecord(ID, exchange, options.records),
    admit(caller) {
      options.authorise(caller, action)
      return options.enter(caller)
    },
    read: async () =>
      new RealtimeAsked({
        ...connected.handshake,
        bytes: conversation.bytes + read.body.length,
        mostTokens: conversation.mostTokens(read.event),
      }),
    decide(caller, asked, { classified, record }) {
      requireClass(connected, classified)
      const { ruleLimits, targets } = options
      const book = targets.hold()
      const route = decide(book, { caller, asked, classified, bound: null, ruleLimits, record })
      try {
        const attempt = requireSame(connected, route.attempts.filter(isRealtime), book)
        return { ...route, attempts: [attempt] }
      } catch (error) {
        route.release()
        throw error
      }
    },
    call: (route, asked, { record }) => ask(options, responding, { route, asked, record }),
  })
}

interface Asking {
  readonly route: Route
  readonly asked: RealtimeAsked
  readonly record: RequestRecord
}

/** Nothing leaves before the record is written. */
async function ask(
  options: RealtimeOptions,
  { connected, read, conversation, exchange, isOver, begin, silent }: Responding,
  { route, asked, record }: Asking,
): Promise<Reply> {
  const { body, event, id } = read
  const attempt = onlyOne(route)
  const { target, zone } = attempt
  const opaque = opaqueEvent(event, conversation.speaks(event))
  const outbound = outboundFor(attempt, { ...route, body, opaque })
  const there = options.limits.spending(route.caller.tenant, target.budgets, record.atMs)
  const short = there === null ? null : await shortOf(there, record.own, { route, client: exchange })
  if (short !== null) return resultOf(short)
  await record.leaving(attempt, body.length, there)
  if (isOver() || connected.open.isDrained) {
    record.stayed(attempt, body.length)
    if (isOver()) throw left()
    return resultOf(outOfService())
  }
  const timeouts = timeoutsWith(connected.open.timeouts, route.timeouts)
  const startedMs = performance.now()
  const onEnd = (outcome: string): void =>
    options.figures.attempt({
      request: exchange.id,
      target: target.name,
      zone,
      outcome,
      bytes: body.length,
      firstByteMs: exchange.firstByteMs === null ? null : exchange.firstByteMs - startedMs,
      startedMs,
      trace: exchange.trace,
    })
  const running = new Running({
    exchange,
    event: id,
    clientEvent: event.event_id,
    promptBytes: asked.bytes,
    timeouts,
    onSilence: silent,
    onEnd,
  })
  begin(running)
  connected.upstream.send(outbound)
  conversation.sent(event, body.length)
  const { origin } = connected
  return {
    ...origin,
    ...NO_ANSWER,
    status: 200,
    model: attempt.model ?? asked.model,
    tokens: () => running.tokens(),
  }
}

const left = (): Fault => new Fault('client_left', 'The connection ended before the response was asked for.')

/** Whom the target was told it works for, and in which class, cannot be changed afterwards. */
function requireClass({ classified }: Connected, now: Classified): void {
  if (classified.class === now.class) return
  throw new Fault(
    'conflict',
    `What this caller sends is ${now.class} now, and this connection was opened for ${classified.class}. Open another one.`,
  )
}

function onlyOne({ attempts }: Route): OutsideAttempt {
  const [attempt] = attempts
  if (attempt === undefined || attempt.target === 'local')
    throw new Error('a realtime connection without a target was let through')
  return attempt
}

interface Decided {
  readonly book: TargetBook
  readonly caller: Caller
  readonly rule: string | null
  readonly classified: Classified
}

/** A connection spends nothing: each of its responses does. */
const routeTo = (attempt: OutsideAttempt, { book, caller, rule, classified }: Decided): Route => ({
  caller,
  class: classified.class,
  version: book.routing.version,
  rule,
  attempts: [attempt],
  privateOnly: book.routing.privateOnly,
  reservedTokens: 0,
  reservedMicros: 0,
  keeping: null,
  lookup: null,
  knowsModel: (name) => book.routing.knowsModel(name),
  open: (target) => book.of(target),
  timeouts: null,
  release: () => book.release(),
})
