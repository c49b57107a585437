import { timingSafeEqual } from 'node:crypto'
import type { Tx } from '../../store/store.ts'

const ID_BYTES = 16
const TURN_BYTES = 4
const PROOF_BYTES = 16

/** Which refresh token of an authorisation it is, counted from 0. */
export interface RefreshTurn {
  readonly application: string
  readonly authorisation: string
  readonly turn: number
}

interface Shown extends RefreshTurn {
  readonly proof: Buffer
}

/** The identifier that 16 bytes hold. */
export const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
/** The 16 bytes of an identifier. */
export const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

/**
 * It follows from the tenant's keys, so that nothing of it is stored, an older one is known as ours, and whoever lost the answer
 * gets the same one again.
 */
const proofOf = (tx: Tx, { application, authorisation, turn }: RefreshTurn): Buffer =>
  tx.keys.blind('authorisation.refresh', JSON.stringify([application, authorisation, turn]))

export function refreshToken(tx: Tx, token: RefreshTurn): string {
  const turn = Buffer.alloc(TURN_BYTES)
  turn.writeUInt32BE(token.turn)
  const parts = [bytesOf(token.application), bytesOf(token.authorisation), turn, proofOf(tx, token)]
  return Buffer.concat(parts).toString('base64url')
}

/** Null for what is none of ours, or another spelling of one; whether it was made here the proof says. */
export function readRefreshToken(text: string): Shown | null {
  const bytes = Buffer.from(text.slice(0, 128), 'base64url')
  const proofAt = 2 * ID_BYTES + TURN_BYTES
  if (bytes.length !== proofAt + PROOF_BYTES || bytes.toString('base64url') !== text) return null
  return {
    application: uuidOf(bytes.subarray(0, ID_BYTES)),
    authorisation: uuidOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    turn: bytes.readUInt32BE(2 * ID_BYTES),
    proof: bytes.subarray(proofAt),
  }
}

/** Whether it was made here. */
export const isProven = (tx: Tx, shown: Shown): boolean => timingSafeEqual(shown.proof, proofOf(tx, shown))
