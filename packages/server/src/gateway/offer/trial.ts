import type { TargetTestResult, TestStep } from '@freehold/contract/offer.ts'
import { TEST_STEPS } from '@freehold/contract/offer.ts'
import type { TestRemark } from '@freehold/contract/target-test-remarks.ts'
import { testRemark } from '@freehold/contract/target-test-remarks.ts'
import type { Examined } from '../../kernel/dialler/connector.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Target } from '../routing/routing.ts'
import { upstreamName } from '../routing/rule.ts'
import type { Bounds, TargetWay } from '../targets.ts'
import { destinationOf, openWay } from '../targets.ts'
import type { Enquire, Told } from './enquiry.ts'
import { credentialFor, enquirer } from './enquiry.ts'
import type { Listing, ModelDefinition } from './listing.ts'
import { apiPath, listModels, NoListing } from './listing.ts'
import { listed } from './discovery.ts'
import { saidBy, shown } from './said.ts'
import type { RecordingParts } from './trial-call.ts'
import { recordedCall } from './trial-call.ts'
import { whyNoAddress, whyNoConnection, whyNotSecured } from './trial-words.ts'

export interface TrialParts extends RecordingParts {
  readonly dialler: Dialler
}

export interface Wanted {
  readonly caller: Caller
  readonly request: string
  readonly target: Target
  /** The way that requests to it take, where it is a local model; null for all that is dialled. */
  readonly own: TargetWay | null
  readonly call: boolean
  /** As it would be asked for. */
  readonly model: string | undefined
}

/** A person waits. */
export const BOUNDS: Bounds = { connectMs: 5000, firstByteMs: 15_000, idleMs: 10_000, totalMs: 30_000 }
const SOON_MS = 14 * 24 * 3600 * 1000

type Step = TargetTestResult['steps'][number]

/** What was seen, step by step. Steps that nobody spoke of were not taken. */
class Protocol {
  readonly #said = new Map<TestStep, Step>()
  #fromMs = performance.now()

  say(step: TestStep, state: Step['state'], { code, params, message }: TestRemark): void {
    const nowMs = performance.now()
    this.#said.set(step, { step, state, code, params, message, ms: Math.round(nowMs - this.#fromMs) })
    this.#fromMs = nowMs
  }

  get failed(): TestStep | null {
    return this.steps.find(({ state }) => state === 'failed')?.step ?? null
  }

