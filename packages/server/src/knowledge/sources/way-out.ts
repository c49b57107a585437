import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { scopeOf } from '../../kernel/dialler/addresses.ts'
import type { Destination, Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  readonly mostBytes: number
}

const CONNECT_MS = 10_000
const ANSWER_MS = 30_000
const IDLE_MS = 30_000
const TOTAL_MS = 600_000
const CONNECTIONS = 4
/** Beside the default: names that tell the other side who reads. */
export const USER_AGENT = 'Freehold'

/**
 * How sources reach what lies elsewhere: through the dialler, by addresses of the internet alone, unless the operator
 * named the host.
 */
export class WayOut {
  readonly #dialler: Dialler
  readonly #privateHosts: readonly string[]
  readonly #lines = new Map<string, Line>()
  #isClosed = false

  /** `privateHosts`: as `sources.privateHosts` names them; empty for tenants that they are not for. */
  constructor(dialler: Dialler, privateHosts: readonly string[]) {
    this.#dialler = dialler
    this.#privateHosts = privateHosts
  }

  /** One request; a redirect is an answer like any other. @throws Fault */
  async request(url: URL, { method = 'GET', headers = {}, body, mostBytes }: Asked): Promise<WholeAnswer> {
    const sent = { 'user-agent': USER_AGENT, 'accept-encoding': 'identity', ...headers }
    const bounds = { answerMs: ANSWER_MS, idleMs: IDLE_MS, totalMs: TOTAL_MS, mostBytes }
    const request = {
      path: `${url.pathname}${url.search}`,
      method,
      headers: Object.entries(sent).flat(),
      body: body ?? null,
    }
    try {
      return await callOnce(this.line(url), request, bounds)
    } catch (error) {
      throw wayFault(error, url.host)
    }
  }

  /** A connection of its own for what is no HTTP. @throws Fault */
  async connect(url: URL): Promise<Socket> {
    try {
      return await this.line(url).connect()
    } catch (error) {
      throw wayFault(error, url.host)
    }
  }

  /** @throws Fault `not_allowed`, `invalid` */
  line(url: URL): Line {
    if (this.#isClosed) throw new Fault('draining', 'The run was ended.')
    const known = this.#lines.get(url.origin)
    if (known) return known
    const line = this.#dialler.open(destinationOf(url, this.#privateHosts))
    this.#lines.set(url.origin, line)
    return line
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#lines.values().map((line) => line.destroy()))
  }
}

/** @throws Fault `not_allowed` for an address of a private network that nobody allowed */
function destinationOf(url: URL, privateHosts: readonly string[]): Destination {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const isNamed = privateHosts.some((one) => one === url.hostname || one === `${url.hostname}:${port}`)
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
  // The dialler lets a literal address of the configuration pass; what stands in a source is no configuration.
  if (!isNamed && isIP(literal) !== 0 && scopeOf(literal) !== 'public') throw isPrivate(url.host)
  if (!isNamed && url.protocol === 'http:')
    throw new Fault(
      'not_allowed',
      `${url.host} would be read in plain http. Use https, or have the operator name the host in sources.privateHosts.`,
      { param: 'from' },
    )
  return {
    name: 'source',
    url,
    zone: isNamed ? 'private' : 'managed',
    connectMs: CONNECT_MS,
    connections: CONNECTIONS,
  }
}

const isPrivate = (host: string, cause?: unknown): Fault =>
  new Fault(
    'not_allowed',
    `${host} has an address that sources may not be read from. The operator can name the host in sources.privateHosts.`,
    { param: 'from', cause },
  )

/** What went wrong on the way, in words for whoever looks after the source. */
export function wayFault(error: unknown, host: string): unknown {
  if (error instanceof Fault) return error
  if (error instanceof RefusedAddress) return isPrivate(host, error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  if (code === 'EMSGSIZE') return new Fault('too_large', `${host} sent more than is taken.`, { cause: error })
  if (code === 'ETIMEDOUT')
    return new Fault('upstream_timeout', `${host} did not answer in time.`, { cause: error })
  const words = /^\w{1,64}$/.test(code) ? code : 'failed'
  return new Fault('upstream_down', `${host} could not be reached (${words}).`, { cause: error })
}

/** Basic authentication (RFC 7617); nothing where nobody is named. */
export function basic(user: string | undefined, secret: string | undefined): Record<string, string> {
  if (user === undefined && secret === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${user ?? ''}:${secret ?? ''}`).toString('base64')}` }
}

/** @throws Fault that says what was answered, where it was no success */
export function requireOk({ status }: WholeAnswer, url: URL): void {
  if (status >= 200 && status < 300) return
  const what = `${url.host} answered ${status}`
  if (status === 401 || status === 403)
    throw new Fault('upstream_refused', `${what}: it does not let us in. Check user and secret.`)
  if (status === 404 || status === 410) throw new Fault('not_found', `${what}: it is not there.`)
  if (status === 408 || status === 429 || status >= 500) throw new Fault('upstream_down', `${what}.`)
  throw new Fault('upstream_refused', `${what}.`)
}
