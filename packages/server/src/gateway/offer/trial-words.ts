import type { TestRemark, TestRemarkCode } from '@freehold/contract/target-test-remarks.ts'
import { testRemark } from '@freehold/contract/target-test-remarks.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { Target } from '../routing/routing.ts'

/** Why a connection did not come about, in words that help whoever wrote the target. */
export function whyNoAddress(error: Error, { definition, zone }: Target): TestRemark {
  const { hostname: host } = new URL(definition.url)
  if (error instanceof RefusedAddress) {
    const { address, reason } = error
    return testRemark('address_refused', { address, zone, reason })
  }
  if (codeOf(error) === 'ENOTFOUND') return testRemark('no_address', { host })
  return testRemark('lookup_failed', { host, error: codeOf(error) })
}

const NO_CONNECTION = {
  ECONNREFUSED: 'nothing_listens',
  UND_ERR_CONNECT_TIMEOUT: 'no_answer',
  ETIMEDOUT: 'no_answer',
  EHOSTUNREACH: 'no_way',
  ENETUNREACH: 'no_way',
} as const satisfies Readonly<Record<string, TestRemarkCode>>

/** As `whyNoAddress`, of a name that was looked up. */
export function whyNoConnection(error: Error, target: Target): TestRemark {
  if (error instanceof RefusedAddress) return whyNoAddress(error, target)
  const code = codeOf(error)
  return isIn(NO_CONNECTION, code)
    ? testRemark(NO_CONNECTION[code])
    : testRemark('connection_failed', { error: code })
}

const NO_CERTIFICATE = {
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_early',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_own',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_of_other',
  UND_ERR_CONNECT_TIMEOUT: 'tls_late',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no_tls',
  EPROTO: 'no_tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls_old',
  ECONNRESET: 'tls_hung_up',
} as const satisfies Readonly<Record<string, TestRemarkCode>>

/** As `whyNoAddress`, of a connection that stood. */
export function whyNotSecured(error: Error): TestRemark {
  const code = codeOf(error)
  return isIn(NO_CERTIFICATE, code)
    ? testRemark(NO_CERTIFICATE[code])
    : testRemark('tls_failed', { error: code })
}

const isIn = <Table extends object>(table: Table, name: string): name is string & keyof Table =>
  Object.hasOwn(table, name)

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name)
