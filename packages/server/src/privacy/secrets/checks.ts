import { crc32 } from 'node:zlib'
import type { Check } from './secret-rule.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The last six characters of a GitHub or npm token are the CRC32 of its random part in base 62. */
export const crcOfSix: Check = (value) => {
  const body = value.slice(value.indexOf('_') + 1)
  return base62(crc32(body.slice(0, -6))).padStart(6, '0') === body.slice(-6) ? 'certain' : 'likely'
}

/** Three parts, the first of them a JSON object with an algorithm (RFC 7519, RFC 7516 with five). */
export const jwt: Check = (value) => {
  const head = Buffer.from(value.slice(0, value.indexOf('.')), 'base64url').toString('latin1')
  if (!head.startsWith('{"')) return 'no'
  return /"(?:alg|enc)"\s*:/.test(head) ? 'certain' : 'likely'
}

/** `user:password` in base 64, as RFC 7617 has it. */
export const basicCredentials: Check = (value) => {
  const plain = Buffer.from(value, 'base64').toString('latin1')
  return /^[\x20-\x7e]{1,200}$/.test(plain) &&
    /^[^:]{0,128}:.{2}/.test(plain) &&
    !/:(?:<|\$\{|\{\{|x+$)/i.test(plain)
    ? 'certain'
    : 'no'
}

/** Bytes that say `PRIVATE KEY` once decoded. */
export const encodedPrivateKey: Check = (value) =>
  Buffer.from(value.slice(0, 120), 'base64').toString('latin1').includes('PRIVATE KEY') ? 'certain' : 'no'

/** A token with letters and digits, not a word with a familiar beginning. */
export const withDigit: Check = (value) => (/\d/.test(value) ? 'likely' : 'no')

/** Both cases and a digit: for forms whose first characters are common. */
export const mixed: Check = (value) =>
  /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) ? 'likely' : 'no'

/** AWS ends the ids in its manuals with EXAMPLE; the letters of a real one are those of base 32. */
export const awsKeyId: Check = (value) => (value.endsWith('EXAMPLE') ? 'no' : 'likely')

function base62(number: number): string {
  let digits = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) digits = (BASE62[rest % 62] ?? '') + digits
  return digits
}
