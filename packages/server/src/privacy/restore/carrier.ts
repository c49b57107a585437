import type { LiveChannel } from './live-channels.ts'
import type { StreamDialect } from './answer-layouts.ts'

/** An event that once carried a piece of the channel, and what it must carry now. */
interface Late {
  /** Its JSON. */
  readonly event: Buffer
  readonly eventName: string | null
  readonly text: string
  /** Where events are numbered. */
  readonly sequence: number
}

type Fields = Readonly<Record<string, unknown>>

/** The event that says what is left of a text before its end comes: like the last one, with nothing else in it. */
export function carrierOf(
  dialect: StreamDialect,
  live: LiveChannel,
  { event, eventName, text, sequence }: Late,
): Buffer {
  const fields = fieldsOf(event.toString())
  const body = JSON.stringify(BODIES[dialect](fields, live, { text, sequence }))
  return Buffer.from(`${eventName === null ? '' : `event: ${eventName}\n`}data: ${body}\n\n`)
}

/** Perhaps spread over lines; nothing where it only looked like JSON. */
function fieldsOf(json: string): Fields {
  try {
    // Whatever it holds is written again as it is.
    return JSON.parse(json.replace(/[\r\n]+data:/g, '')) as Fields
  } catch {
    return {}
  }
}

type Body = (
  fields: Fields,
  live: LiveChannel,
  late: { readonly text: string; readonly sequence: number },
) => object

const BODIES: Readonly<Record<StreamDialect, Body>> = {
  chat(
    { choices: _choices, usage: _usage, obfuscation: _padding, ...head },
    { channel, first, second },
    { text },
  ) {
    return { ...head, choices: [{ index: first, delta: channel.carry(text, second), finish_reason: null }] }
  },
  responses({ obfuscation: _padding, ...fields }, { channel, first, second }, { text, sequence }) {
    return {
      type: channel.name,
      output_index: first,
      ...fields,
      ...channel.carry(text, second),
      ...(fields['sequence_number'] !== undefined && { sequence_number: sequence }),
      ...(fields['logprobs'] !== undefined && { logprobs: [] }),
    }
  },
  messages(_fields, { channel, first, second }, { text }) {
    return { type: 'content_block_delta', index: first, delta: channel.carry(text, second) }
  },
}
