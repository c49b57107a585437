import { isIP } from 'node:net'
import { scopeOf } from '../../kernel/dialler/addresses.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Secret } from '../../kernel/secret.ts'

/** A registry, as an operator names it. */
export interface RegistrySetting {
  /** Its origin. */
  readonly origin: URL
  /** `acme/skills` */
  readonly repository: string
  readonly user: string | null
  readonly password: Secret<string> | null
  /** Authorities besides those of the system, PEM text. */
  readonly ca: string | null
  /** Hosts besides its own that it may send us to: for tokens, and in networks of the house for what it stores elsewhere. */
  readonly hosts: readonly string[]
}

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  readonly mostBytes: number
}

const CONNECT_MS = 10_000
const ANSWER_MS = 30_000
const IDLE_MS = 30_000
const TOTAL_MS = 600_000
const CONNECTIONS = 4

/** How a registry and what it names is reached: through the dialler, and nowhere that the operator has not named. */
export class RegistryLines {
  readonly #dialler: Dialler
  readonly #setting: RegistrySetting
  readonly #lines = new Map<string, Line>()

  constructor(dialler: Dialler, setting: RegistrySetting) {
    this.#dialler = dialler
    this.#setting = setting
  }

  /** One request; a redirect is an answer like any other. @throws Fault */
  async request({ method, url, headers = {}, body, mostBytes }: Asked): Promise<WholeAnswer> {
    const sent = { 'user-agent': 'Freehold', 'accept-encoding': 'identity', ...headers }
    const request = {
      path: `${url.pathname}${url.search}`,
      method,
      headers: Object.entries(sent).flat(),
      body: body ?? null,
    }
    const bounds = { answerMs: ANSWER_MS, idleMs: IDLE_MS, totalMs: TOTAL_MS, mostBytes }
    try {
      return await callOnce(this.#line(url), request, bounds)
    } catch (error) {
      throw wayFault(error, url.host)
    }
  }

  /** Whether what proves who we are may be sent there. */
  isNamed(url: URL): boolean {
    const { origin, hosts } = this.#setting
    if (url.origin === origin.origin) return true
    // Never in the clear where the registry itself is spoken to in secret.
    return url.protocol === origin.protocol && hosts.some((one) => one === url.host || one === url.hostname)
  }

  #line(url: URL): Line {
    const known = this.#lines.get(url.origin)
    if (known) return known
    const isNamed = this.isNamed(url)
    const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
    // The dialler lets a literal address of the configuration pass; what a registry answers is no configuration.
    if (!isNamed && (url.protocol !== 'https:' || (isIP(literal) !== 0 && scopeOf(literal) !== 'public')))
      throw elsewhere(url.host)
    const { ca } = this.#setting
    const line = this.#dialler.open({
      name: 'skill repository',
      url,
      zone: isNamed ? 'private' : 'managed',
      ...(isNamed && ca !== null && url.protocol === 'https:' && { tls: { ca } }),
      connectMs: CONNECT_MS,
      connections: CONNECTIONS,
    })
    this.#lines.set(url.origin, line)
    return line
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.values().map((line) => line.destroy()))
    this.#lines.clear()
  }
}

/** The registry sends us somewhere that nobody named. */
export const elsewhere = (host: string, cause?: unknown): Fault =>
  new Fault(
    'not_allowed',
    `The registry sends us to ${host}, which is not named. Name it among the hosts of the repository if that is right.`,
    { param: 'hosts', cause },
  )

function wayFault(error: unknown, host: string): unknown {
  if (error instanceof Fault) return error
  if (error instanceof RefusedAddress) return elsewhere(host, error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  if (code === 'EMSGSIZE') return new Fault('too_large', `${host} sent more than is taken.`, { cause: error })
  if (code === 'ETIMEDOUT')
    return new Fault('upstream_timeout', `${host} did not answer in time.`, { cause: error })
  const words = /^\w{1,64}$/.test(code) ? code : 'failed'
  return new Fault('upstream_down', `${host} could not be reached (${words}).`, { cause: error })
}
