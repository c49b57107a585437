import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Stats } from 'node:fs'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { ValueOrigin } from './references.ts'
import { refersTo } from './references.ts'

const MAX_BYTES = 256 * 1024

/** The text of a PEM file, or the sentence that refuses it. */
export type Pem =
  | { readonly ok: true; readonly text: string; readonly file: string }
  | { readonly ok: false; readonly message: string }

const refuse = (message: string): Pem => ({ ok: false, message })

/** Reads each file once however many targets name it; good for one reading of the configuration. */
export interface PemFiles {
  readonly certificates: (path: string) => Pem
  readonly key: (path: string) => Pem
}

export function pemFiles(origin: ValueOrigin): PemFiles {
  const remember = (read: (file: string) => Pem): ((path: string) => Pem) => {
    const known = new Map<string, Pem>()
    return (path) => {
      if (path.includes('\0')) return refuse('must be the path of a PEM file')
      if (path.includes('-----BEGIN'))
        return refuse('must be the path of a PEM file, not the PEM text itself')
      const file = refersTo(path, origin)
      const pem = known.get(file) ?? read(file)
      known.set(file, pem)
      return pem
    }
  }
  return { certificates: remember(readCertificates), key: remember(readKey) }
}

/** Whether our own key file is open to others. The modes of mounted secrets, which belong to root, are not ours to choose. */
function isLeftOpen({ mode, uid }: Stats): boolean {
  const own = process.geteuid?.() ?? 0
  return own !== 0 && uid === own && (mode & 0o077) !== 0
}

function readPem(file: string, isKey = false): Pem {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return refuse('names no file')
    if (isKey && isLeftOpen(stat)) {
      return refuse('names a key file that others may read: allow only its owner (chmod 600)')
    }
    if (stat.size > MAX_BYTES) return refuse('names a file that is larger than 256 KiB')
    const text = readFileSync(file, 'latin1')
    const begun = text.match(/-----BEGIN [A-Z\d ]+-----/g)?.length ?? 0
    if (begun === 0) return refuse('names a file that holds no PEM block (-----BEGIN …)')
    const ended = text.match(/-----END [A-Z\d ]+-----/g)?.length ?? 0
    return begun === ended ? { ok: true, text, file } : refuse('names a PEM file that is cut off')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return refuse(
      code === 'ENOENT' ? 'names a file that does not exist' : `names a file that cannot be read (${code})`,
    )
  }
}

function readCertificates(file: string): Pem {
  const pem = readPem(file)
  if (!pem.ok) return pem
  const blocks = pem.text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return refuse('names a PEM file without a certificate')
  for (const block of blocks) {
    try {
      void new X509Certificate(block)
    } catch {
      return refuse('names a PEM file with a certificate that cannot be read')
    }
  }
  return pem
}

function readKey(file: string): Pem {
  const pem = readPem(file, true)
  if (!pem.ok) return pem
  try {
    createPrivateKey(pem.text)
    return pem
  } catch {
    return refuse('names a PEM file without a private key that can be used (is it encrypted?)')
  }
}

/** Whether key and certificate are halves of one pair; between the two steps of a renewal they are not. */
export function belongTogether(certificate: string, key: string): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
}

/** Whether TLS can be spoken with them: OpenSSL refuses keys that are too short, among others. */
export function canBeServed(pems: {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}): boolean {
  try {
    createSecureContext({ ...pems, minVersion: 'TLSv1.3' })
    return true
  } catch {
    return false
  }
}
