import { createHmac, randomBytes } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SECRET_BYTES = 20
const STEP_MS = 30_000
const DIGITS = 6
/** Of steps before and after the present one: clocks of telephones differ. RFC 6238 section 5.2. */
const DRIFT = 1

/** A fresh secret of 160 bits in base32, as authenticator apps take it. RFC 4226 section 4, R6. */
export function newTotpSecret(): string {
  return base32(randomBytes(SECRET_BYTES))
}

/** What a QR code for an authenticator app holds. The Key URI format. */
export function totpUri(
  secret: string,
  { issuer, account }: { readonly issuer: string; readonly account: string },
): string {
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: '30',
  })
  // Spaces as %20: apps show a plus as it stands.
  const text = query.toString().replaceAll('+', '%20')
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${text}`
}

/**
 * The step of time whose code this is; null where it is none that counts. `after`: the step of the last code that was
 * used, none up to which is good again (RFC 6238 section 5.2).
 */
export function matchingStep(
  secret: string,
  code: string,
  { nowMs, after }: { readonly nowMs: number; readonly after: number },
): number | null {
  const key = fromBase32(secret)
  const present = Math.floor(nowMs / STEP_MS)
  let found: number | null = null
  for (let step = present - DRIFT; step <= present + DRIFT; step += 1)
    if (step > after && totp(key, step) === code) found ??= step
  return found
}

/** HOTP of RFC 4226 section 5.3 over the step of RFC 6238. */
export function totp(key: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

function base32(bytes: Uint8Array): string {
  let text = ''
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const at = bit >> 3
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    text += ALPHABET[(pair >> (11 - (bit & 7))) & 31] ?? ''
  }
  return text
}

function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of text) {
    held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xf_ff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at] = (held >> bits) & 0xff
    at += 1
  }
  return bytes
}
