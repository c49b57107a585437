import type { StreamDialect } from './answer-layouts.ts'

/** What a model says, before anything is restored. */
export interface Spoken {
  readonly thinking: string
  readonly text: string
  /** Arguments of one tool each. */
  readonly calls: readonly string[]
}

/** Cuts a text into the pieces of a stream. */
export type Cut = (text: string) => readonly string[]

type Fields = Readonly<Record<string, unknown>>

const event = (data: Fields, name: string | null = null): string =>
  `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

/** Two of each in turn, as servers mix the pieces of calls that are made at once. */
function mixed(
  lists: readonly (readonly string[])[],
): readonly { readonly at: number; readonly piece: string }[] {
  const rows = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: rows }, (_, row) =>
    lists.flatMap((list, at) => list.slice(row, row + 1).map((piece) => ({ at, piece }))),
  ).flat()
}

function chat({ thinking, text, calls }: Spoken, cut: Cut): string {
  const chunk = (delta: Fields, finish_reason: string | null = null): string =>
    event({
      id: 'chatcmpl-BxQ7',
      object: 'chat.completion.chunk',
      created: 1_764_400_000,
      model: 'gpt-5.2',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    })
  const call = (index: number, fields: Fields, made: Fields): string =>
    chunk({ tool_calls: [{ index, ...fields, function: made }] })
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...cut(thinking).map((reasoning_content) => chunk({ reasoning_content })),
    ...cut(text).map((content) => chunk({ content })),
    ...calls.map((_, at) =>
      call(at, { id: `call_${at}`, type: 'function' }, { name: 'tell', arguments: '' }),
    ),
    ...mixed(calls.map(cut)).map(({ at, piece }) => call(at, {}, { arguments: piece })),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    'data: [DONE]\n\n',
  ].join('')
}

function chatWhole({ thinking, text, calls }: Spoken): Fields {
  return {
    id: 'chatcmpl-BxQ7',
    object: 'chat.completion',
    created: 1_764_400_000,
    model: 'gpt-5.2',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          refusal: null,
          reasoning_content: thinking,
          tool_calls: calls.map((made, at) => ({
            id: `call_${at}`,
            type: 'function',
            function: { name: 'tell', arguments: made },
          })),
        },
        logprobs: null,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
  }
}

const responseOf = (output: readonly Fields[], status: string): Fields => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_764_400_000,
  status,
  model: 'gpt-5.2',
  output,
  tools: [],
})

function itemsOf({ thinking, text, calls }: Spoken): readonly Fields[] {
  return [
    { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: thinking }] },
    {
      id: 'msg_1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    },
    ...calls.map((made, at) => ({
      id: `fc_${at}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_${at}`,
      name: 'tell',
      arguments: made,
    })),
  ]
}

function responses(spoken: Spoken, cut: Cut): string {
  const { thinking, text, calls } = spoken
  let sequence_number = 0
  const numbered = (type: string, fields: Fields): string => {
    const data = { type: `response.${type}`, sequence_number, ...fields }
    sequence_number += 1
    return event(data, `response.${type}`)
  }
  const items = itemsOf(spoken)
  const summary = { item_id: 'rs_1', output_index: 0, summary_index: 0 }
  const inside = { item_id: 'msg_1', output_index: 1, content_index: 0 }
  const place = (at: number): Fields => ({ item_id: `fc_${at}`, output_index: at + 2 })
  const said = { type: 'output_text', text, annotations: [], logprobs: [] }
  return [
    numbered('created', { response: responseOf([], 'in_progress') }),
    numbered('output_item.added', { output_index: 0, item: { ...items[0], summary: [] } }),
    numbered('reasoning_summary_part.added', { ...summary, part: { type: 'summary_text', text: '' } }),
    ...cut(thinking).map((delta) => numbered('reasoning_summary_text.delta', { ...summary, delta })),
    numbered('reasoning_summary_text.done', { ...summary, text: thinking }),
    numbered('reasoning_summary_part.done', { ...summary, part: { type: 'summary_text', text: thinking } }),
    numbered('output_item.done', { output_index: 0, item: items[0] }),
    numbered('output_item.added', {
      output_index: 1,
      item: { ...items[1], status: 'in_progress', content: [] },
    }),
    numbered('content_part.added', { ...inside, part: { ...said, text: '' } }),
    ...cut(text).map((delta) =>
      numbered('output_text.delta', { ...inside, delta, logprobs: [], obfuscation: 'xY3z' }),
    ),
    numbered('output_text.done', { ...inside, text, logprobs: [] }),
    numbered('content_part.done', { ...inside, part: said }),
    numbered('output_item.done', { output_index: 1, item: items[1] }),
    ...calls.map((_, at) =>
      numbered('output_item.added', {
        output_index: at + 2,
        item: { ...items[at + 2], status: 'in_progress', arguments: '' },
      }),
    ),
    ...mixed(calls.map(cut)).map(({ at, piece }) =>
      numbered('function_call_arguments.delta', { ...place(at), delta: piece }),
    ),
    ...calls.flatMap((made, at) => [
      numbered('function_call_arguments.done', { ...place(at), name: 'tell', arguments: made }),
      numbered('output_item.done', { output_index: at + 2, item: items[at + 2] }),
    ]),
    numbered('completed', { response: responseOf(items, 'completed') }),
  ].join('')
}

const messageOf = (content: readonly Fields[], stop_reason: string | null): Fields => ({
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 25, output_tokens: 12 },
})

function messages({ thinking, text, calls }: Spoken, cut: Cut): string {
  const named = (type: string, fields: Fields): string => event({ type, ...fields }, type)
  const begin = (index: number, content_block: Fields): string =>
    named('content_block_start', { index, content_block })
  const piece = (index: number, delta: Fields): string => named('content_block_delta', { index, delta })
  const stop = (index: number): string => named('content_block_stop', { index })
  return [
    named('message_start', { message: messageOf([], null) }),
    begin(0, { type: 'thinking', thinking: '', signature: '' }),
    named('ping', {}),
    ...cut(thinking).map((one) => piece(0, { type: 'thinking_delta', thinking: one })),
    piece(0, { type: 'signature_delta', signature: 'c2lnbmVk' }),
    stop(0),
    begin(1, { type: 'text', text: '' }),
    ...cut(text).map((one) => piece(1, { type: 'text_delta', text: one })),
    stop(1),
    ...calls.flatMap((made, at) => [
      begin(at + 2, { type: 'tool_use', id: `toolu_${at}`, name: 'tell', input: {} }),
      piece(at + 2, { type: 'input_json_delta', partial_json: '' }),
      ...cut(made).map((partial_json) => piece(at + 2, { type: 'input_json_delta', partial_json })),
      stop(at + 2),
    ]),
    named('message_delta', {
      delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 12 },
    }),
    named('message_stop', {}),
  ].join('')
}

function messagesWhole({ thinking, text, calls }: Spoken): Fields {
  const blocks = [
    { type: 'thinking', thinking, signature: 'c2lnbmVk' },
    { type: 'text', text },
    ...calls.map((made, at) => ({
      type: 'tool_use',
      id: `toolu_${at}`,
      name: 'tell',
      input: JSON.parse(made) as unknown,
    })),
  ]
  return messageOf(blocks, calls.length > 0 ? 'tool_use' : 'end_turn')
}

const STREAMS: Readonly<Record<StreamDialect, (spoken: Spoken, cut: Cut) => string>> = {
  chat,
  responses,
  messages,
}
const WHOLES: Readonly<Record<StreamDialect, (spoken: Spoken) => Fields>> = {
  chat: chatWhole,
  responses: (spoken) => responseOf(itemsOf(spoken), 'completed'),
  messages: messagesWhole,
}

/** The events of a target that says this in pieces. */
export const streamed = (dialect: StreamDialect, spoken: Spoken, cut: Cut): Buffer =>
  Buffer.from(STREAMS[dialect](spoken, cut))

/** The answer of a target that says the same at once. */
export const whole = (dialect: StreamDialect, spoken: Spoken): Buffer =>
  Buffer.from(JSON.stringify(WHOLES[dialect](spoken)))

/** Pieces of one length, counted in characters, so that none ends inside a surrogate pair. */
export const every =
  (characters: number): Cut =>
  (text) => {
    const all = Array.from(text)
    return Array.from({ length: Math.ceil(all.length / characters) }, (_, at) =>
      all.slice(at * characters, (at + 1) * characters).join(''),
    )
  }

interface Heard {
  thinking: string
  text: string
  calls: string[]
}

/** Of all three APIs. */
interface Said {
  readonly type?: string
  readonly index: number
  readonly output_index: number
  readonly choices?: readonly {
    readonly delta: {
      readonly content?: string
      readonly reasoning_content?: string
      readonly tool_calls?: readonly {
        readonly index: number
        readonly function: { readonly arguments: string }
      }[]
    }
  }[]
  readonly delta: string & {
    readonly text?: string
    readonly thinking?: string
    readonly partial_json?: string
  }
}

/** What a client puts together from the pieces of a stream. */
export function heard(dialect: StreamDialect, stream: string): Heard {
  const all: Heard = { thinking: '', text: '', calls: [] }
  const say = (index: number, piece: string): void => {
    all.calls[index] = (all.calls[index] ?? '') + piece
  }
  for (const [, data] of stream.matchAll(/^data: ?(.*)$/gm)) {
    if (data === undefined || data === '[DONE]') continue
    const said: Said = JSON.parse(data)
    HEARD[dialect](said, all, say)
  }
  return all
}

type Hear = (said: Said, all: Heard, say: (index: number, piece: string) => void) => void

const HEARD: Readonly<Record<StreamDialect, Hear>> = {
  chat({ choices }, all, say) {
    for (const { delta } of choices ?? []) {
      all.text += delta.content ?? ''
      all.thinking += delta.reasoning_content ?? ''
      for (const call of delta.tool_calls ?? []) say(call.index, call.function.arguments)
    }
  },
  responses({ type, delta, output_index }, all, say) {
    if (type === 'response.output_text.delta') all.text += delta
    if (type === 'response.reasoning_summary_text.delta') all.thinking += delta
    if (type === 'response.function_call_arguments.delta') say(output_index - 2, delta)
  },
  messages({ type, delta, index }, all, say) {
    if (type !== 'content_block_delta') return
    all.text += delta.text ?? ''
    all.thinking += delta.thinking ?? ''
    if (delta.partial_json !== undefined) say(index - 2, delta.partial_json)
  },
}
