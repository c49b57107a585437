import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import { z } from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { SigningKeys } from './signing-keys.ts'

/** From `iat` to `exp`: short enough that the rights behind it are asked for at each use and nothing else is kept. */
export const ACCESS_TOKEN_LIFE_S = 300
/** Ours have some 700; what is longer is not looked at. */
export const MAX_TOKEN_LENGTH = 2048
/** Another replica's clock may be ahead of ours by this much. */
const EARLY_S = 30
const MAX_KNOWN = 2000
const SIGNATURE_BYTES = 64

/** RFC 9068 section 2.1; with any other member it is none of ours. */
const header = z.strictObject({
  alg: z.literal('EdDSA'),
  typ: z.literal('at+jwt'),
  kid: z.string(),
})
const id = z.string().min(1).max(128)
const seconds = z.int().nonnegative()
/** A token that is bound to more than its bearer (`cnf`) is refused, because that is not looked at here. */
const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: id,
  client_id: id,
  tenant: z.uuid(),
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  jti: id,
  scope: z.string().max(512).optional(),
  cnf: z.never().optional(),
})

/** What a token of ours says. */
export interface AccessToken {
  /** `jti`: where it is about a person, the authorisation that it came of. */
  readonly id: string
  readonly tenant: string
  readonly client: string
  readonly subject: string
  /** This installation, or its /mcp. */
  readonly audience: string
  /** Null where it was not asked to be for less than its client may. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly issuedMs: number
  readonly expiresMs: number
}

interface AccessTokenParts {
  readonly keys: Pick<SigningKeys, 'find'>
  /** This installation, which is both who issued them and whom they are for; asked each time. */
  readonly issuer: () => string
  readonly clock: Clock
}

/** Whether a credential has the form of a token, not of a key. */
export const isToken = (text: string): boolean => /^[^.]+\.[^.]*\.[^.]*$/.test(text)

/** What tokens for /mcp are for (RFC 8707, RFC 9728). */
export const mcpResource = (issuer: string): string => `${issuer}/mcp`

/** Whom a token says that it is for, before anything of it is believed; null where it cannot be read. */
export function audienceIn(text: string): string | null {
  const [, body = ''] = text.length > MAX_TOKEN_LENGTH ? [] : text.split('.')
  try {
    const { aud }: { readonly aud?: unknown } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
    return typeof aud === 'string' ? aud : null
  } catch {
    return null
  }
}

/** Access tokens of our own issuer (RFC 9068). A signature is checked once, the times at every use. */
export class AccessTokens {
  readonly #parts: AccessTokenParts
  readonly #known = new Map<string, AccessToken>()

  constructor(parts: AccessTokenParts) {
    this.#parts = parts
  }

  /** `afterMs`: how long after its end it is still taken; `audience`: whom it must be for. @throws Fault `unidentified` */
  read(text: string, afterMs = 0, audience = this.#parts.issuer()): AccessToken {
    const token = this.#known.get(text) ?? this.#verified(text)
    if (token.audience !== audience) throw unknown('is for another service')
    const now = this.#parts.clock.now()
    if (token.expiresMs + afterMs <= now) throw unknown('has expired. Get a new one')
    if (token.issuedMs > now + EARLY_S * 1000) throw unknown('is of a time to come: check the clocks')
    return token
  }

  #verified(text: string): AccessToken {
    const { keys, issuer, clock } = this.#parts
    const [head = '', body = '', signature = ''] = text.length > MAX_TOKEN_LENGTH ? [] : text.split('.')
    const { kid } = parsed(header, head)
    const key = keys.find(kid)
    const proof = bytesOf(signature)
    if (proof?.length !== SIGNATURE_BYTES || !key?.verify(Buffer.from(`${head}.${body}`), proof)) {
      throw unknown('was not signed here')
    }
    const said = parsed(claims, body)
    const own = issuer()
    if (said.iss !== own) throw unknown('is of another issuer')
    if (said.aud !== own && said.aud !== mcpResource(own)) throw unknown('is for another service')
    if (said.exp <= said.iat || said.exp - said.iat > ACCESS_TOKEN_LIFE_S) throw unknown('lives too long')
    if (said.nbf !== undefined && (said.nbf - EARLY_S) * 1000 > clock.now()) throw unknown('is not good yet')
    const token = {
      id: said.jti,
      tenant: said.tenant,
      client: said.client_id,
      subject: said.sub,
      audience: said.aud,
      scopes: said.scope === undefined ? null : scopesIn(said.scope),
      issuedMs: said.iat * 1000,
      expiresMs: said.exp * 1000,
    }
    this.#keep(text, token)
    return token
  }

  #keep(text: string, token: AccessToken): void {
    const [oldest] = this.#known.keys()
    if (this.#known.size >= MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(text, token)
  }
}

/** Words of another version grant nothing here. */
const scopesIn = (text: string): ReadonlySet<Scope> => {
  const words = new Set(text.split(' '))
  return new Set(SCOPES.filter((scope) => words.has(scope)))
}

function parsed<S extends z.ZodType>(schema: S, part: string): z.output<S> {
  const bytes = bytesOf(part)
  try {
    return schema.parse(
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes ?? Buffer.alloc(0))),
    )
  } catch (cause) {
    throw unknown('is none of Freehold', cause)
  }
}

/** Null where the same bytes have another spelling: one token has one text. */
function bytesOf(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : null
}

const unknown = (why: string, cause?: unknown): Fault =>
  new Fault('unidentified', `This access token ${why}.`, cause === undefined ? {} : { cause })

/** Of an installation that issues none. */
export const NO_TOKENS: Pick<AccessTokens, 'read'> = {
  read() {
    throw new Fault('unidentified', 'This installation issues no access tokens.')
  },
}
