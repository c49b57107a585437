import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { RECORDINGS } from './recorded-streams.ts'
import { createRestorer } from '../../packages/server/src/privacy/restore/restorer.ts'
import type { Spoken } from '../../packages/server/src/privacy/restore/streamed-answers.ts'
import { every, streamed, whole } from '../../packages/server/src/privacy/restore/streamed-answers.ts'

const NOBODY = [{ placeholder: '[CRYPTO_k7f2_1]', value: 'x' }]
const ANNA = 'Anna "Änni"\n\\[PERSON_k7f2_2] 🦊'
const MINTED = [
  { placeholder: '[PERSON_k7f2_1]', value: ANNA },
  { placeholder: '[PERSON_k7f2_2]', value: '王芳' },
  { placeholder: '[EMAIL_k7f2_12]', value: 'a@example.org' },
]
const SPOKEN: Spoken = {
  thinking: 'Is [PERSON_k7f2_2] known?',
  text: '好的 🦊 [PERSON_k7f2_1], [note]: \\u005bPERSON_k7f2_2\\u005d, <email_k7f2_12>, not [EMAIL_k7f2_1]; PERSON_k7f2_2',
  calls: [
    '{"to":"[EMAIL_k7f2_12]","body":"{\\"name\\":\\"[PERSON_k7f2_1]\\"}"}',
    '{"who":["\\u005bPERSON_k7f2_1]","王 [PERSON_k7f2_2]"]}',
  ],
}

type Api = 'chat' | 'responses' | 'messages'

/** A client that is given this instead of what a server would send. */
const answering = (body: Buffer, type: string) => ({
  apiKey: 'key',
  maxRetries: 0,
  fetch: async () => new Response(new Uint8Array(body), { headers: { 'content-type': type } }),
})

function stream(api: Api, length: number): Buffer {
  const restoring = createRestorer(MINTED).stream(api)
  const events = restoring.push(streamed(api, SPOKEN, every(length)))
  return Buffer.concat([events, restoring.end()].filter((piece) => piece !== null))
}

const answer = (api: Api): Buffer => createRestorer(MINTED).whole(api, whole(api, SPOKEN))

const OF_CLIENTS = new Set([
  'parsed',
  'parsed_arguments',
  'parsed_output',
  'output_parsed',
  'output_text',
  '_request_id',
])

/** Without what clients add of their own. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, inner: unknown) => (OF_CLIENTS.has(name) ? undefined : inner)))

for (const length of [1, 2, 5, 7, 500]) {
  test(`OpenAI's client puts a chat together in pieces of ${length} as it comes whole`, async () => {
    const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] }
    const events = new OpenAI(answering(stream('chat', length), 'text/event-stream'))
    const final = await events.chat.completions.stream(asked).finalChatCompletion()
    const at = await new OpenAI(answering(answer('chat'), 'application/json')).chat.completions.create(asked)
    const texts = ({ choices: [choice] }: typeof at) => [
      choice?.message.content,
      choice?.message.tool_calls?.map((call) => (call.type === 'function' ? call.function.arguments : null)),
      choice?.finish_reason,
    ]
    assert.deepEqual(texts(final), texts(at))
    assert.match(String(at.choices[0]?.message.content), /^好的 🦊 Anna "Änni"/)
  })

  test(`OpenAI's client puts a response together in pieces of ${length} as it comes whole`, async () => {
    const events = new OpenAI(answering(stream('responses', length), 'text/event-stream'))
    const snapshots: string[] = []
    const running = events.responses
      .stream({ model: 'm', input: 'x' })
      .on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot))
    const final = await running.finalResponse()
    const at = await new OpenAI(answering(answer('responses'), 'application/json')).responses.create({
      model: 'm',
      input: 'x',
    })
    assert.deepEqual(plain(final), plain(at))
    assert.equal(snapshots.at(-1), at.output_text)
  })

  test(`Anthropic's client puts a message together in pieces of ${length} as it comes whole`, async () => {
    const asked = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] }
    const events = new Anthropic(answering(stream('messages', length), 'text/event-stream'))
    const final = await events.messages.stream(asked).finalMessage()
    const at = await new Anthropic(answering(answer('messages'), 'application/json')).messages.create(asked)
    assert.deepEqual(plain(final), plain(at))
    assert.deepEqual(at.content[2], {
      type: 'tool_use',
      id: 'toolu_0',
      name: 'tell',
      input: { to: 'a@example.org', body: JSON.stringify({ name: ANNA }) },
    })
  })
}

for (const { name, api, text } of RECORDINGS) {
  test(`${name}: nothing is touched where nothing was masked, however the bytes are cut`, () => {
    const body = Buffer.from(text)
    assert.equal(createRestorer(NOBODY).whole(api, body), body)
    for (const length of [1, 2, 3, 4, 5, 6, 7, body.length]) {
      const restoring = createRestorer(NOBODY).stream(api)
      const out: (Buffer | null)[] = []
      for (let at = 0; at < body.length; at += length)
        out.push(restoring.push(body.subarray(at, at + length)))
      out.push(restoring.end())
      assert.equal(Buffer.concat(out.filter((piece) => piece !== null)).toString(), text)
    }
  })
}
