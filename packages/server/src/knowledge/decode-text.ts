import { Fault } from '../kernel/fault.ts'

function decoded(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    // The decoder's way of saying that the bytes are not in this encoding; anything else is a bug.
    if (error instanceof TypeError) return null
    throw error
  }
}

function unreadable(why: string): Fault {
  return new Fault('unreadable_document', `The file is not text: ${why}. Save it as UTF-8 and add it again.`)
}

/** Bytes to text: UTF-16 with a byte order mark, UTF-8 with or without one, otherwise GB 18030. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return checked(decoded('utf-16le', bytes))
  if (first === 0xfe && second === 0xff) return checked(decoded('utf-16be', bytes))
  if (bytes.includes(0)) throw unreadable('it holds NUL bytes')
  return checked(decoded('utf-8', bytes) ?? decoded('gb18030', bytes))
}

function checked(text: string | null): string {
  if (text === null) throw unreadable('it is valid in none of UTF-8, UTF-16 and GB 18030')
  if (text.includes('\0')) throw unreadable('it holds NUL characters')
  return text.replaceAll('\r\n', '\n')
}
