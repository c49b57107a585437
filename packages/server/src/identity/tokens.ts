import { randomUUID } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { AccessTokens } from './access-tokens.ts'
import { openSigningKeys } from './signing-keys.ts'
import type { Jwks, Signer, SigningKeys } from './signing-keys.ts'

/** From `nbf` to `exp` it is five minutes: short enough to do without revocation. */
const LIFE_MS = 270_000
/** A target's clock may be behind ours by this much. */
const EARLY_S = 30
/** What is handed out is good for at least this long: time for queues, retries and a slow first byte. */
const MIN_LEFT_MS = 60_000
/** With the next figure: all tokens that are remembered are renewed between half of their life and its last minute. */
const RENEW_EVERY_MS = 100
/** A signature costs some 40 us: a turn stays below a millisecond. */
const RENEWALS_A_TURN = 16
const MAX_TOKENS = 10_000
/** How often somebody looks whether a signing key is due; a new one is shown for a day before it signs. */
const KEYS_EVERY_MS = 10 * 60_000

/** Whom a token speaks for. The same object again is found without a look-up by name. */
type Bearer = Pick<Caller, 'tenant' | 'principal'>

interface Claims {
  readonly aud: string
  readonly sub: string
  readonly tenant: string
  readonly class: DataClass
  /** RFC 8705 section 3.1: good only on connections where this certificate is shown. */
  readonly cnf?: { readonly 'x5t#S256': string }
}

/** For whom, of which class, and what it is bound to. */
interface Wish {
  readonly audience: string
  readonly dataClass: DataClass
  readonly certificate: string | null
}

/** One token after the other for the same bearer, audience and class. */
interface Minted {
  readonly claims: Claims
  text: string
  issuedMs: number
  expiresMs: number
  /** Asked for since it was minted. */
  isUsed: boolean
}

interface MintOptions {
  /** Asked at every minting: keys follow one another. */
  readonly signer: () => Signer
  readonly clock: Clock
  /** Where this installation is reached; asked at every minting, because the port is known late. */
  readonly issuer: () => string
  readonly maxTokens?: number
}

/** Short tokens that tell a private target who asks and of which class the request is (RFC 7519, signed by RFC 8037). */
export class Mint {
  readonly #options: MintOptions
  /** The longest minted first: renewing moves a token to the end. */
  readonly #minted = new Map<string, Minted>()
  /** The same tokens by their bearer; a handful each. */
  readonly #byBearer = new WeakMap<Bearer, Minted[]>()

  constructor(options: MintOptions) {
    this.#options = options
  }

  /** From memory in all but the first call; good for a minute at least. */
  tokenFor(
    bearer: Bearer,
    audience: string,
    dataClass: DataClass,
    certificate: string | null = null,
  ): string {
    const now = this.#options.clock.now()
    const near = this.#byBearer.get(bearer)
    if (near) {
      for (const token of near) {
        const { claims } = token
        if (claims.aud !== audience || claims.class !== dataClass) continue
        if ((claims.cnf?.['x5t#S256'] ?? null) !== certificate) continue
        if (!isGood(token, now)) break
        token.isUsed = true
        return token.text
      }
    }
    return this.#byName(bearer, { audience, dataClass, certificate })
  }

  /** Mints anew what was used and is past half of its life, and drops what is of no more use. */
  renew(): void {
    const now = this.#options.clock.now()
    let left = RENEWALS_A_TURN
    for (const [place, token] of this.#minted) {
      const leftMs = token.expiresMs - now
      // What follows was minted later, so it has longer to live still.
      if (leftMs > LIFE_MS / 2 && leftMs <= LIFE_MS) return
      // More than a life left: the clock was set back.
      if (leftMs > LIFE_MS) this.#drop(place, token)
      else if (token.isUsed) {
        if (left === 0) return
        left -= 1
        this.#sign(token)
        token.isUsed = false
        this.#keep(place, token)
      } else if (leftMs < MIN_LEFT_MS) this.#drop(place, token)
    }
  }

  /** Tokens that are remembered. */
  get size(): number {
    return this.#minted.size
  }

