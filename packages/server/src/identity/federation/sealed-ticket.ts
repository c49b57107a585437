import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const MOST_TEXT = 6000

/** A sign-in that was begun: what was sent along, and what for. It stands in a cookie, sealed. */
export const begun = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  issuer: z.string(),
  expiresMs: z.number(),
  purpose: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('enter') }),
    /** Shows what would be; nobody is signed in. */
    z.strictObject({ kind: z.literal('try') }),
    z.strictObject({ kind: z.literal('link'), account: z.string(), session: z.string() }),
  ]),
})
export type Begun = z.output<typeof begun>

/** Leads to a trial sign-in. */
export const trial = z.strictObject({ expiresMs: z.number() })

/**
 * Values that somebody else carries: sealed with AES-256-GCM, and bound to what they are for and to the connection.
 * Any replica opens what another has sealed.
 */
export class Tickets {
  readonly #key: Buffer

  /** `key`: 32 bytes. */
  constructor(key: Buffer) {
    this.#key = key
  }

  seal(value: object, use: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(use))
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
  }

  /** Null for what is none of ours, was sealed for another use, or is too old. */
  open<S extends z.ZodType<{ readonly expiresMs: number }>>(
    schema: S,
    text: string,
    { use, nowMs }: { readonly use: string; readonly nowMs: number },
  ): z.output<S> | null {
    const bytes = Buffer.from(text.slice(0, MOST_TEXT), 'base64url')
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(use)).setAuthTag(bytes.subarray(-TAG_BYTES))
    let opened: string
    try {
      opened =
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return null
    }
    const value = schema.parse(JSON.parse(opened))
    return value.expiresMs > nowMs ? value : null
  }
}
