import { hash } from 'node:crypto'
import { unmasked } from '../../privacy/mask/desensitiser.ts'
import { Outbound } from '../../privacy/outbound.ts'
import type { OutsideZone } from '../../privacy/outbound.ts'
import type { NetworkPermission } from '@freehold/contract/skill-permissions.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { Leaving } from '../../gateway/desensitise/outside-calls.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Broker, BrokerRequest, BrokerResponse, SkillPackage } from '../runner.ts'
import { ClientTokens } from './access-tokens.ts'
import type { Allowed } from './allowed.ts'
import { assertAllowed, assertReached } from './allowed.ts'
import { seenAnswer } from './answer.ts'
import type { BrokeredCall, BrokerPorts, EgressEnd, EgressStart } from './broker-ports.ts'
import { SkillLines } from './lines.ts'
import type { OAuth, Proof } from './proof.ts'
import { bearerProof, NO_PROOF, proofFor } from './proof.ts'
import { redirected } from './redirects.ts'

/** The brokers of one installed version of a skill in one tenant: they share connections and tokens, and nothing else. */
export interface Brokers {
  forCall(call: BrokeredCall): Broker
  close(): Promise<void>
}

const MOST_REDIRECTS = 5
const MOST_ANSWER_BYTES = 4 * 1024 * 1024
const MOST_TOKEN_BYTES = 64 * 1024
const IDLE_MS = 30_000
const TOKEN_MS = 10_000

/**
 * Makes the brokers of a skill.
 * They dial what the manifest declares and nothing else; whatever a skill hands in is judged anew for each request and each redirect.
 */
export function createBrokers(skill: Pick<SkillPackage, 'manifest' | 'digest'>, ports: BrokerPorts): Brokers {
  const lines = new SkillLines(ports.dialler, `skill ${skill.manifest.metadata.name}`)
  const around = { skill, ports, lines }
  const clientTokens = new ClientTokens(
    (auth, request, signal) => askForToken(around, auth, request, signal),
    ports.clock,
  )
  return {
    forCall: (call) => new CallBroker({ ...around, clientTokens, call }),
    close: () => lines.close(),
  }
}

interface Around {
  readonly skill: Pick<SkillPackage, 'manifest' | 'digest'>
  readonly ports: BrokerPorts
  readonly lines: SkillLines
}

interface Calling extends Around {
  readonly clientTokens: ClientTokens
  readonly call: BrokeredCall
}

class CallBroker implements Broker {
  readonly #calling: Calling

  constructor(calling: Calling) {
    this.#calling = calling
  }

  async send(request: BrokerRequest, signal: AbortSignal): Promise<BrokerResponse> {
    const { call, ports, skill } = this.#calling
    try {
      assertClass(skill, call)
      const allowed = assertAllowed(skill.manifest, request)
      return await this.#follow(request, allowed, signal)
    } catch (error) {
      const fault = faultOf(error, signal)
      if (DENIALS.has(fault.code)) {
        const { name, version } = skill.manifest.metadata
        ports.egress.refused({ ...call, skill: name, version }, placeOf(request), fault.code)
      }
      throw fault
    }
  }

  /** Each place that an answer names is asked about anew; what proves who asks stays at the first origin. */
  async #follow(first: BrokerRequest, allowed: Allowed, signal: AbortSignal): Promise<BrokerResponse> {
    const { origin } = allowed.address.url
    let [request, way] = [first, allowed]
    for (let hop = 0; ; hop += 1) {
      const isFirstOrigin = way.address.url.origin === origin
      const prove = async () => (isFirstOrigin ? this.#proof(first, way, signal) : NO_PROOF)
      const response = await this.#sendOnce(request, way, { prove, signal })
      if (response.status === 401) this.#calling.clientTokens.forget()
      const onward = redirected(request, response)
      if (onward === null) return response
      if (hop === MOST_REDIRECTS)
        throw new Fault('skill_failed', `The service redirected more than ${MOST_REDIRECTS} times.`)
      way = assertReached(this.#calling.skill.manifest.permissions.network, onward)
      request = onward
    }
  }

  async #proof({ bearer }: BrokerRequest, { address }: Allowed, signal: AbortSignal): Promise<Proof> {
    if (bearer !== undefined) return bearerProof(bearer)
    const { skill, ports, clientTokens, call } = this.#calling
    const sources = {
      secrets: ports.secrets,
      tokens: ports.tokens,
      accessToken: (auth: OAuth, credentials: string, until: AbortSignal) =>
        clientTokens.tokenFor(auth, credentials, until),
    }
    const asking = { caller: call.caller, class: call.class, hostname: address.url.hostname, signal }
    return proofFor(skill.manifest.auth, sources, asking)
  }

