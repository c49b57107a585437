import type { StreamDialect } from './answer-layouts.ts'
import type { LiveChannel, PassedEvent } from './live-channels.ts'

/** What must still be said. */
interface Late {
  readonly text: string
  /** Where events are numbered. */
  readonly sequence: number
}

type Fields = Readonly<Record<string, unknown>>

/** An event that says what is left of a text before its end comes: like the last one, with nothing else in it. */
export function carrierOf(
  dialect: StreamDialect,
  live: LiveChannel,
  { bytes, place }: PassedEvent,
  late: Late,
): Buffer {
  const { nameStart, nameEnd, dataStart, dataEnd } = place
  const name = nameEnd < 0 ? '' : `event: ${bytes.toString('utf8', nameStart, nameEnd)}\n`
  const body = BODIES[dialect](fieldsOf(bytes.toString('utf8', dataStart, dataEnd)), live, late)
  return Buffer.from(`${name}data: ${JSON.stringify(body)}\n\n`)
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

type Body = (fields: Fields, live: LiveChannel, late: Late) => object

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
