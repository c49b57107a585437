import { createHash } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { OAuth } from './proof.ts'

/** What a token endpoint answers. */
export interface TokenAnswer {
  readonly status: number
  readonly body: Buffer
}

/** Sends client credentials to where the manifest says; `form` is the body, `authorization` the header. */
export type AskForToken = (
  auth: OAuth,
  request: { readonly authorization: string; readonly form: string },
  signal: AbortSignal,
) => Promise<TokenAnswer>

interface Kept {
  readonly token: string
  readonly goodUntil: number
}

/** Renewed before it ends: it may wait in a queue. */
const EARLY_MS = 30_000
const UNSAID_MS = 60_000
const LONGEST_MS = 60 * 60_000

/** Access tokens by client credentials (RFC 6749 section 4.4), kept as long as they are good. */
export class ClientTokens {
  readonly #ask: AskForToken
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #asking = new Map<string, Promise<string>>()

  constructor(ask: AskForToken, clock: Clock) {
    this.#ask = ask
    this.#clock = clock
  }

  /** @throws Fault `skill_failed` where none is given */
  async tokenFor(auth: OAuth, credentials: string, signal: AbortSignal): Promise<string> {
    const place = createHash('sha256')
      .update(JSON.stringify([auth, credentials]))
      .digest('base64url')
    const kept = this.#kept.get(place)
    if (kept !== undefined && kept.goodUntil > this.#clock.now()) return kept.token
    const asking = this.#asking.get(place) ?? this.#begin(place, auth, credentials, signal)
    return asking
  }

  /** One that a host did not take is asked for anew. */
  forget(): void {
    this.#kept.clear()
  }

  #begin(place: string, auth: OAuth, credentials: string, signal: AbortSignal): Promise<string> {
    const asking = this.#fetch(auth, credentials, signal)
      .then((kept) => {
        this.#kept.clear()
        this.#kept.set(place, kept)
        return kept.token
      })
      .finally(() => this.#asking.delete(place))
    this.#asking.set(place, asking)
    return asking
  }

  async #fetch(auth: OAuth, credentials: string, signal: AbortSignal): Promise<Kept> {
    const at = credentials.indexOf(':')
    if (at <= 0) throw refused('its secret must be client:secret')
    const [client, secret] = [credentials.slice(0, at), credentials.slice(at + 1)].map(formEncoded)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(auth.scopes.length > 0 && { scope: auth.scopes.join(' ') }),
    })
    const authorization = `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}`
    const { status, body } = await this.#ask(auth, { authorization, form: form.toString() }, signal)
    if (status !== 200) throw refused(`the token endpoint answered ${status}`)
    return this.#read(body)
  }

  #read(body: Buffer): Kept {
    const answer = jsonOf(body)
    const token = answer['access_token']
    const seconds = answer['expires_in']
    if (typeof token !== 'string' || token === '' || token.length > 8192)
      throw refused('the token endpoint gave no token')
    const lifeMs =
      typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * 1000, LONGEST_MS) : UNSAID_MS
    return { token, goodUntil: this.#clock.now() + Math.max(lifeMs - EARLY_MS, lifeMs / 2) }
  }
}

/** RFC 6749 section 2.3.1 has them encoded like a form before they are joined. */
const formEncoded = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+')

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString())
    // JSON.parse makes plain objects.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const refused = (why: string): Fault =>
  new Fault('skill_failed', `The skill could not prove who it is: ${why}.`)
