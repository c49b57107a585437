import type { TargetTestResult, TestStep } from '@freehold/contract/offer.ts'
import { TEST_STEPS } from '@freehold/contract/offer.ts'
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

  say(step: TestStep, state: Step['state'], message: string): void {
    const nowMs = performance.now()
    this.#said.set(step, { step, state, message, ms: Math.round(nowMs - this.#fromMs) })
    this.#fromMs = nowMs
  }

  get failed(): TestStep | null {
    return this.steps.find(({ state }) => state === 'failed')?.step ?? null
  }

  get steps(): Step[] {
    const why = [...this.#said.values()].some(({ state }) => state === 'failed')
      ? 'Not tried, because a step before it failed.'
      : 'Not asked for.'
    return TEST_STEPS.map(
      (step) => this.#said.get(step) ?? { step, state: 'skipped', message: why, ms: null },
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
    const why = 'A service has no call that is known to change nothing.'
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
      protocol.say(step, 'skipped', 'A local model is part of the program: nothing is dialled.')
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
    return protocol.say('address', 'failed', error ? whyNoAddress(error, target) : '')
  }
  protocol.say('address', 'ok', `It may be dialled by a ${target.zone} target.`)
  if (reached === 'address') {
    return protocol.say('connection', 'failed', error ? whyNoConnection(error, target) : '')
  }
  protocol.say('connection', 'ok', `Connected to ${address ?? 'it'}.`)
  if (error !== null) return protocol.say('certificate', 'failed', whyNotSecured(error))
  if (certificate === null) return protocol.say('certificate', 'skipped', 'Plain http: there is none.')
  const leftMs = certificate.validToDate.getTime() - nowMs
  const whose = oneLine(certificate.subject) || 'Without a subject'
  const until = certificate.validToDate.toISOString().slice(0, 10)
  if (leftMs < SOON_MS)
    protocol.say('certificate', 'warning', `${whose}: trusted, but it ends soon, on ${until}.`)
  else protocol.say('certificate', 'ok', `${whose}: trusted, and valid until ${until}.`)
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
    if (definition.auth === undefined)
      protocol.say('authentication', 'skipped', 'None is set, and none was asked for.')
    else protocol.say('authentication', 'ok', 'The list of models was given with this credential.')
    sayOffered(protocol, listing, definition)
    return listing
  } catch (error) {
    if (error instanceof NoListing) await sayNoListing(visit, error, enquire)
    else if (error instanceof Fault) protocol.say('models', 'failed', error.message)
    else throw error
    return null
  }
}

function sayOffered(protocol: Protocol, { models }: Listing, definition: ModelDefinition): void {
  const offered = new Set(models.map(({ id }) => id))
  const missing = ownNames(definition).filter((name) => !offered.has(name) && !offered.has(`${name}:latest`))
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`
  if (models.length === 0) protocol.say('models', 'warning', 'It offers no model.')
  else if (missing.length === 0) protocol.say('models', 'ok', `It offers ${count}.`)
  else {
    const named = missing.slice(0, 5).join(', ')
    protocol.say('models', 'warning', `It offers ${count}; of those in "models" not: ${named}.`)
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
    const sent =
      definition.auth === undefined
        ? 'It wants a credential, and "auth" says none'
        : 'It does not accept the credential'
    return protocol.say('authentication', 'failed', `${sent} (status ${status}).`)
  }
  protocol.say('authentication', 'skipped', 'Only a list of models or a call could tell.')
  if (status >= 300 && status < 400) {
    const what = `It answers ${path} with a redirect${placeOf(visit, told)}, and redirects are not followed.`
    return protocol.say('models', 'failed', `${what} Write the address where it leads.`)
  }
  const better = status >= 500 || status === 429 ? null : await betterBase(open.url, enquire)
  const hint = better === null ? said(visit, told) : ` Did you mean ${better}?`
  const what = status === 200 ? `What it answers at ${path} is no list of models.` : statusAt(status, path)
  // Some providers list nothing; where a call is made, it is what decides.
  const isOpen = better === null && isMissing(status)
  protocol.say('models', isOpen && wanted.call ? 'warning' : 'failed', `${what}${hint}`)
}

const isMissing = (status: number): boolean => status === 404 || status === 405

const statusAt = (status: number, path: string): string =>
  isMissing(status)
    ? `The address answers, but not at ${path} (status ${status}).`
    : `It answers ${path} with status ${status}.`

function said({ parts, wanted, open }: Visit, told: Told): string {
  const line = saidBy(told, credentialFor(open, parts.tokens, wanted.caller))
  return line === null ? '' : ` It says: ${line}`
}

function placeOf({ parts, wanted, open }: Visit, { headers: { location } }: Told): string {
  const url = location === undefined ? null : URL.parse(location)
  if (url === null) return ''
  const credential = credentialFor(open, parts.tokens, wanted.caller)
  return ` to ${shown(`${url.origin}${url.pathname}`, credential)}`
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
    const why =
      wanted.model === undefined
        ? 'There is no model to call: say which.'
        : 'The "models" of this target do not hold the model that was named.'
    protocol.say('call', 'failed', why)
    return false
  }
  try {
    const told = await recordedCall(parts, { ...wanted, definition, open, model })
    if (told.status < 300) protocol.say('call', 'ok', `${model} answered.`)
    else protocol.say('call', 'failed', `${model}: status ${told.status}.${saidUnlessDenied(visit, told)}`)
    return true
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    protocol.say('call', 'failed', error.message)
    return WAS_ON_RECORD.has(error.code)
  }
}

/** A refusal of the credential is where providers repeat it. */
const saidUnlessDenied = (visit: Visit, told: Told): string =>
  told.status === 401 || told.status === 403 ? ' The credential is not accepted.' : said(visit, told)

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
