import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { Said } from './client-answers.ts'
import type { MutationHouse } from './gateway-mutations.ts'
import { openMutationHouse } from './gateway-mutations.ts'
import { RECORDINGS } from './recorded-streams.ts'
import { saidIn, Unreadable } from './stream-oracle.ts'

let open: MutationHouse
let openai: OpenAI
let anthropic: Anthropic
before(async () => {
  open = await openMutationHouse({ idleMs: 10_000 })
  const { url, apiKey } = open.house
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 })
})
after(() => open.close())

const CHAT_STOPS: Readonly<Record<string, string>> = {
  end: 'stop',
  length: 'length',
  calls: 'tool_calls',
  filter: 'content_filter',
  refusal: 'stop',
}
const MESSAGE_STOPS: Readonly<Record<string, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  calls: 'tool_use',
  sequence: 'stop_sequence',
  refusal: 'refusal',
}

/** The same answer as the target would give it at once. */
function atOnce(
  api: 'chat' | 'messages',
  { words, thinking, signatures, redacted, calls, stop, input, output }: Said,
): object {
  if (api === 'messages') {
    return {
      id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      content: [
        ...redacted.map((data) => ({ type: 'redacted_thinking', data })),
        ...signatures.map((signature) => ({ type: 'thinking', thinking, signature })),
        ...(words === '' ? [] : [{ type: 'text', text: words }]),
        ...calls.map(({ id, name, arguments: text }) => ({
          type: 'tool_use',
          id,
          name,
          input: JSON.parse(text || '{}'),
        })),
      ],
      stop_reason: MESSAGE_STOPS[stop],
      stop_sequence: stop === 'sequence' ? 'END' : null,
      usage: { input_tokens: input, output_tokens: output },
    }
  }
  const refusal = stop === 'refused' ? words : null
  const message = {
    role: 'assistant',
    content: refusal === null && words !== '' ? words : null,
    refusal,
    ...(thinking !== '' && { reasoning_content: thinking }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
    }),
  }
  return {
    id: 'chatcmpl-BxQ7',
    object: 'chat.completion',
    created: 1_764_400_000,
    model: 'gpt-5.2',
    choices: [{ index: 0, message, finish_reason: CHAT_STOPS[stop] }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  }
}

interface Pair {
  readonly streamed: string
  readonly whole: string
}

let count = 0
function models(letter: string, text: string, answer: object): Pair {
  count += 1
  const sending = { framing: 'chunked', end: 'whole', status: 200 } as const
  const [streamed, whole] = [`${letter}-s-${count}`, `${letter}-w-${count}`]
  open.target.answer(streamed, {
    ...sending,
    pieces: [Buffer.from(text)],
    headers: ['content-type: text/event-stream'],
  })
  open.target.answer(whole, {
    ...sending,
    pieces: [Buffer.from(JSON.stringify(answer))],
    headers: ['content-type: application/json'],
  })
  return { streamed, whole }
}

const messages = [{ role: 'user' as const, content: 'hi' }]
/** What only one of the two ways tells, or the client does not put together. */
const LEFT_OUT = new Set([
  'usage',
  'created',
  'created_at',
  'parsed',
  'parsed_arguments',
  'logprobs',
  'output_parsed',
  'output_text',
  'index',
  'service_tier',
  'reasoning_details',
  'reasoning_content',
  '_request_id',
])
const same = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, one: unknown) => {
      // A stream begins before it is known whether there will be any text.
      if (LEFT_OUT.has(key) || one === null || (key === 'content' && one === '')) return undefined
      // Spaces in JSON and the digits of its numbers are each target's own.
      return key === 'arguments' && typeof one === 'string' ? (JSON.parse(one || '{}') as unknown) : one
    }),
  )

const CLIENTS = {
  'chat from messages': async ({ streamed, whole }: Pair) => [
    await openai.chat.completions.stream({ model: streamed, messages }).finalChatCompletion(),
    await openai.chat.completions.create({ model: whole, messages }),
  ],
  'messages from chat': async ({ streamed, whole }: Pair) => [
    await anthropic.messages.stream({ model: streamed, messages, max_tokens: 99 }).finalMessage(),
    await anthropic.messages.create({ model: whole, messages, max_tokens: 99 }),
  ],
  'responses from chat': async ({ streamed, whole }: Pair) => [
    await openai.responses.stream({ model: streamed, input: 'hi' }).finalResponse(),
    await openai.responses.create({ model: whole, input: 'hi' }),
  ],
  'responses from messages': async ({ streamed, whole }: Pair) => [
    await openai.responses.stream({ model: streamed, input: 'hi' }).finalResponse(),
    await openai.responses.create({ model: whole, input: 'hi' }),
  ],
} as const
const LETTERS = {
  'chat from messages': 'a',
  'messages from chat': 'o',
  'responses from chat': 't',
  'responses from messages': 'a',
} as const

for (const flow of [
  'chat from messages',
  'messages from chat',
  'responses from chat',
  'responses from messages',
] as const) {
  test(`the official client puts a stream together to what it gets at once: ${flow}`, async () => {
    const api = flow.endsWith('chat') ? 'chat' : 'messages'
    let compared = 0
    for (const { name, text } of RECORDINGS.filter((one) => one.stream && one.api === api)) {
      let said: Said
      try {
        said = saidIn(api, text)
      } catch (error) {
        if (error instanceof Unreadable) continue
        throw error
      }
      // The order of the blocks is not that of the answer at once, or the head is another one.
      if (/compatible server: text|Azure/.test(name)) continue
      const [streamed, whole] = await CLIENTS[flow](models(LETTERS[flow], text, atOnce(api, said)))
      assert.deepEqual(same(streamed), same(whole), name)
      compared += 1
    }
    assert.ok(compared >= 6, `${compared}`)
  })
}
