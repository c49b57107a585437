import type { KeyObject } from 'node:crypto'
import { createHmac, hash, randomBytes } from 'node:crypto'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import { skip } from '@freehold/contract/skips.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Conversation, Departing, Desensitiser, Masked } from '../../privacy/mask/desensitiser.ts'
import { unmasked } from '../../privacy/mask/desensitiser.ts'
import type { Tally } from '../../privacy/mask/masking.ts'
import { neverLeaves, valuesByType } from '../../privacy/mask/masking.ts'
import { Generations } from '../../privacy/mask/generations.ts'
import { Mint, nonceOf, originOf } from '../../privacy/mask/mint.ts'
import type { Leaving as LeavingRequest } from '../../privacy/outbound.ts'
import { assertLeaves, Outbound } from '../../privacy/outbound.ts'
import type { Profile } from '../../privacy/policy/profile.ts'
import type { Vault } from '../../privacy/vault/vault.ts'
import type { TenantId } from '../../store/store.ts'
import type { Asked, Dialled, OutsideAttempt } from '../asked.ts'
import type { UpstreamAnswer } from '../call/upstream-call.ts'
import type { Route } from '../decide.ts'
import type { Egress, Leaving } from './egress.ts'
import { restored } from './restored.ts'

export interface DesensitisingOptions {
  readonly desensitiser: Desensitiser
  /** The profile of that name as it is now; null where there is none any more. */
  readonly profile: (name: string) => Profile | null
  /** A key of the tenant's own from which the placeholders of conversations without a name derive. */
  readonly nonceKey: (tenant: TenantId) => Promise<KeyObject>
  readonly vault: Vault<TenantId>
  readonly figures: PrivacyFigures
  readonly egress: Pick<Egress, 'begin'>
}

/** Hears what was done, by types and actions: never a value. */
export interface PrivacyFigures {
  masked(tally: Tally, seconds: number): void
  refused(): void
  unknown(placeholders: number): void
}

export interface Departure {
  readonly attempt: Pick<OutsideAttempt, 'desensitise' | 'opaque'> & {
    readonly target: { readonly name: string }
  }
  readonly dialled: Pick<Dialled, 'path' | 'body' | 'headers' | 'shape'>
  readonly route: Pick<Route, 'caller' | 'class'>
  readonly asked: Pick<Asked, 'conversation' | 'model' | 'beginning' | 'departing' | 'opaque'>
}

interface Answering {
  readonly masked: Masked | null
  readonly dialled: Dialled
  /** What is kept of the call. */
  readonly left: Leaving | null
}

/** Masks what leaves for a managed target, as its rule says. */
export class Desensitising {
  readonly #options: DesensitisingOptions
  readonly #opaques = new Generations<{ readonly what: string | null }>({ entries: 1000, weight: 1000 })

  constructor(options: DesensitisingOptions) {
    this.#options = options
  }

  /**
   * At once where it is known what becomes of it.
   * @throws Fault `stays_home` for what cannot be read, cannot be masked or must not leave
   */
  outbound(departure: Departure): Outbound<'managed'> | Promise<Outbound<'managed'>> {
    const { figures } = this.#options
    const startedMs = performance.now()
    const told = (outbound: Outbound<'managed'>): Outbound<'managed'> => {
      const tally = outbound.masked?.tally
      if (tally) figures.masked(tally, (performance.now() - startedMs) / 1000)
      return outbound
    }
    const refused = (error: unknown): never => {
      if (error instanceof Fault && error.code === 'stays_home') figures.refused()
      throw error
    }
    try {
      const made = this.#made(departure)
      return made instanceof Promise ? made.then(told).catch(refused) : told(made)
    } catch (error) {
      return refused(error)
    }
  }

  /** The same for a request that is not sent. @throws Fault `stays_home` */
  async preview(departure: Departure): Promise<Outbound<'managed'>> {
    return this.#made(departure)
  }

  /** At once where it is known what becomes of it. @throws Fault `stays_home` */
  #made(departure: Departure): Outbound<'managed'> | Promise<Outbound<'managed'>> {
    const { attempt, route, asked } = departure
    const leaving = { class: route.class, opaque: this.#opaque(asked), allowOpaque: attempt.opaque }
    assertLeaves(leaving)
    const masked = this.#masked(departure, leaving)
    if (masked instanceof Promise) return masked.then((read) => Outbound.managed(read, leaving))
    return Outbound.managed(masked, leaving)
  }

  /** Whether there is such a profile. */
  knows(profileName: string): boolean {
    return this.#options.profile(profileName) !== null
  }

  /** What a profile says of values of these types; null where it keeps none of them back. */
  keptBack(types: readonly string[], profileName: string): Fault | null {
    const profile = this.#options.profile(profileName)
    if (profile === null) return noProfile()
    const blocked = ENTITY_TYPES.find((type) => types.includes(type) && profile.actionFor(type) === 'block')
    return blocked === undefined ? null : neverLeaves(blocked)
  }

  /** How many values a profile would mask, by type; the refusal where it would not leave. */
  async dryRun(
    { tenant }: Pick<Caller, 'tenant'>,
    departing: Departing,
    profileName: string,
  ): Promise<Readonly<Record<string, number>> | Fault> {
    const { desensitiser, profile: named } = this.#options
    const profile = named(profileName)
    if (profile === null) return noProfile()
    try {
      const { tally } = await desensitiser.masked(departing, {
        tenant,
        profile,
        conversation: async () => ({ mint: new Mint(originOf(randomBytes(36))), keep: async () => true }),
        continues: false,
      })
      return valuesByType(tally ?? [])
    } catch (error) {
      if (error instanceof Fault && error.code === 'stays_home') return error
      throw error
    }
  }

