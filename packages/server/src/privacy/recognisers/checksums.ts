import { createHash } from 'node:crypto'

const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** The order that Ripple chose for the same characters. */
export const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** The bytes of base 58; null where a character is none of it. */
export function base58(text: string, alphabet = BITCOIN): Uint8Array | null {
  const bytes: number[] = []
  for (const sign of text) {
    let carry = alphabet.indexOf(sign)
    if (carry < 0) return null
    for (let i = 0; i < bytes.length; i += 1) {
      carry += (bytes[i] ?? 0) * 58
      bytes[i] = carry & 0xff
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff)
  }
  for (let i = 0; text[i] === alphabet[0] && i < text.length - 1; i += 1) bytes.push(0)
  return Uint8Array.from(bytes.toReversed())
}

/** What stands before the four bytes of checksum; null where they are wrong. */
export function base58check(text: string, alphabet = BITCOIN): Uint8Array | null {
  const bytes = base58(text, alphabet)
  if (bytes === null || bytes.length < 5) return null
  const body = bytes.subarray(0, -4)
  return sha256(sha256(body)).subarray(0, 4).equals(bytes.subarray(-4)) ? body : null
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const BECH32_GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const BECH32_ENDS: ReadonlySet<number> = new Set([1, 0x2bc830a3])

/** BIP 173 and BIP 350. */
export function passesBech32(address: string): boolean {
  const lower = address.toLowerCase()
  const one = lower.lastIndexOf('1')
  if (one < 1 || (address !== lower && address !== address.toUpperCase())) return false
  const prefix = Array.from(lower.slice(0, one), (sign) => sign.charCodeAt(0))
  const values = Array.from(lower.slice(one + 1), (sign) => BECH32.indexOf(sign))
  if (values.includes(-1)) return false
  let check = 1
  for (const value of [
    ...prefix.map((code) => code >> 5),
    0,
    ...prefix.map((code) => code & 31),
    ...values,
  ]) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let i = 0; i < 5; i += 1) if ((top >>> i) & 1) check ^= BECH32_GENERATOR[i] ?? 0
  }
  return BECH32_ENDS.has(check >>> 0)
}

const CASH_GENERATOR = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n]

/** Bitcoin Cash, with the prefix that is often left out. */
export function passesCashAddress(address: string): boolean {
  const [prefix, body] = address.includes(':') ? address.split(':') : ['bitcoincash', address]
  let check = 1n
  const values = [
    ...Array.from(prefix ?? '', (sign) => sign.charCodeAt(0) & 31),
    0,
    ...Array.from(body ?? '', (sign) => BECH32.indexOf(sign)),
  ]
  for (const value of values) {
    const top = check >> 35n
    check = ((check & 0x07ffffffffn) << 5n) ^ BigInt(value)
    CASH_GENERATOR.forEach((generator, i) => {
      if ((top >> BigInt(i)) & 1n) check ^= generator
    })
  }
  return (check ^ 1n) === 0n
}
