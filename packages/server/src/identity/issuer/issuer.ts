import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store } from '../../store/store.ts'
import { useUp } from '../factors/challenge.ts'
import type { Roster } from '../roster.ts'
import type { SigningKeys } from '../signing-keys.ts'
import { createProvider } from './provider.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

interface IssuerParts {
  readonly store: Store
  readonly clock: Clock
  readonly keys: Pick<SigningKeys, 'signer'>
  /** Where this installation is reached. */
  readonly issuer: string
  /** Whether a listener asks clients for a certificate. */
  readonly mutualTls: boolean
  readonly roster: () => Roster
  /** Counts what came of a request for a token: `issued`, or the error of RFC 6749. */
  readonly asked: (outcome: string) => void
  readonly onBug: (error: unknown) => void
}

const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/.well-known/openid-configuration': ['GET', 'HEAD'],
  '/.well-known/oauth-authorization-server': ['GET', 'HEAD'],
  '/oidc/token': ['POST'],
}
const MOST_BYTES = 16 * 1024

/** Freehold as an OAuth server for its service accounts. It answers only while there is one that has a key. */
export class Issuer {
  readonly #parts: IssuerParts
  #current: { readonly kid: string; readonly answer: Promise<Answer> } | null = null

  constructor(parts: IssuerParts) {
    this.#parts = parts
  }

  /** False for a path that is none of its own. @throws Fault `wrong_method`, `too_large`, `unavailable` */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const methods = Object.hasOwn(METHODS, path) ? METHODS[path] : undefined
    if (methods === undefined || !this.#parts.roster().hasTokenClients) return false
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('allow', methods.join(', '))
      throw new Fault('wrong_method', `${path} takes ${methods.join(', ')}, not ${request.method}.`)
    }
    // What comes in pieces without a length is bounded as well, where it is read.
    if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) {
      throw new Fault('too_large', `${path} takes a body of at most ${MOST_BYTES} bytes.`)
    }
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    forOurselves(response)
    this.#pin(request)
    void this.#answer(request, response)
    return true
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#ready()
      await answer(request, response)
    } catch (error) {
      this.#parts.onBug(error)
      response.destroy()
    }
  }

  /** What it says of its addresses comes from the configuration, never from a header that somebody sent. */
  #pin({ headers }: IncomingMessage): void {
    const { protocol, host } = new URL(this.#parts.issuer)
    for (const name of Object.keys(headers)) if (name.startsWith('x-forwarded-')) delete headers[name]
    delete headers.forwarded
    headers['x-forwarded-proto'] = protocol.slice(0, -1)
    headers['x-forwarded-host'] = host
  }

  #ready(): Promise<Answer> {
    const key = this.#parts.keys.signer
    if (this.#current?.kid !== key.kid) {
      const answer = this.#open()
      this.#current = { kid: key.kid, answer }
      // The next request tries again.
      answer.catch(() => {
        this.#current = null
      })
    }
    return this.#current?.answer ?? this.#open()
  }

  async #open(): Promise<Answer> {
    const { store, issuer, mutualTls, keys, roster, asked, onBug } = this.#parts
    const provider: Provider = await createProvider({
      issuer,
      mutualTls,
      key: keys.signer,
      client: (id) => roster().tokenClient(id),
      useUp: (assertion, lifeS) => this.#isFirst(assertion, lifeS),
      async issued({ tenant, id }, detail) {
        await store.withTenant({ tenant }, (tx) =>
          audit.append(tx, { action: 'token.issued', actor: id, subject: id, detail }),
        )
        asked('issued')
      },
    })
    provider.proxy = true
    provider.on('grant.error', (_, error) => asked('error' in error ? String(error.error) : 'unknown'))
    provider.on('server_error', (_, error) => onBug(error))
    provider.on('error', onBug)
    return provider.callback()
  }

  async #isFirst(assertion: string, lifeS: number): Promise<boolean> {
    const { store, clock } = this.#parts
    try {
      await store.withTenant({ tenant: store.home }, (tx) =>
        useUp(tx, `assertion ${assertion}`, clock.now(), Math.max(lifeS, 1) * 1000),
      )
      return true
    } catch (error) {
      if (error instanceof Fault && error.code === 'wrong_login') return false
      throw error
    }
  }
}

/** Nothing here is for pages of other sites: the library would allow them all. */
function forOurselves(response: ServerResponse): void {
  const set = response.setHeader.bind(response)
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith('access-control-') ? response : set(name, value)
}