  /** Masked first: for what does not leave nobody is asked for a token. */
  async #sendOnce(
    request: BrokerRequest,
    way: Allowed,
    { prove, signal }: { readonly prove: () => Promise<Proof>; readonly signal: AbortSignal },
  ): Promise<BrokerResponse> {
    const { url } = way.address
    const path = url.pathname + url.search
    const leaving = way.permission.zone === 'managed' ? await this.#mask(request, way.address, path) : null
    try {
      const proof = await prove()
      assertNotForged(url, proof)
      const outbound = leaving?.outbound ?? Outbound.home(request.body ?? Buffer.alloc(0))
      const start = this.#start(request, way, {
        bytesOut: outbound.body.length,
        masked: leaving?.masked ?? 0,
      })
      return await logged(this.#calling.ports, [start, signal], async (seen) => {
        const { method, headers, body } = request
        const sent = {
          method,
          headers,
          path: withQuery(leaving?.path ?? path, proof.query),
          hasBody: body !== null,
        }
        const { permission } = way
        const answer = await dial(this.#calling, url, { permission, proof, signal, outbound, request: sent })
        seen(answer)
        const response = seenAnswer(answer, proof.hidden)
        return leaving === null
          ? response
          : { ...response, body: leaving.answered(response.body, response.headers) }
      })
    } finally {
      leaving?.over()
    }
  }

  #start(
    { method }: BrokerRequest,
    { address, permission }: Allowed,
    sizes: Pick<EgressStart, 'bytesOut' | 'masked'>,
  ): EgressStart {
    const { ports, skill, call } = this.#calling
    const { name, version } = skill.manifest.metadata
    return {
      ...call,
      ...sizes,
      ...endOf(address.url),
      request: requestIdOf(call.call),
      skill: name,
      version,
      digest: skill.digest,
      zone: permission.zone,
      method,
      at: ports.clock.now(),
    }
  }

  /** The masked place is held against the permissions as the written one was. */
  async #mask(request: BrokerRequest, { url }: Allowed['address'], path: string): Promise<Leaving> {
    const { ports, skill, call } = this.#calling
    const leaving = await ports.outside.leave({
      caller: call.caller,
      class: call.class,
      privateOnly: ports.privateOnly(),
      request: requestIdOf(call.call),
      target: `skill ${skill.manifest.metadata.name} ${url.host}`,
      path,
      body: request.body ?? Buffer.alloc(0),
      headers: request.headers,
    })
    try {
      assertReached(skill.manifest.permissions.network, {
        method: request.method,
        url: url.origin + leaving.path,
      })
      return leaving
    } catch (error) {
      leaving.over()
      throw error
    }
  }
}

/** @throws Fault `skill_denied` for text of a class that the skill may not be given, or that never leaves */
export function assertClass(
  { manifest: { permissions } }: Pick<SkillPackage, 'manifest'>,
  { class: found }: Pick<BrokeredCall, 'class'>,
): void {
  if (isWithin(found, permissions.data.in)) return
  throw new Fault(
    'skill_denied',
    `This skill may be given ${permissions.data.in} data at most, and this is ${found}.`,
    {
      param: 'permissions.data.in',
    },
  )
}

interface Dialling<Z extends OutsideZone> {
  readonly permission: NetworkPermission
  readonly proof: Proof
  readonly signal: AbortSignal
  readonly outbound: Outbound<Z>
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly hasBody: boolean
  }
}

/** @throws what the network says */
function dial(
  { lines, skill }: Around,
  url: URL,
  { permission, proof, signal, outbound, request }: Dialling<OutsideZone>,
): Promise<WholeAnswer> {
  const { zone } = permission
  if (zone !== outbound.zone)
    throw new Error(`a body for the ${outbound.zone} zone was about to leave for the ${zone} one`)
  const own = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const headers = {
    'user-agent': 'Freehold',
    ...Object.fromEntries(own),
    'accept-encoding': 'identity',
    ...(request.hasBody && { 'content-length': String(outbound.body.length) }),
    ...proof.headers,
  }
  const { wallMs } = skill.manifest.limits
  return callOnce(
    lines.to(url, zone, proof.certificate),
    {
      path: request.path,
      method: request.method,
      headers: Object.entries(headers).flat(),
      body: request.hasBody ? outbound.body : null,
    },
    {
      answerMs: wallMs,
      idleMs: Math.min(IDLE_MS, wallMs),
      totalMs: wallMs,
      mostBytes: MOST_ANSWER_BYTES,
      signal,
    },
  )
}

