import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID_LENGTH = 12
/** 62^43 > 2^256. */
const SECRET_LENGTH = 43
/** 62^6 > 2^32. */
const CHECKSUM_LENGTH = 6
const SHAPE = /^fh_([\dA-Za-z]{12})_([\dA-Za-z]{43})([\dA-Za-z]{6})$/

/** What a text that was sent as an API key turned out to be. */
export type ReadKey =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'mistyped' }
  | { readonly kind: 'foreign' }

/**
 * A fresh key: `fh_`, twelve base62 characters of id, `_`, 43 of secret (256 bits), six of CRC-32 over all before.
 * The id is public; the checksum lets a slip of the hand be told from a key that is not known.
 */
export function mintKey(): { readonly id: string; readonly key: string } {
  const id = randomBase62(ID_LENGTH)
  const body = `fh_${id}_${randomBase62(SECRET_LENGTH)}`
  return { id, key: body + checksumOf(body) }
}

/** Tells a whole key from a mistyped one and from somebody else's, without knowing any key. */
export function readKey(text: string): ReadKey {
  if (!text.startsWith('fh_')) return { kind: 'foreign' }
  const id = SHAPE.exec(text)?.[1]
  const body = text.slice(0, -CHECKSUM_LENGTH)
  if (id === undefined || checksumOf(body) !== text.slice(-CHECKSUM_LENGTH)) return { kind: 'mistyped' }
  return { kind: 'key', id }
}

function checksumOf(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = ALPHABET.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 = 4 x 62: bytes above it would make the first characters likelier.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}
