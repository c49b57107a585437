import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { importPKCS8 } from 'jose'
import * as client from 'openid-client'
import type { GatewayHouse } from './gateway-house.ts'
import { assertion, newKey } from './issuer-house.ts'

export const PASSWORD = 'copper lantern drifts'

/** An application that people are signed in to. Its key is null where it is public. */
export interface Application {
  readonly id: string
  readonly key: KeyObject | null
  readonly redirectUri: string
}

export async function register(
  house: Pick<GatewayHouse, 'post'>,
  name: string,
  {
    isPublic = false,
    redirectUri = 'https://wiki.example/back',
    ...more
  }: {
    readonly isPublic?: boolean
    readonly redirectUri?: string
    readonly resources?: readonly string[]
  } = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Application> {
  const { privateKey, publicKey } = newKey()
  const proof = isPublic ? { public: true } : { keys: [publicKey.export({ format: 'jwk' })] }
  const body = { name, scopes: ['model'], redirectUris: [redirectUri], ...proof, ...more }
  const made = await house.post('/api/service-accounts', body, headers)
  assert.equal(made.status, 201, await made.clone().text())
  return { id: ((await made.json()) as { id: string }).id, key: isPublic ? null : privateKey, redirectUri }
}

/** As a program of anybody else would do it. */
export async function relyingParty(url: string, { id, key }: Application): Promise<client.Configuration> {
  const pem = key?.export({ format: 'pem', type: 'pkcs8' }).toString()
  const proof = pem === undefined ? client.None() : client.PrivateKeyJwt(await importPKCS8(pem, 'EdDSA'))
  return client.discovery(new URL(url), id, undefined, proof, { execute: [client.allowInsecureRequests] })
}

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}
export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Somebody at a browser: what it holds, and what its page does. */
export class Visitor {
  readonly #url: string
  readonly cookies = new Map<string, string>()
  csrf = ''
  principal = ''

  constructor(url: string) {
    this.#url = url
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async send(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const answer = await fetch(new URL(path, this.#url), {
      method,
      redirect: 'manual',
      headers: {
        cookie: this.cookie,
        ...(this.csrf !== '' && { 'x-csrf-token': this.csrf }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  async #enter(path: string, body: object): Promise<void> {
    const answer = await this.send('POST', path, body)
    assert.equal(answer.status, 201, await answer.clone().text())
    const { csrf, caller } = (await answer.json()) as { csrf: string; caller: { principal: string } }
    this.csrf = csrf
    this.principal = caller.principal
  }

  join(token: string, more: object = {}): Promise<void> {
    return this.#enter('/api/invitations/accept', { token, password: PASSWORD, ...more })
  }

  signIn(name: string, more: object = {}): Promise<void> {
    return this.#enter('/api/session', { name, password: PASSWORD, ...more })
  }

  /** Follows an application's link; where the browser is sent. */
  async begin(link: string | URL): Promise<URL> {
    const answer = await this.send('GET', String(link), undefined, { accept: 'text/html' })
    assert.equal(answer.status, 303, await answer.clone().text())
    return new URL(answer.headers.get('location') ?? '')
  }

  /** The ticket that the page is given. */
  async ticket(link: string | URL): Promise<string> {
    const { hash } = await this.begin(link)
    const ticket = new URLSearchParams(hash.slice(1)).get('authorise')
    assert.ok(ticket, hash)
    return ticket
  }

  asked(ticket: string): Promise<Response> {
    return this.send('POST', '/api/authorisations/asked', { ticket })
  }

  decide(ticket: string, allow = true): Promise<Response> {
    return this.send('POST', '/api/authorisations', { ticket, allow })
  }

  /** Where the browser is sent once the person has allowed it. */
  async allow(link: string | URL): Promise<URL> {
    const answer = await this.decide(await this.ticket(link))
    assert.equal(answer.status, 200, await answer.clone().text())
    return new URL(((await answer.json()) as { location: string }).location)
  }
}

/** Somebody who was invited and has joined. */
export async function come(house: GatewayHouse, name: string): Promise<Visitor> {
  const invited = await house.post('/api/invitations', { name })
  assert.equal(invited.status, 201, await invited.clone().text())
  const visitor = new Visitor(house.url)
  await visitor.join(((await invited.json()) as { token: string }).token)
  return visitor
}

/** A request to sign in that would be taken, but for what is said otherwise; null takes a parameter away. */
export function linkOf(
  url: string,
  { id, redirectUri }: Application,
  challenge: string,
  more: Readonly<Record<string, string | null>> = {},
): URL {
  const good = {
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    state: 'a state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const link = new URL('/oidc/authorize', url)
  for (const [name, value] of Object.entries({ ...good, ...more }))
    if (value !== null) link.searchParams.append(name, value)
  return link
}

/** A code that a person has allowed, and what its application needs besides. */
export interface Code {
  readonly code: string
  readonly code_verifier: string
  readonly redirect_uri: string
}

export async function codeFor(
  url: string,
  {
    application,
    person,
    ...more
  }: { readonly application: Application; readonly person: Visitor } & {
    readonly [name: string]: unknown
  },
): Promise<Code> {
  const { verifier, challenge } = newPkce()
  const wishes = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)]))
  const back = await person.allow(linkOf(url, application, challenge, wishes))
  const code = back.searchParams.get('code')
  assert.ok(code, back.href)
  return { code, code_verifier: verifier, redirect_uri: application.redirectUri }
}

interface Exchanged {
  readonly status: number
  readonly body: {
    readonly access_token?: string
    readonly id_token?: string
    readonly refresh_token?: string
    readonly error?: string
    readonly scope?: string
  }
}

/** Asks for what a code is good for. `proof`: instead of the application's own. */
export async function exchange(
  url: string,
  application: Application,
  form: Readonly<Record<string, string>>,
  proof?: Readonly<Record<string, string>>,
): Promise<Exchanged> {
  const { id, key } = application
  const own: Readonly<Record<string, string>> =
    key === null ? { client_id: id } : provenBy(assertion({ id, key }, url))
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', ...(proof ?? own), ...form }),
  })
  return { status: answer.status, body: (await answer.json()) as Exchanged['body'] }
}

export const provenBy = (text: string): Readonly<Record<string, string>> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: text,
})

/** The status and the body of what is said of the person of a token. */
export async function userInfo(url: string, token = ''): Promise<readonly [number, string | null]> {
  const answer = await fetch(`${url}/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  const { sub = null } = (await answer.json()) as { sub?: string }
  return [answer.status, sub]
}
