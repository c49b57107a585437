import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { Target } from '../routing/routing.ts'

/** Why a connection did not come about, in words that help whoever wrote the target. */
export function whyNoAddress(error: Error, { definition, zone }: Target): string {
  const { hostname } = new URL(definition.url)
  if (error instanceof RefusedAddress) {
    return `${error.address} may not be dialled by a ${zone} target (${error.reason}).`
  }
  if (codeOf(error) === 'ENOTFOUND') return `${hostname} has no address. Check the name.`
  return `${hostname} could not be looked up (${codeOf(error)}). Check the name server of this machine.`
}

const NO_CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there. Check the port, and that the target runs.',
  UND_ERR_CONNECT_TIMEOUT: 'There was no answer in time. A firewall may be in the way.',
  ETIMEDOUT: 'There was no answer in time. A firewall may be in the way.',
  EHOSTUNREACH: 'No way leads there from this machine.',
  ENETUNREACH: 'No way leads there from this machine.',
}

/** As `whyNoAddress`, of a name that was looked up. */
export function whyNoConnection(error: Error, target: Target): string {
  if (error instanceof RefusedAddress) return whyNoAddress(error, target)
  return NO_CONNECTION[codeOf(error)] ?? `The connection failed (${codeOf(error)}).`
}

const UNTRUSTED =
  'The certificate comes from an authority that is not trusted here. Name that authority in tls.ca.'
const NO_TLS = 'What answers there does not speak TLS. Perhaps the address begins with http://.'
const NO_CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet. Check the clocks.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by itself. Name it in tls.ca.',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name than the one in the address.',
  UND_ERR_CONNECT_TIMEOUT: 'TLS was not agreed on in time.',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  EPROTO: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The target speaks only TLS older than 1.2.',
  ECONNRESET: 'The target hung up while TLS was agreed on.',
}

/** As `whyNoAddress`, of a connection that stood. */
export const whyNotSecured = (error: Error): string =>
  NO_CERTIFICATE[codeOf(error)] ?? `TLS failed (${codeOf(error)}).`

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name)
