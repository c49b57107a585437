import type { Channel, Layout, Rule } from './layout.ts'
import { createLayout } from './layout.ts'

/** The APIs whose streams are known. */
export type StreamDialect = 'chat' | 'responses' | 'messages'
/** All whose answers are; nothing is known of a service's. */
export type Dialect = StreamDialect | 'embeddings' | 'service'

const TEXT: Rule = { task: 'text' }
const ANSWER: Rule = { task: 'text', isAnswer: true }
const KEEP: Rule = { task: 'keep', below: 'keep' }
const JSON_TEXT: Rule = { task: 'json', below: 'free' }
/** A string is text; an object is what a tool was given. */
const GIVEN: Rule = { task: 'text', below: 'free' }
const OWNER: Rule = { task: 'text', opens: ['owner'] }

/** Wherever they stand. */
const ANYWHERE: Readonly<Record<string, Rule>> = {
  '*.id': KEEP,
  '*.object': KEEP,
  '*.model': KEEP,
  '*.role': KEEP,
  '*.type': KEEP,
  '*.status': KEEP,
  '*.obfuscation': KEEP,
  '*.system_fingerprint': KEEP,
  '*.service_tier': KEEP,
  '*.item_id': KEEP,
  '*.encrypted_content': KEEP,
  '*.encrypted_index': KEEP,
  '*.reasoning_details': KEEP,
  '*.signature': { task: 'signature', below: 'keep' },
  '*.arguments': JSON_TEXT,
  '*.input': GIVEN,
  '*.output': { task: 'free' },
  '*.logprobs': { task: 'tokens', below: 'keep' },
  '*.start_index': { task: 'start' },
  '*.end_index': { task: 'end' },
  '*.content': TEXT,
  '*.content[]': OWNER,
  '*.content[].text': ANSWER,
  '*.content[].thinking': { task: 'thinking' },
}

/** An answer of a service, in which any member may have any meaning. */
export const SERVICE_LAYOUT: Layout = createLayout({ $: { task: 'free', below: 'free' } })

/** A body that is no stream, of whichever of the three APIs: an answer, or an error. */
export const WHOLE_LAYOUT: Layout = createLayout({
  ...ANYWHERE,
  $: OWNER,
  '$.choices[]': OWNER,
  '$.choices[].message.content': ANSWER,
})

const piece = (channel: Channel): Rule => ({ task: 'piece', channel })

/** Names of servers for the same thing. */
const reasoning = (name: string): Rule =>
  piece({ name, isJson: false, isAnswer: false, carry: (text) => ({ [name]: text }) })

const CHAT_STREAM = createLayout({
  ...ANYWHERE,
  '$.error': { task: 'error' },
  '$.choices[]': { task: 'text', opens: ['first', 'owner'] },
  '$.choices[].index': { task: 'first' },
  '$.choices[].finish_reason': { task: 'finish' },
  '$.choices[].delta.content': piece({
    name: 'content',
    isJson: false,
    isAnswer: true,
    carry: (content) => ({ content }),
  }),
  '$.choices[].delta.content[].text': piece({
    name: 'part',
    isJson: false,
    isAnswer: true,
    carry: (text) => ({ content: [{ type: 'text', text }] }),
  }),
  '$.choices[].delta.content[].thinking[].text': piece({
    name: 'thinking',
    isJson: false,
    isAnswer: false,
    carry: (text) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }),
  }),
  '$.choices[].delta.refusal': piece({
    name: 'refusal',
    isJson: false,
    isAnswer: false,
    carry: (refusal) => ({ refusal }),
  }),
  '$.choices[].delta.reasoning_content': reasoning('reasoning_content'),
  '$.choices[].delta.reasoning': reasoning('reasoning'),
  '$.choices[].delta.tool_calls[]': { task: 'text', opens: ['second'] },
  '$.choices[].delta.tool_calls[].index': { task: 'second' },
  '$.choices[].delta.tool_calls[].function.arguments': piece({
    name: 'arguments',
    isJson: true,
    isAnswer: false,
    carry: (text, index) => ({ tool_calls: [{ index, function: { arguments: text } }] }),
  }),
  '$.choices[].delta.tool_calls[].custom.input': piece({
    name: 'input',
    isJson: false,
    isAnswer: false,
    carry: (input, index) => ({ tool_calls: [{ index, custom: { input } }] }),
  }),
  '$.choices[].delta.function_call.arguments': piece({
    name: 'function',
    isJson: true,
    isAnswer: false,
    carry: (text) => ({ function_call: { arguments: text } }),
  }),
  '$.choices[].delta.audio.transcript': piece({
    name: 'transcript',
    isJson: false,
    isAnswer: false,
    carry: (transcript) => ({ audio: { transcript } }),
  }),
  '*.audio.data': KEEP,
})

/** Which channel the pieces of the Responses API belong to stands in the type of the event; null: they are no text. */
export function channelOfType(type: string): Channel | null {
  if (/(?:audio|image|video)\.delta$/.test(type)) return null
  return {
    name: type,
    isJson: type.includes('arguments'),
    isAnswer: type === 'response.output_text.delta',
    carry: (delta) => ({ delta }),
  }
}

const RESPONSES_STREAM = createLayout({
  ...ANYWHERE,
  $: { task: 'text', opens: ['first', 'second', 'owner'] },
  '$.type': { task: 'type' },
  '$.sequence_number': { task: 'sequence' },
  '$.output_index': { task: 'first' },
  '$.content_index': { task: 'second' },
  '$.summary_index': { task: 'second' },
  '$.delta': { task: 'piece' },
  '$.text': ANSWER,
  '$.part': OWNER,
  '$.part.text': ANSWER,
})

const textPiece = piece({
  name: 'text',
  isJson: false,
  isAnswer: true,
  carry: (text) => ({ type: 'text_delta', text }),
})
const MESSAGES_STREAM = createLayout({
  ...ANYWHERE,
  $: { task: 'text', opens: ['first', 'owner'] },
  '$.type': { task: 'type' },
  '$.index': { task: 'first' },
  '$.delta.text': textPiece,
  // Its signature comes behind it, and whatever changed in between would not be what was signed.
  '$.delta.thinking': KEEP,
  '$.delta.partial_json': piece({
    name: 'arguments',
    isJson: true,
    isAnswer: false,
    carry: (partial_json) => ({ type: 'input_json_delta', partial_json }),
  }),
  '$.content_block.text': textPiece,
  '$.content_block.thinking': KEEP,
})

export const STREAM_LAYOUTS: Readonly<Record<StreamDialect, Layout>> = {
  chat: CHAT_STREAM,
  responses: RESPONSES_STREAM,
  messages: MESSAGES_STREAM,
}
