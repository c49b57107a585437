import { FreeholdError } from '@freehold/sdk'

/** A one-time link: to claim the house, or to come in by an invitation. */
export interface EntryLink {
  readonly way: 'claim' | 'join'
  readonly token: string
  readonly tenant: string
}

/** What became of a way to a provider elsewhere. */
export type Notice = { readonly kind: 'linked' } | { readonly kind: 'refused'; readonly error: FreeholdError }

const hash = (): URLSearchParams => new URLSearchParams(location.hash.slice(1))
const forgetHash = (): void => history.replaceState(null, '', location.pathname)

/** The one-time link of the address, which forgets it at once: it must not stay in the history. */
export function takeLink(): EntryLink | null {
  const words = hash()
  for (const way of ['claim', 'join'] as const) {
    const token = words.get(way) ?? ''
    if (token === '') continue
    forgetHash()
    return { way, token, tenant: words.get('tenant') ?? '' }
  }
  return null
}

/** Whether the address leads to the way in for emergencies. */
export function takeEmergency(): boolean {
  const isAsked = hash().has('emergency')
  if (isAsked) forgetHash()
  return isAsked
}

/** Of a refusal the address says the code, which leads to words of ours. */
export function takeNotice(): Notice | null {
  const words = hash()
  const code = words.get('refused')
  if (code === null && !words.has('linked')) return null
  forgetHash()
  if (code === null) return { kind: 'linked' }
  return { kind: 'refused', error: new FreeholdError(/^[a-z_]{1,40}$/.test(code) ? code : 'unknown', '') }
}

const KEPT = 'freehold.authorise'

/**
 * What an application asked for, sealed, from the address, which forgets it at once. It is kept for this window: signing
 * in may lead to another site and back.
 */
export function takeTicket(): string | null {
  const ticket = hash().get('authorise')
  if (ticket !== null) {
    forgetHash()
    if (/^[\w-]{1,6000}$/.test(ticket)) sessionStorage.setItem(KEPT, ticket)
  }
  return sessionStorage.getItem(KEPT)
}

/** Whoever opens this window next is asked nothing of it. */
export const dropTicket = (): void => sessionStorage.removeItem(KEPT)