  /** Keeps what leaves; null where nothing is kept. To be called when it does. */
  left(
    { attempt, route, request }: Pick<Departure, 'attempt' | 'route'> & { readonly request: string },
    outbound: Outbound<'managed'>,
  ): Leaving | null {
    const { tenant, principal } = route.caller
    return this.#options.egress.begin({
      tenant,
      principal: principal.id,
      request,
      target: attempt.target.name,
      path: outbound.masked?.path ?? '',
      outbound: outbound.body,
      surrogates: (outbound.masked?.minted ?? []).flatMap(({ placeholder, surrogate }) =>
        surrogate === undefined ? [] : [[surrogate, placeholder] as const],
      ),
    })
  }

  /** The answer of a target with what was masked put back. */
  restored(answer: UpstreamAnswer, { masked, dialled, left }: Answering): UpstreamAnswer {
    const { figures } = this.#options
    const seen = left === null ? answer : { ...answer, body: left.answered(answer.body) }
    return restored(seen, masked, { ...dialled, unknown: (count) => figures.unknown(count) })
  }

  /** It follows from the bytes of a body, and to tell it costs as much as to read them. */
  #opaque(asked: Departure['asked']): string | null {
    const digest = asked.model === null ? undefined : asked.departing().digest
    if (digest === undefined) return asked.opaque()
    const known = this.#opaques.get(digest)
    if (known !== undefined) return known.what
    const what = asked.opaque()
    this.#opaques.set(digest, { what }, 1)
    return what
  }

  #masked(
    { attempt, dialled, route, asked }: Departure,
    { opaque }: LeavingRequest,
  ): Masked | Promise<Masked> {
    const { desensitiser, profile: named } = this.#options
    if (attempt.desensitise === 'none') return unmasked(dialled)
    const profile = named(attempt.desensitise)
    if (profile === null) {
      throw noProfile()
    }
    const sent = asked.model === null ? null : asked.departing()
    const departing = {
      ...dialled,
      digest: sent?.body === dialled.body ? sent.digest : undefined,
      headers: ofClient(dialled.headers),
      contentType: typeIn(dialled.headers),
      isOpaque: opaque !== null,
    }
    return desensitiser.masked(departing, {
      tenant: route.caller.tenant,
      profile,
      conversation: () => this.#conversation(route.caller, asked),
      continues: asked.conversation !== null && asked.model !== null,
      sameAs: asked.conversation === null && sent !== null ? sameAs(route.caller, sent) : null,
    })
  }

  async #conversation(caller: Caller, asked: Departure['asked']): Promise<Conversation> {
    if (asked.conversation === null || asked.model === null) return this.#unkept(caller, asked)
    const { vault } = this.#options
    const owner = { ...ownerOf(caller), conversation: asked.conversation }
    const { kept, version } = await vault.read(owner)
    const nonce = kept?.nonce ?? nonceOf(randomBytes(4))
    const secret = await this.#digest(caller, [asked.conversation, nonce])
    const mint = new Mint({ nonce, secret }, kept?.minted)
    return { mint, keep: () => vault.write(owner, mint, version) }
  }

  /** Without a name nothing is kept: the same beginning gives the same placeholders, and services have no conversation. */
  async #unkept(caller: Caller, asked: Departure['asked']): Promise<Conversation> {
    const begins = asked.model === null ? randomBytes(16).toString('hex') : asked.beginning()
    const mint = new Mint(originOf(await this.#digest(caller, [begins])))
    return { mint, keep: async () => true }
  }

  /** The same for the same words of the same caller; nobody outside can guess it. */
  async #digest({ tenant, principal, onBehalfOf = '' }: Caller, words: readonly string[]): Promise<Buffer> {
    const key = await this.#options.nonceKey(tenant)
    const who = JSON.stringify([tenant, principal.id, onBehalfOf, ...words])
    return createHmac('sha256', key).update(who).digest()
  }
}

/** The beginning of a conversation follows from what the client sent, whatever is left of it when it is translated. */
const sameAs = ({ principal, onBehalfOf = '' }: Caller, { shape, body, digest }: Departing): string =>
  JSON.stringify([principal.id, onBehalfOf, shape, digest ?? hash('sha256', body, 'base64url')])

const noProfile = (): Fault =>
  new Fault(
    'stays_home',
    'The profile by which this request would be masked is not there any more. Ask the operator.',
    { remark: skip('profile_gone') },
  )

/** Whose conversations they are: people for whom a program asks have their own. */
export function ownerOf({ tenant, principal, onBehalfOf }: Caller) {
  return { tenant, principal: onBehalfOf === undefined ? principal.id : `${principal.id}/${onBehalfOf}` }
}

/** Values of headers, but for those that Freehold says of itself. */
const ofClient = (headers: readonly string[]): readonly string[] =>
  headers.filter((value, at) => at % 2 === 1 && !OURS.has(value))
const OURS = new Set(['application/json', 'identity', 'freehold', '2023-06-01', '*/*'])

function typeIn(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'content-type')
  return at < 0 ? undefined : headers[at + 1]
}
