import type { RealtimeEvent } from '@freehold/contract/realtime.ts'
import { REALTIME_TYPES, realtimeEvent } from '@freehold/contract/realtime.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import { parseInput, parseJson } from '../../kernel/input.ts'
import { editMembers } from '../json-edit.ts'
import { opaqueContent } from '../../privacy/opaque.ts'
import { hasRepeatedMembers } from '../../privacy/repeated-members.ts'

/** One event of the client, ready to be sent on. */
export interface ClientEvent {
  readonly event: RealtimeEvent
  /** As it came; a response, and what the client gave no id, has one of ours. */
  readonly body: Buffer
  /** By which a target says what it refuses. */
  readonly id: string
}

const KNOWN: ReadonlySet<string> = new Set(REALTIME_TYPES)
const TYPE = /^[\w.:-]{1,80}$/
/** Of an event that is refused unread, the id is looked for only where that costs nothing. */
const GLANCE_BYTES = 64 * 1024

/** @throws Fault `malformed`, `invalid` */
export function readClientEvent(message: Buffer): ClientEvent {
  const value = parseJson(message)
  requireKnown(Object(value)['type'])
  const event = parseInput(realtimeEvent, value)
  // A target that reads the first of two could begin what was not asked about here.
  if (hasRepeatedMembers(message, value)) {
    throw new Fault('invalid', 'A member of this event is named twice.', { param: 'body' })
  }
  const { event_id: named } = event
  const isResponse = event.type === 'response.create'
  if (named !== undefined && !isResponse) return { event, body: message, id: named }
  const id = requestId()
  // Named by the client like another event of its own, what refuses that one would seem to refuse a response.
  if (named !== undefined) return { event, body: editMembers(message, { event_id: `"${id}"` }), id }
  const members = message.subarray(message.indexOf(0x7b) + 1)
  return { event, body: Buffer.concat([Buffer.from(`{"event_id":"${id}",`), members]), id }
}

function requireKnown(type: unknown): void {
  if (typeof type === 'string' && KNOWN.has(type)) return
  const said = typeof type === 'string' && TYPE.test(type) ? `${type} is not offered here` : 'is missing'
  throw new Fault('invalid', `type: ${said}; send one of ${REALTIME_TYPES.join(', ')}.`, { param: 'type' })
}

/** The client's id of an event that was refused; null where it has none or cannot be found cheaply. */
export function idOf(message: Buffer): string | null {
  if (message.length > GLANCE_BYTES) return null
  try {
    const id: unknown = Object(parseJson(message))['event_id']
    return typeof id === 'string' && id.length <= 512 ? id : null
  } catch {
    // Whoever reads it in earnest says what is wrong with it.
    return null
  }
}

/** What of an event cannot be read as text; null when all of it can. `speaks`: its answer would be audio. */
export function opaqueEvent(event: RealtimeEvent, speaks: boolean): string | null {
  switch (event.type) {
    case 'session.update':
      return opaqueContent(event.session) ?? (speaks ? 'audio' : null)
    case 'conversation.item.create':
      return opaqueContent({ input: [event.item] })
    case 'response.create':
      return opaqueContent(event.response ?? {}) ?? (speaks ? 'audio that is asked for' : null)
    case 'input_audio_buffer.append':
    case 'input_audio_buffer.commit':
    case 'input_audio_buffer.clear':
      return 'audio'
    default:
      return null
  }
}