/** The words of a token request are the platform's own, and go where the manifest says that tokens are asked for. */
async function askForToken(
  around: Around,
  { tokenUrl }: OAuth,
  { authorization, form }: { readonly authorization: string; readonly form: string },
  signal: AbortSignal,
) {
  const { address, permission } = assertReached(around.skill.manifest.permissions.network, {
    method: 'POST',
    url: tokenUrl,
  })
  const path = address.url.pathname + address.url.search
  const body = Buffer.from(form)
  const leaving = { class: 'public', opaque: null, allowOpaque: false } as const
  const outbound =
    permission.zone === 'managed' ? Outbound.managed(unmasked({ path, body }), leaving) : Outbound.home(body)
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await dial(around, address.url, {
    permission,
    proof: { ...NO_PROOF, headers: { authorization } },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TOKEN_MS)]),
    outbound,
    request: { method: 'POST', path, headers, hasBody: true },
  })
  if (answer.body.length > MOST_TOKEN_BYTES)
    throw new Fault('skill_failed', 'The token endpoint answered with too much.')
  return answer
}

/** Nothing leaves before it is written that it does; what it came to follows. */
async function logged(
  { egress, clock }: BrokerPorts,
  [start, signal]: readonly [EgressStart, AbortSignal],
  send: (seen: (answer: WholeAnswer) => void) => Promise<BrokerResponse>,
): Promise<BrokerResponse> {
  const record = await egress.begin(start)
  let came: WholeAnswer | null = null
  let failure: EgressEnd['failure'] = null
  try {
    return await send((answer) => {
      came = answer
    })
  } catch (error) {
    const fault = faultOf(error, signal)
    failure = fault.code
    throw fault
  } finally {
    const { status = null, body } = (came ?? {}) as Partial<WholeAnswer>
    record.over({ status, bytesIn: body?.length ?? 0, ms: clock.now() - start.at, failure })
  }
}

const DENIALS: ReadonlySet<string> = new Set(['skill_denied', 'stays_home', 'above_ceiling'])

/** Calls have ids of whoever makes them; what left is kept by those of requests. */
/** Under which what left for a call can be read. */
export const requestIdOf = (call: string): string => `req_${hash('sha256', call, 'hex').slice(0, 24)}`

function endOf(url: URL): { readonly host: string; readonly port: number } {
  return { host: url.hostname, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}

/** A skill does not name the parameter itself in which its host looks for the secret. */
function assertNotForged({ searchParams }: URL, { query }: Proof): void {
  if (!query.some(([name]) => searchParams.has(name))) return
  throw new Fault('skill_denied', 'The skill set a parameter that the broker alone sets.', { param: 'url' })
}

function withQuery(path: string, query: Proof['query']): string {
  if (query.length === 0) return path
  const added = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  return `${path}${path.includes('?') ? '&' : '?'}${added}`
}

/** For the log of what was refused: where to, without the query. */
function placeOf({ method, url }: BrokerRequest): string {
  const parsed = URL.parse(url)
  return parsed === null ? method : `${method} ${parsed.origin}${parsed.pathname}`.slice(0, 300)
}

/** What went wrong on the way, in words for whoever asked. */
function faultOf(error: unknown, signal: AbortSignal): Fault {
  if (error instanceof Fault) return error
  if (signal.aborted)
    return signal.reason instanceof Fault
      ? signal.reason
      : new Fault('timed_out', 'The call took too long or was ended.', { cause: error })
  if (error instanceof RefusedAddress) {
    return new Fault('skill_denied', 'The host has an address that this skill may not reach.', {
      param: 'url',
      cause: error,
    })
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  if (code === 'EMSGSIZE') {
    return new Fault(
      'skill_failed',
      `The service answered with more than ${MOST_ANSWER_BYTES / 1024 / 1024} MiB.`,
      { cause: error },
    )
  }
  if (code === 'ETIMEDOUT')
    return new Fault('timed_out', 'The service did not answer in time.', { cause: error })
  const words = /^\w{1,64}$/.test(code) ? code : 'failed'
  return new Fault('upstream_down', `The service could not be reached (${words}).`, { cause: error })
}
