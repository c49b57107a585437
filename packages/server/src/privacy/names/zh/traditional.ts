import { readFileSync } from 'node:fs'

const SIMPLIFIED = new Uint16Array(65_536)
{
  const pairs = readFileSync(new URL('traditional.txt', import.meta.url), 'utf8').trim()
  for (let i = 0; i < pairs.length; i += 2) SIMPLIFIED[pairs.charCodeAt(i)] = pairs.charCodeAt(i + 1)
}
const HAN = 0x3400
const LAST_HAN = 0x9fff

/** The text with simplified characters in place of traditional ones, one for one: places in it stay the same. */
export function simplified(text: string): string {
  let codes: Uint16Array | null = null
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code < HAN || code > LAST_HAN) continue
    const other = SIMPLIFIED[code] ?? 0
    if (other === 0) continue
    codes ??= codesOf(text)
    codes[i] = other
  }
  return codes === null ? text : Buffer.from(codes.buffer).toString('utf16le')
}

function codesOf(text: string): Uint16Array {
  const codes = new Uint16Array(text.length)
  for (let i = 0; i < text.length; i += 1) codes[i] = text.charCodeAt(i)
  return codes
}