  get steps(): Step[] {
    const why = [...this.#said.values()].some(({ state }) => state === 'failed')
      ? testRemark('step_failed')
      : testRemark('not_asked')
    const { code, params, message } = why
    return TEST_STEPS.map(
      (step) => this.#said.get(step) ?? { step, state: 'skipped', code, params, message, ms: null },
    )
  }
}

/** Tries a target as a request would reach it: the same dialler, the same credential. @throws Fault `invalid` */
export async function tryTarget(parts: TrialParts, wanted: Wanted): Promise<TargetTestResult> {
  const { target } = wanted
  const { definition } = target
  const protocol = new Protocol()
  const seen = await examined(parts, wanted, protocol)
  let models: readonly string[] = []
  let request: string | null = null
  if (seen.error === null && definition.kind === 'service') {
    const why = testRemark('service_has_no_call')
    for (const step of ['authentication', 'models', 'call'] as const) protocol.say(step, 'skipped', why)
  } else if (seen.error === null && definition.kind === 'model') {
    const { own } = wanted
    const open = own === null ? openWay(parts.dialler, target, BOUNDS) : { ...own, timeouts: BOUNDS }
    try {
      const visit = { parts, wanted, definition, open, protocol }
      const listing = await sayModels(visit)
      models = listing?.models.map(({ id }) => id) ?? []
      const isDenied = protocol.failed === 'authentication'
      if (wanted.call && !isDenied && (await sayCall(visit, models))) request = wanted.request
    } finally {
      if (own === null) await open.line.destroy()
    }
  }
  const { steps, failed } = protocol
  const { certificate } = seen
  return {
    target: target.name,
    zone: target.zone,
    ok: failed === null,
    steps,
    certificate: certificate && {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      expiresAt: certificate.validToDate.toISOString(),
    },
    models: [...models],
    request,
  }
}

async function examined(
  parts: TrialParts,
  { target, own }: Wanted,
  protocol: Protocol,
): Promise<Pick<Examined, 'error' | 'certificate'>> {
  if (own !== null) {
    for (const step of ['address', 'connection', 'certificate'] as const)
      protocol.say(step, 'skipped', testRemark('local_model'))
    return { error: null, certificate: null }
  }
  const seen = await parts.dialler.examine(destinationOf(target, BOUNDS.connectMs))
  sayConnection(protocol, seen, { target, nowMs: parts.nowMs() })
  return seen
}

const oneLine = (name: string): string =>
  name
    .trim()
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .slice(0, 200)

function sayConnection(
  protocol: Protocol,
  { reached, address, certificate, error }: Examined,
  { target, nowMs }: { readonly target: Target; readonly nowMs: number },
): void {
  if (reached === 'nothing') {
    return protocol.say('address', 'failed', whyNoAddress(error ?? new Error('nothing was reached'), target))
  }
  protocol.say('address', 'ok', testRemark('address_allowed', { zone: target.zone }))
  if (reached === 'address') {
    const why = whyNoConnection(error ?? new Error('nothing was connected'), target)
    return protocol.say('connection', 'failed', why)
  }
  protocol.say('connection', 'ok', testRemark('connected', { address: address ?? 'it' }))
  if (error !== null) return protocol.say('certificate', 'failed', whyNotSecured(error))
  if (certificate === null) return protocol.say('certificate', 'skipped', testRemark('plain_http'))
  const leftMs = certificate.validToDate.getTime() - nowMs
  const subject = oneLine(certificate.subject) || 'Without a subject'
  const until = certificate.validToDate.toISOString().slice(0, 10)
  if (leftMs < SOON_MS)
    protocol.say('certificate', 'warning', testRemark('certificate_ends', { subject, until }))
  else protocol.say('certificate', 'ok', testRemark('certificate_trusted', { subject, until }))
}

interface Visit {
  readonly parts: TrialParts
  readonly wanted: Wanted
  readonly definition: ModelDefinition
  readonly open: TargetWay
  readonly protocol: Protocol
}

async function sayModels(visit: Visit): Promise<Listing | null> {
  const { parts, wanted, definition, open, protocol } = visit
  const enquire = enquirer(open, parts, wanted.caller)
  try {
    const listing = await listed(enquire, definition)
    if (definition.auth === undefined) protocol.say('authentication', 'skipped', testRemark('no_credential'))
    else protocol.say('authentication', 'ok', testRemark('credential_accepted'))
    sayOffered(protocol, listing, definition)
    return listing
  } catch (error) {
    if (error instanceof NoListing) await sayNoListing(visit, error, enquire)
    else if (error instanceof Fault) protocol.say('models', 'failed', refusedBy(error))
    else throw error
    return null
  }
}

function sayOffered(protocol: Protocol, { models }: Listing, definition: ModelDefinition): void {
  const offered = new Set(models.map(({ id }) => id))
  const missing = ownNames(definition).filter((name) => !offered.has(name) && !offered.has(`${name}:latest`))
  const count = String(models.length)
  if (models.length === 0) protocol.say('models', 'warning', testRemark('no_models'))
  else if (missing.length === 0) protocol.say('models', 'ok', counted(testRemark('models', { count })))
  else {
    const named = missing.slice(0, 5).join(', ')
    const why = testRemark('models_missing', { count, missing: named })
    protocol.say('models', 'warning', counted(why))
  }
}

/** What the target must know, in its own words; behind a `*` anything may be asked for. */
function ownNames({ models }: ModelDefinition): readonly string[] {
  const names = Array.isArray(models) ? models : Object.values(models)
  return [...new Set(names)].filter((name) => !name.includes('*'))
}

async function sayNoListing(visit: Visit, { told, path }: NoListing, enquire: Enquire): Promise<void> {
  const { protocol, open, definition, wanted } = visit
  const { status } = told
  if (status === 401 || status === 403) {
    const why = definition.auth === undefined ? 'credential_wanted' : 'credential_refused'
    return protocol.say('authentication', 'failed', testRemark(why, { status: String(status) }))
  }
  protocol.say('authentication', 'skipped', testRemark('credential_unknown'))
  if (status >= 300 && status < 400) {
    return protocol.say('models', 'failed', leading(testRemark('redirected', { path }), placeOf(visit, told)))
  }
  const better = status >= 500 || status === 429 ? null : await betterBase(open.url, enquire)
  const what = status === 200 ? testRemark('no_list', { path }) : statusAt(status, path)
  // Some providers list nothing; where a call is made, it is what decides.
  const isOpen = better === null && isMissing(status)
  protocol.say(
    'models',
    isOpen && wanted.call ? 'warning' : 'failed',
    better === null ? withSaid(what, visit, told) : meaning(what, better),
  )
}

const isMissing = (status: number): boolean => status === 404 || status === 405

const statusAt = (status: number, path: string): TestRemark =>
  testRemark(isMissing(status) ? 'no_such_path' : 'status_at', { path, status: String(status) })

/** With what the target says of it. */
function withSaid({ code, params, message }: TestRemark, visit: Visit, told: Told): TestRemark {
  const { parts, wanted, open } = visit
  const said = saidBy(told, credentialFor(open, parts.tokens, wanted.caller))
  if (said === null) return { code, params, message }
  return { code, params: { ...params, said }, message: `${message} It says: ${said}` }
}

/** With the address that was meant. */
const meaning = ({ code, params, message }: TestRemark, better: string): TestRemark => ({
  code,
  params: { ...params, better },
  message: `${message} Did you mean ${better}?`,
})

/** With where the redirect leads. */
const leading = (remark: TestRemark, place: string | null): TestRemark =>
  place === null
    ? remark
    : {
        code: remark.code,
        params: { ...remark.params, place },
        message: remark.message.replace('with a redirect', () => `with a redirect to ${place}`),
      }

/** Of a count its sentence in English needs the noun. */
const counted = ({ code, params, message }: TestRemark): TestRemark => ({
  code,
  params,
  message: message.replace(/offers (\d+)/, (_, count: string) =>
    count === '1' ? 'offers 1 model' : `offers ${count} models`,
  ),
})

const refusedBy = ({ code, message }: Fault): TestRemark => ({
  ...testRemark('refused', { fault: code }),
  message,
})

function placeOf({ parts, wanted, open }: Visit, { headers: { location } }: Told): string | null {
  const url = location === undefined ? null : URL.parse(location)
  if (url === null) return null
  return shown(`${url.origin}${url.pathname}`, credentialFor(open, parts.tokens, wanted.caller))
}

/** The same place under a path where a list of models is, or is guarded; null where there is none. */
async function betterBase(url: URL, enquire: Enquire): Promise<string | null> {
  const base = apiPath(url)
  const others = new Set([`${base}/v1`, base.replace(/\/v1$/, ''), '/v1', '/api/v1'])
  others.delete(base)
  for (const other of others) {
    const path = `${other}/models`
    const told = await enquire({ path }).catch(noAnswer)
    if (told === null) return null
    if (told.status === 401 || told.status === 403) return `${url.origin}${other}`
    const listing =
      told.status === 200
        ? await listModels(async () => told, { url: url.origin, dialect: 'openai' }).catch(noAnswer)
        : null
    if (listing !== null) return `${url.origin}${other}`
  }
  return null
}

function noAnswer(error: unknown): null {
  if (error instanceof Fault || error instanceof NoListing) return null
  throw error
}

/** Returns whether a call was sent, so that there is a record of it. */
async function sayCall(visit: Visit, offered: readonly string[]): Promise<boolean> {
  const { parts, wanted, definition, open, protocol } = visit
  const model = modelFor(wanted.model, definition, offered)
  if (model === null) {
    protocol.say(
      'call',
      'failed',
      testRemark(wanted.model === undefined ? 'no_model_to_call' : 'model_not_held'),
    )
    return false
  }
  try {
    const told = await recordedCall(parts, { ...wanted, definition, open, model })
    if (told.status < 300) protocol.say('call', 'ok', testRemark('call_answered', { model }))
    else protocol.say('call', 'failed', unanswered(model, visit, told))
    return true
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    protocol.say('call', 'failed', refusedBy(error))
    return WAS_ON_RECORD.has(error.code)
  }
}

/** A refusal of the credential is where providers repeat it. */
function unanswered(model: string, visit: Visit, told: Told): TestRemark {
  const named = { model, status: String(told.status) }
  return told.status === 401 || told.status === 403
    ? testRemark('call_denied', named)
    : withSaid(testRemark('call_status', named), visit, told)
}

const WAS_ON_RECORD = new Set<string>([
  'upstream_down',
  'upstream_broke',
  'upstream_timeout',
  'upstream_refused',
])

/** The target's own name of what is called; null where nothing can be. */
function modelFor(
  asked: string | undefined,
  definition: ModelDefinition,
  offered: readonly string[],
): string | null {
  if (asked !== undefined) return upstreamName(definition.models, asked)
  const own = ownNames(definition)
  return (
    own.find((name) => offered.includes(name)) ??
    own[0] ??
    offered.find((id) => upstreamName(definition.models, id) === id) ??
    null
  )
}
