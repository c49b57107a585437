import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A word that should lie nowhere readable, in one of the ways in which it could. */
interface Needle {
  readonly canary: string
  readonly bytes: Buffer
}

export interface Found {
  readonly place: string
  readonly canary: string
}

/** The ways in which a word could lie in a file. */
export function forms(text: string): readonly Buffer[] {
  return [
    Buffer.from(text),
    Buffer.from(text.toUpperCase()),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('hex')),
    // Of the same word at each of the three places in a group of bytes, what does not depend on its neighbours.
    ...[0, 1, 2].map((shift) => {
      const whole = Buffer.from(' '.repeat(shift) + text).toString('base64')
      return Buffer.from(whole.slice(shift === 0 ? 0 : 4, -4))
    }),
  ]
}

/** Looks for thousands of words at once: a table by their first three bytes says where a closer look is worth it. */
export class CanarySearch {
  readonly #byStart = new Map<number, Needle[]>()
  readonly #mayStart = new Uint8Array(1 << 24)

  constructor(canaries: readonly string[]) {
    for (const canary of canaries)
      for (const bytes of forms(canary)) {
        const start = bytes.readUIntBE(0, 3)
        this.#mayStart[start] = 1
        this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), { canary, bytes }])
      }
  }

  inBytes(place: string, bytes: Buffer): readonly Found[] {
    const found: Found[] = []
    let start = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
    for (let at = 2; at < bytes.length; at += 1) {
      start = ((start << 8) | (bytes[at] ?? 0)) & 0xff_ffff
      if (this.#mayStart[start] === 0) continue
      for (const needle of this.#byStart.get(start) ?? [])
        if (bytes.subarray(at - 2, at - 2 + needle.bytes.length).equals(needle.bytes))
          found.push({ place, canary: needle.canary })
    }
    return found
  }

  /** Every file below, and how many bytes they had. */
  inFolder(folder: string): { readonly found: readonly Found[]; readonly bytes: number } {
    let bytes = 0
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .flatMap((file) => {
        const content = readFileSync(file)
        bytes += content.length
        return this.inBytes(file, content)
      })
    return { found, bytes }
  }
}