  #byName(bearer: Bearer, wish: Wish): string {
    const { tenant, principal } = bearer
    const { audience, dataClass, certificate } = wish
    const place = placeOf(bearer, wish)
    let token = this.#minted.get(place)
    if (!token || !isGood(token, this.#options.clock.now())) {
      token ??= {
        claims: {
          aud: audience,
          sub: principal.id,
          tenant,
          class: dataClass,
          ...(certificate !== null && { cnf: { 'x5t#S256': certificate } }),
        },
        text: '',
        issuedMs: 0,
        expiresMs: 0,
        isUsed: true,
      }
      this.#sign(token)
      this.#keep(place, token)
    }
    token.isUsed = true
    const { claims } = token
    const others = this.#byBearer.get(bearer)?.filter((one) => one.claims !== claims && one.text !== '') ?? []
    this.#byBearer.set(bearer, [...others, token])
    return token.text
  }

  #keep(place: string, token: Minted): void {
    const { maxTokens = MAX_TOKENS } = this.#options
    this.#minted.delete(place)
    if (this.#minted.size >= maxTokens) {
      const [oldest] = this.#minted
      if (oldest) this.#drop(...oldest)
    }
    this.#minted.set(place, token)
  }

  /** Also where it is found by its bearer, which may live on: no text, no memory. */
  #drop(place: string, token: Minted): void {
    this.#minted.delete(place)
    token.text = ''
    token.expiresMs = 0
  }

  #sign(token: Minted): void {
    const { clock, issuer } = this.#options
    const signer = this.#options.signer()
    const iat = Math.floor(clock.now() / 1000)
    token.issuedMs = iat * 1000
    token.expiresMs = token.issuedMs + LIFE_MS
    const header = encoded({ alg: 'EdDSA', typ: 'JWT', kid: signer.kid })
    const claims = encoded({
      iss: issuer(),
      ...token.claims,
      iat,
      nbf: iat - EARLY_S,
      exp: token.expiresMs / 1000,
      jti: randomUUID(),
    })
    const signed = `${header}.${claims}`
    token.text = `${signed}.${signer.sign(Buffer.from(signed)).toString('base64url')}`
  }
}

/** Neither near its end nor, after the clock was set back, from the future. */
function isGood({ issuedMs, expiresMs }: Minted, nowMs: number): boolean {
  return expiresMs - nowMs >= MIN_LEFT_MS && issuedMs <= nowMs
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** Every claim that varies; of those without a known length all but the last stand after theirs. */
function placeOf({ tenant, principal: { id } }: Bearer, { audience, dataClass, certificate }: Wish): string {
  return `${tenant}${dataClass} ${certificate ?? ''} ${id.length} ${id}${audience}`
}

/** What the platform says of its callers to private targets, and the keys to check it with. */
export interface Tokens {
  /**
   * A compact JWS, from memory, that stays good for a minute at least. `certificate`: the thumbprint of the one that is
   * shown to who receives it.
   */
  readonly tokenFor: Mint['tokenFor']
  /** RFC 7517: the public keys, from memory. */
  readonly jwks: () => Jwks
  /** Signs what the issuer issues. */
  readonly keys: SigningKeys
  /** Where this installation is reached, which names it as an issuer. */
  readonly issuer: () => string
  /** Reads what the issuer issued for this installation itself. */
  readonly access: AccessTokens
  readonly close: () => void
}

/** Reads the signing keys, makes the first one of an installation, and keeps tokens fresh ahead of their use. */
export async function openTokens(parts: {
  readonly store: Store
  readonly clock: Clock
  readonly issuer: () => string
  /** Hears why the keys could not be read in the background; those that were read go on. */
  readonly onRefreshFailed?: (error: unknown) => void
}): Promise<Tokens> {
  const { store, clock, issuer, onRefreshFailed = () => {} } = parts
  const keys = await openSigningKeys(store, clock)
  const mint = new Mint({ signer: () => keys.signer, clock, issuer })
  const timer = setInterval(() => mint.renew(), RENEW_EVERY_MS).unref()
  const turning = setInterval(() => void keys.refresh().catch(onRefreshFailed), KEYS_EVERY_MS).unref()
  return {
    tokenFor: mint.tokenFor.bind(mint),
    jwks: () => keys.jwks,
    keys,
    issuer,
    access: new AccessTokens({ keys, issuer, clock }),
    close() {
      clearInterval(timer)
      clearInterval(turning)
    },
  }
}
