import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'

/** A key that checks signatures (Ed25519, RFC 8032). */
export interface PublicKey {
  /** SHA-256 of its SubjectPublicKeyInfo, lower-case hexadecimal. */
  readonly id: string
  /** `ed25519:` and its 32 bytes in base64, as it stands in a trust root. */
  readonly text: string
  verify(bytes: Buffer, signature: Buffer): boolean
}

/** A key that makes signatures. */
export interface SigningKey {
  readonly public: PublicKey
  sign(bytes: Buffer): Buffer
}

const TEXT = /^ed25519:([A-Za-z0-9+/]{43}=)$/
/** RFC 8410: what stands before the 32 bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** @throws Fault `invalid` */
export function readPublicKey(text: string): PublicKey {
  const written = TEXT.exec(text.trim())?.[1]
  const raw = Buffer.from(written ?? '', 'base64')
  if (raw.length !== 32 || raw.toString('base64') !== written)
    throw new Fault('invalid', 'A public key is written as ed25519: and 32 bytes in base64.', {
      param: 'key',
    })
  return publicKeyOf(createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' }))
}

/** By its 32 bytes in hexadecimal, as TUF writes them; null where it is none. */
export function publicKeyFromHex(hex: string): PublicKey | null {
  const raw = Buffer.from(hex, 'hex')
  return raw.length === 32 && raw.toString('hex') === hex
    ? readPublicKey(`ed25519:${raw.toString('base64')}`)
    : null
}

export const hexOf = (key: PublicKey): string =>
  Buffer.from(key.text.slice('ed25519:'.length), 'base64').toString('hex')

function publicKeyOf(key: KeyObject): PublicKey {
  const spki = key.export({ format: 'der', type: 'spki' })
  return {
    id: hash('sha256', spki, 'hex'),
    text: `ed25519:${spki.subarray(SPKI_HEAD.length).toString('base64')}`,
    verify: (bytes, signature) => verify(null, bytes, key, signature),
  }
}

/** PKCS#8 PEM, encrypted where it has a passphrase. */
export function newKeyFile(passphrase: string | null): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey
    .export({
      format: 'pem',
      type: 'pkcs8',
      ...(passphrase !== null && { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString()
}

/** @throws Fault `invalid` for what is no Ed25519 key, and for a passphrase that is missing or wrong */
export function readSigningKey(pem: string, passphrase: string | null): SigningKey {
  const key = privateKeyOf(pem, passphrase)
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Fault('invalid', 'The key is no Ed25519 key.', { param: 'key' })
  return { public: publicKeyOf(createPublicKey(key)), sign: (bytes) => sign(null, bytes, key) }
}

function privateKeyOf(pem: string, passphrase: string | null): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase !== null && { passphrase }) })
  } catch (error) {
    const isEncrypted = pem.includes('ENCRYPTED')
    const wrong = passphrase === null ? 'needs its passphrase' : 'does not open with this passphrase'
    throw new Fault(
      'invalid',
      isEncrypted ? `The key ${wrong}.` : 'The key is no PEM of a private key (PKCS#8).',
      {
        param: 'key',
        cause: error,
      },
    )
  }
}
