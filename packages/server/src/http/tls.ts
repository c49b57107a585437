import { X509Certificate } from 'node:crypto'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { createSecureContext } from 'node:tls'
import type { TlsFiles } from '../kernel/config/structured-keys.ts'
import { Fault } from '../kernel/fault.ts'

/** What a listener needs of the configured TLS. */
export type ListenerTls = Pick<TlsFiles, 'cert' | 'key' | 'clientCa' | 'clientCertificates'>

/** Of one certificate; renewals replace it. Nothing older than TLS 1.3 is spoken. */
export function secureContext({ cert, key, clientCa }: ListenerTls): SecureContextOptions {
  return { cert, key: key.reveal(), ...(clientCa !== null && { ca: clientCa }), minVersion: 'TLSv1.3' }
}

/** Whether clients are asked for a certificate; decided once, when a listener is opened. */
export function certificateDemand({ clientCertificates }: ListenerTls): TlsOptions {
  return { requestCert: clientCertificates !== null, rejectUnauthorized: clientCertificates === 'required' }
}

/**
 * The renewed certificate with the authorities that may be asked. Where the renewed configuration asks clients for
 * something else, the old authorities stay until the restart: without any, node would trust every public one.
 */
export function renewed(opened: ListenerTls, next: ListenerTls): ListenerTls {
  if (opened.clientCertificates === next.clientCertificates) return next
  const { clientCa, clientCertificates } = opened
  return { cert: next.cert, key: next.key, clientCa, clientCertificates }
}

/**
 * The server's own certificate, without its chain. OpenSSL is asked first whether it can be shown: it refuses keys
 * that are too short, and a key of another certificate.
 * @throws Fault `cannot_start`
 */
export function usableCertificate(tls: ListenerTls): X509Certificate {
  try {
    createSecureContext(secureContext(tls))
    return new X509Certificate(tls.cert)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
    throw new Fault('cannot_start', `The certificate and key of tls cannot be used (${code}).`, { cause })
  }
}
