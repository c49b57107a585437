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
export function carrierOf(dialect: StreamDialect, live: LiveChannel, event: PassedEvent, late: Late): Buffer {
  const { bytes, nameStart, nameEnd } = event
  const name = nameEnd < 0 ? '' : `event: ${bytes.toString('utf8', nameStart, nameEnd)}\n`
  event.fields ??= fieldsOf(event)
  const body = JSON.stringify(BODIES[dialect](event.fields, live, late))
  return Buffer.from(`${name}data: ${body}\n\n`)
}

/** Perhaps spread over lines; nothing where it only looked like JSON. */
function fieldsOf({ bytes, dataStart, dataEnd }: PassedEvent): Fields {
  try {
    const json = bytes.toString('utf8', dataStart, dataEnd).replace(/[\r\n]+data:/g, '')
    // Whatever it holds is written again as it is.
    return JSON.parse(json) as Fields
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
