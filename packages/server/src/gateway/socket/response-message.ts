import { cancelMessage, responsesMessage } from '@freehold/contract/sockets.ts'
import { Fault } from '../../kernel/fault.ts'
import { parseInput, parseJson } from '../../kernel/input.ts'
import { editMembers } from '../json-edit.ts'

/** A `response.create` as the request that `POST /v1/responses` takes. */
export interface ResponseMessage {
  readonly body: Buffer
  /** The caller's `stream_id`, which every event of the answer carries. */
  readonly lane: string | null
}

/** No cancel is longer, and no other message is read before its caller has been admitted. */
const CANCEL_BYTES = 256
/** Of a message that is refused unread, the lane is looked for only where that costs nothing. */
const GLANCE_BYTES = 64 * 1024

/** Reads one message. @throws Fault `malformed`, `invalid` */
export function readResponseMessage(message: Buffer): ResponseMessage {
  const value = parseJson(message)
  requireCreate(value)
  const { stream_id: lane } = parseInput(responsesMessage, value)
  const rest = editMembers(message, ENVELOPE)
  // What is left of the object, behind its brace: over a WebSocket every answer is streamed.
  const members = rest.subarray(rest.indexOf(0x7b) + 1)
  return { body: Buffer.concat([STREAMED, members]), lane: lane ?? null }
}

/** Members that no request over HTTP has, or that we say ourselves. */
const ENVELOPE = { type: null, stream_id: null, stream: null, generate: null, background: null }
const STREAMED = Buffer.from('{"stream":true,')

const TYPE = /^[\w.:-]{1,80}$/

function requireCreate(value: unknown): void {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : null
  if (type === 'response.create') return
  const said = typeof type === 'string' && TYPE.test(type) ? `${type} is not offered here` : 'is missing'
  throw new Fault('invalid', `type: ${said}; send response.create or response.cancel.`, { param: 'type' })
}

/** Whether the message ends the response that is under way. */
export function isCancel(message: Buffer): boolean {
  return message.length <= CANCEL_BYTES && cancelMessage.safeParse(glanced(message)).success
}

/** The lane of a message that was refused before it was read; null where it has none or cannot be found cheaply. */
export function laneOf(message: Buffer): string | null {
  if (message.length > GLANCE_BYTES) return null
  const read = responsesMessage.shape.stream_id.safeParse(Object(glanced(message))['stream_id'])
  return read.success ? (read.data ?? null) : null
}

function glanced(message: Buffer): unknown {
  try {
    return parseJson(message)
  } catch {
    // Whoever reads it in earnest says what is wrong with it.
    return null
  }
}
