import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { Tx } from '../../store/store.ts'

/** How long somebody may take to touch the authenticator. */
const LIFE_MS = 5 * 60_000
const NONCE_BYTES = 16
const TIME_BYTES = 6
const MAC_BYTES = 16

/** What a challenge is for: an answer to one is none to another. */
export type Purpose = 'passkey-enter' | `passkey-add ${string}`

/**
 * Challenges of WebAuthn (level 3, section 13.4.3) that carry their own proof: any replica knows its own and those of
 * others, and nothing is stored until one was answered. Each is answered once.
 */
export class Challenges {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** 38 bytes. */
  issue(purpose: Purpose, nowMs: number): Buffer<ArrayBuffer> {
    const head = Buffer.alloc(TIME_BYTES + NONCE_BYTES)
    head.writeUIntBE(nowMs + LIFE_MS, 0, TIME_BYTES)
    randomBytes(NONCE_BYTES).copy(head, TIME_BYTES)
    return Buffer.concat([head, this.#mac(purpose, head)])
  }

  /** Whether we issued it for this purpose and it is not too old. `challenge`: base64url. */
  isOurs(purpose: Purpose, challenge: string, nowMs: number): boolean {
    const bytes = Buffer.from(challenge, 'base64url')
    if (bytes.length !== TIME_BYTES + NONCE_BYTES + MAC_BYTES) return false
    const head = bytes.subarray(0, TIME_BYTES + NONCE_BYTES)
    const isMade = timingSafeEqual(bytes.subarray(TIME_BYTES + NONCE_BYTES), this.#mac(purpose, head))
    return isMade && head.readUIntBE(0, TIME_BYTES) > nowMs
  }

  #mac(purpose: Purpose, head: Buffer): Buffer {
    return createHmac('sha256', this.#key)
      .update(purpose)
      .update('\0')
      .update(head)
      .digest()
      .subarray(0, MAC_BYTES)
  }
}

/** @throws Fault `wrong_login` for one that was answered before */
export async function useUp(tx: Tx, challenge: string, nowMs: number, lifeMs = LIFE_MS): Promise<void> {
  await tx.db.deleteFrom('used_challenge').where('expires_at', '<', new Date(nowMs)).execute()
  const row = {
    tenant_id: tx.tenant,
    challenge_hash: hash('sha256', challenge, 'buffer'),
    expires_at: new Date(nowMs + lifeMs),
  }
  try {
    await tx.db.insertInto('used_challenge').values(row).execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('wrong_login', 'This was answered already. Try again.')
  }
}
