import type { Maker } from './surrogate.ts'
import { FAMILY_NAMES, GIVEN_NAMES } from './name-lists.ts'
import { refilled } from './surrogate.ts'

/** RFC 2606. */
const DOMAINS = ['example.com', 'example.org', 'example.net'] as const

export const email: Maker = (_, { draw }) => {
  const local = `${draw.of(GIVEN_NAMES)}.${draw.of(FAMILY_NAMES)}${draw.between(10, 99)}`.toLowerCase()
  return `${local}@${draw.of(DOMAINS)}`
}

/** RFC 5737. */
const NETWORKS = ['192.0.2', '198.51.100', '203.0.113'] as const
const V4 = /^\d{1,3}(?:\.\d{1,3}){3}/

/** What stands behind the address, a port or the size of a network, says nothing of anybody. */
export const ip: Maker = (value, { draw }) => {
  const address = V4.exec(value)?.[0]
  if (address !== undefined)
    return `${draw.of(NETWORKS)}.${draw.between(1, 254)}${value.slice(address.length)}`
  if (!/^[\da-f:]+$/i.test(value) || !value.includes(':')) return null
  // RFC 3849.
  const groups = Array.from({ length: 3 }, () => (draw.below(1000) + 1).toString(16))
  return `2001:db8::${groups.join(':')}`
}

/** RFC 9542: of the unicast addresses for documentation. */
export const mac: Maker = (value, { draw }) => {
  const last = draw.below(256).toString(16).padStart(2, '0')
  const made = refilled(value, `00005e0053${last}`, /[\da-f]/gi)
  return /[A-F]/.test(value) ? (made?.toUpperCase() ?? null) : made
}

export const url: Maker = (value, { draw }) => {
  const scheme = /^(?:https?|ftp|wss?):\/\//i.exec(value)?.[0] ?? ''
  const path = `${draw.of(FAMILY_NAMES)}-${draw.digits(4)}`.toLowerCase()
  return `${scheme}www.${draw.of(DOMAINS)}/${path}`
}
