import { hash } from 'node:crypto'
import { elementsOf, membersOf } from '../json-edit.ts'

/** What a model is told before the talk begins, and the talk, in all three dialects. */
const BEFORE = new Set(['system', 'instructions'])
const TALK = new Set(['messages', 'input'])
/** Of a longer beginning its end is taken, which is where conversations differ. */
const MOST_BYTES = 64 * 1024
const QUOTED_USER = '"user"'

/**
 * The same number for the same beginning of a conversation: what the model is told, and all messages up to the first of
 * the user. Every later request of it begins with these very bytes, so that a target that has read them before need not
 * read them again. Null where there is no conversation. `json` is a valid object.
 */
export function conversationStart(json: Buffer): number | null {
  const parts: Buffer[] = []
  let hasTalk = false
  for (const { name, valueStart, end } of membersOf(json)) {
    const value = json.subarray(valueStart, end)
    if (BEFORE.has(name)) parts.push(value)
    else if (TALK.has(name)) {
      hasTalk = true
      parts.push(...untilUser(value))
    }
  }
  return hasTalk ? numberOf(Buffer.concat(parts).subarray(-MOST_BYTES)) : null
}

/** A well spread number of 32 bits. */
export const numberOf = (bytes: string | Buffer): number => hash('sha1', bytes, 'buffer').readUInt32LE(0)

function untilUser(value: Buffer): Buffer[] {
  if (value[0] !== 0x5b) return [value]
  const messages: Buffer[] = []
  for (const message of elementsOf(value)) {
    messages.push(message)
    if (isOfUser(message)) break
  }
  return messages
}

function isOfUser(message: Buffer): boolean {
  if (message[0] !== 0x7b) return false
  for (const { name, valueStart, end } of membersOf(message)) {
    if (name === 'role') return message.toString('latin1', valueStart, end) === QUOTED_USER
  }
  return false
}
