import { createHmac } from 'node:crypto'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Conversation, Desensitiser, Masked } from '../../privacy/mask/desensitiser.ts'
import { unmasked } from '../../privacy/mask/desensitiser.ts'
import { Mint, nonceOf } from '../../privacy/mask/mint.ts'
import type { Leaving } from '../../privacy/outbound.ts'
import { assertLeaves, Outbound } from '../../privacy/outbound.ts'
import type { Profile } from '../../privacy/policy/profile.ts'
import type { Asked, Dialled, OutsideAttempt } from '../asked.ts'
import type { Route } from '../decide.ts'

export interface DesensitisingOptions {
  readonly desensitiser: Desensitiser
  /** The profile of that name as it is now; null where there is none any more. */
  readonly profile: (name: string) => Profile | null
  /** A key of the tenant's own from which the placeholders of conversations without a name derive. */
  readonly nonceKey: (tenant: Caller['tenant']) => Promise<Buffer>
}

interface Departure {
  readonly attempt: OutsideAttempt
  readonly dialled: Dialled
  readonly route: Route
  readonly asked: Asked
}

/** Masks what leaves for a managed target, as its rule says. */
export class Desensitising {
  readonly #options: DesensitisingOptions

  constructor(options: DesensitisingOptions) {
    this.#options = options
  }

  /** @throws Fault `stays_home` for what cannot be read, cannot be masked or must not leave */
  async outbound(departure: Departure): Promise<Outbound<'managed'>> {
    const { attempt, route, asked } = departure
    const leaving = { class: route.class, opaque: asked.opaque(), allowOpaque: attempt.opaque }
    assertLeaves(leaving)
    return Outbound.managed(await this.#masked(departure, leaving), leaving)
  }

  async #masked({ attempt, dialled, route, asked }: Departure, { opaque }: Leaving): Promise<Masked> {
    const { desensitiser, profile: named } = this.#options
    if (attempt.desensitise === 'none') return unmasked(dialled)
    const profile = named(attempt.desensitise)
    if (profile === null) {
      throw new Fault(
        'stays_home',
        'The profile by which this request would be masked is not there any more. Ask the operator.',
      )
    }
    const departing = {
      ...dialled,
      headers: ofClient(dialled.headers),
      contentType: typeIn(dialled.headers),
      isOpaque: opaque !== null,
    }
    return desensitiser.masked(departing, {
      tenant: route.caller.tenant,
      profile,
      conversation: () => this.#conversation(route.caller, asked),
    })
  }

  async #conversation(caller: Caller, asked: Asked): Promise<Conversation> {
    const { tenant, principal, onBehalfOf = '' } = caller
    const key = await this.#options.nonceKey(tenant)
    const begins = JSON.stringify([
      tenant,
      principal.id,
      onBehalfOf,
      asked.conversation,
      asked.conversation === null ? asked.beginning() : '',
    ])
    const mint = new Mint(nonceOf(createHmac('sha256', key).update(begins).digest()))
    return { mint, keep: () => null }
  }
}

/** Values of headers, but for those that are always the same. */
const ofClient = (headers: readonly string[]): readonly string[] =>
  headers.filter((_, at) => at % 2 === 1 && !OURS.has(headers[at - 1] ?? ''))
const OURS = new Set(['content-type', 'user-agent', 'anthropic-version'])

function typeIn(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'content-type')
  return at < 0 ? undefined : headers[at + 1]
}
