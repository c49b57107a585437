import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Provider } from 'oidc-provider'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import type { AccessTokens } from '../access-tokens.ts'
import { mcpResource } from '../access-tokens.ts'
import { useUp } from '../factors/challenge.ts'
import type { Roster } from '../roster.ts'
import type { SigningKeys } from '../signing-keys.ts'
import type { Authorisations } from './authorisations.ts'
import { Codes } from './codes.ts'
import { createProvider } from './provider.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

interface IssuerParts {
  readonly store: Store
  readonly clock: Clock
  readonly keys: Pick<SigningKeys, 'signer'>
  readonly tokens: Pick<AccessTokens, 'read'>
  readonly authorisations: Pick<Authorisations, 'begin' | 'shown' | 'refused'>
  /** Where this installation is reached. */
  readonly issuer: string
  /** Whether a listener asks clients for a certificate. */
  readonly mutualTls: boolean
  readonly roster: () => Roster
  /** Counts what came of a request for a token: `issued`, or the error of RFC 6749. */
  readonly asked: (outcome: string) => void
  readonly onBug: (error: unknown) => void
}

interface Route {
  readonly methods: readonly string[]
  /** Who answers: the library, or we. */
  readonly by: 'library' | 'authorise' | 'userInfo'
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/.well-known/openid-configuration': { methods: ['GET', 'HEAD'], by: 'library' },
  '/.well-known/oauth-authorization-server': { methods: ['GET', 'HEAD'], by: 'library' },
  '/oidc/token': { methods: ['POST'], by: 'library' },
  '/oidc/authorize': { methods: ['GET', 'POST'], by: 'authorise' },
  '/oidc/userinfo': { methods: ['GET', 'POST'], by: 'userInfo' },
}
const MOST_BYTES = 16 * 1024

/**
 * Freehold as an OpenID provider: for service accounts that have a key, and for applications that people are signed in to.
 * What there is nobody for does not answer.
 */
export class Issuer {
  readonly #parts: IssuerParts
  readonly #codes: Codes
  #current: { readonly state: string; readonly answer: Promise<Answer> } | null = null

  constructor(parts: IssuerParts) {
    this.#parts = parts
    this.#codes = new Codes({ ...parts, lasting: mcpResource(parts.issuer) })
  }

  /** False for a path that is none of its own. @throws Fault `wrong_method`, `too_large`, `unavailable`, `unknown_application`, `too_many` */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const [path, query] = splitAt(request.url ?? '', '?')
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
    if (route === undefined || !this.#isThere(route)) return false
    if (!route.methods.includes(request.method ?? '')) {
      response.setHeader('allow', route.methods.join(', '))
      throw new Fault('wrong_method', `${path} takes ${route.methods.join(', ')}, not ${request.method}.`)
    }
    // What comes in pieces without a length is bounded as well, where it is read.
    if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) {
      throw tooLarge(path)
    }
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    response.setHeader('x-freehold-request', requestId())
    if (route.by === 'authorise' && request.method === 'GET') this.#authorise(query, request, response)
    else void this.#answer(route, request, response)
    return true
  }

  #isThere({ by }: Route): boolean {
    const roster = this.#parts.roster()
    return by === 'library' ? roster.hasTokenClients : roster.hasApplications
  }

  async #answer({ by }: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (by === 'userInfo') return await this.#userInfo(request, response)
      if (by === 'authorise') return await this.#authoriseForm(request, response)
      forOurselves(response)
      this.#pin(request)
      const answer = await this.#ready()
      await answer(request, response)
    } catch (error) {
      this.#parts.onBug(error)
      response.destroy()
    }
  }

  /** What a browser is told that is on its way stands on our page, where there is one to read it. */
  #authorise(query: string, { headers, method, socket }: IncomingMessage, response: ServerResponse): void {
    const { authorisations } = this.#parts
    const asking = { headers, method, address: socket.remoteAddress }
    const told = (): ReturnType<Authorisations['begin']> => {
      try {
        return authorisations.begin(new URLSearchParams(query), asking)
      } catch (error) {
        if (!(error instanceof Fault) || !headers.accept?.includes('text/html')) throw error
        return authorisations.shown(error)
      }
    }
    const { location, cookie } = told()
    const carried = cookie === null ? {} : { 'set-cookie': cookie }
    response.writeHead(303, { location, 'cache-control': 'no-store', 'content-length': 0, ...carried }).end()
  }

  /** The same as a form (OpenID Connect Core section 3.1.2.1): the body is read as the query would be. */
  async #authoriseForm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#authorise(await formOf(request), request, response)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { status, headers, body } = errorResponse(error, String(response.getHeader('x-freehold-request')))
      response.writeHead(status, headers).end(body)
    }
  }

  /** OpenID Connect Core section 5.3; the token stands in the header (RFC 6750 section 2.1) and nowhere else. */
  async #userInfo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
    try {
      if (token === undefined)
        throw new Fault('unidentified', 'Send an access token as "Authorization: Bearer …".')
      const body = Buffer.from(JSON.stringify(await this.#codes.userInfo(token)))
      response.writeHead(200, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'content-length': body.length,
      })
      response.end(body)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { status, headers, body } = errorResponse(error, String(response.getHeader('x-freehold-request')))
      if (status === 401) {
        this.#parts.authorisations.refused({ endpoint: 'userinfo', reason: 'invalid_token', client: null })
        response.setHeader(
          'www-authenticate',
          token === undefined ? 'Bearer' : 'Bearer error="invalid_token"',
        )
      }
      response.writeHead(status, headers).end(body)
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

  /** One for each signing key, and anew when the first application comes or the last one goes. */
  #ready(): Promise<Answer> {
    const { keys, roster } = this.#parts
    const signsIn = roster().hasApplications
    const state = `${keys.signer.kid} ${signsIn}`
    if (this.#current?.state === state) return this.#current.answer
    const answer = this.#open(signsIn)
    this.#current = { state, answer }
    // The next request tries again.
    answer.catch(() => {
      this.#current = null
    })
    return answer
  }

  async #open(signsIn: boolean): Promise<Answer> {
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
      codes: signsIn ? this.#codes : null,
    })
    provider.proxy = true
    provider.on('grant.error', (context, error) => this.#refused(context, error))
    provider.on('server_error', (_, error) => onBug(error))
    provider.on('error', onBug)
    return provider.callback()
  }

  #refused({ oidc }: Context, error: Error): void {
    const { asked, roster, authorisations } = this.#parts
    const reason = 'error' in error ? String(error.error) : 'unknown'
    const id = oidc.client?.clientId ?? oidc.params?.client_id ?? ''
    asked(reason)
    authorisations.refused({ endpoint: 'token', reason, client: roster().tokenClient(id) ?? null })
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

/** @throws Fault `invalid` for another type of body, `too_large` */
async function formOf(request: IncomingMessage): Promise<string> {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Fault('invalid', 'Send the request as application/x-www-form-urlencoded, or in the query.', {
      param: 'content-type',
    })
  }
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > MOST_BYTES) throw tooLarge('/oidc/authorize')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

const tooLarge = (path: string): Fault =>
  new Fault('too_large', `${path} takes a body of at most ${MOST_BYTES} bytes.`)

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Nothing here is for pages of other sites: the library would allow them all. */
function forOurselves(response: ServerResponse): void {
  const set = response.setHeader.bind(response)
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith('access-control-') ? response : set(name, value)
}
