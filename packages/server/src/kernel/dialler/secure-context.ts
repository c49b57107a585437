import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { SecureContext } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { Fault } from '../fault.ts'
import type { TargetDefinition } from '../target-definition.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/**
 * How a target is told from an impostor, and we from a stranger; read once, not per connection. A `ca` stands instead
 * of the system's authorities, not beside them. @throws Fault `invalid` naming the target
 */
export function secureContext(target: string, tls: NonNullable<TargetDefinition['tls']>): SecureContext {
  const refuse = (what: string, cause?: unknown): Fault =>
    new Fault('invalid', `Target ${target}: ${what}.`, { param: 'tls', cause })
  const { ca, cert, key } = tls
  if ((cert === undefined) !== (key === undefined)) throw refuse('cert and key belong together')
  // OpenSSL passes over what it cannot read, which would leave no authority at all.
  if (ca !== undefined && !areCertificates(ca)) throw refuse('ca holds no certificate that can be read')
  if (cert !== undefined && !areCertificates(cert)) throw refuse('cert holds no certificate that can be read')
  if (key !== undefined && !isKey(key.reveal())) throw refuse('key holds no private key that can be used')
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && key !== undefined && { cert, key: key.reveal() }),
    })
  } catch (error) {
    throw refuse('cert and key are not halves of one pair', error)
  }
}

function areCertificates(pem: string): boolean {
  const blocks = pem.match(BLOCK) ?? []
  return blocks.length > 0 && blocks.every(canBeRead)
}

function canBeRead(block: string): boolean {
  try {
    return new X509Certificate(block).fingerprint256 !== ''
  } catch {
    return false
  }
}

function isKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private'
  } catch {
    return false
  }
}
