import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOf, opaqueEvent, readClientEvent } from './client-event.ts'
import { Conversation } from './conversation.ts'
import { readServerEvent } from './server-event.ts'

const read = (event: object) => readClientEvent(Buffer.from(JSON.stringify(event)))
const item = (more: object): object => ({
  type: 'conversation.item.create',
  item: { type: 'message', ...more },
})
const session = (more: object): object => ({ type: 'session.update', session: { type: 'realtime', ...more } })
const respond = (response: object): object => ({ type: 'response.create', response })

test('an event keeps its bytes, and has an id by which the target can refuse it', () => {
  const named = Buffer.from('{ "type":"response.cancel" , "event_id":"mine"}')
  assert.deepEqual([readClientEvent(named).body, readClientEvent(named).id], [named, 'mine'])
  const { body, id } = readClientEvent(
    Buffer.from(' {"type":"input_audio_buffer.append","audio":"A\\u0041"}'),
  )
  assert.equal(body.toString(), `{"event_id":"${id}","type":"input_audio_buffer.append","audio":"A\\u0041"}`)
  const response = readClientEvent(Buffer.from('{"type":"response.create","event_id":"mine"}'))
  assert.equal(response.body.toString(), `{"type":"response.create","event_id":"${response.id}"}`)
  assert.notEqual(response.id, 'mine')
  assert.equal(idOf(named), 'mine')
  for (const text of ['', 'null', '{"event_id":7}', `{"event_id":"a"}${' '.repeat(70_000)}`])
    assert.equal(idOf(Buffer.from(text)), null)
})

test('what a target could read in another way is refused', () => {
  for (const text of [
    '{"type":"response.cancel","type":"response.create"}',
    '{"type":"response.create","response":{"conversation":"auto","conversation":"none"}}',
    '{"type":"response.create","Type":"x"}',
    '{"type":"response.create","response":{"model":"other"}}',
    '{"type":"output_audio_buffer.clear","response":{}}',
  ])
    assert.throws(() => readClientEvent(Buffer.from(text)), { code: 'invalid' }, text)
})

test('what cannot be read as text is seen in every place of an event', () => {
  const rows: readonly (readonly [object, string | null])[] = [
    [item({ role: 'user', content: [{ type: 'input_text', text: 'a' }] }), null],
    [item({ role: 'user', content: [{ type: 'input_audio', audio: 'A' }] }), 'content that is not text'],
    [item({ role: 'user', content: [{ type: 'input_image', image_url: 'a' }] }), 'content that is not text'],
    [item({ type: 'item_reference', id: 'a' }), 'an item that is not text'],
    [item({ type: 'surprise' }), 'an item that is not text'],
    [respond({ output_modalities: ['text'] }), null],
    [respond({ output_modalities: ['audio'] }), 'audio that is asked for'],
    [respond({}), 'audio that is asked for'],
    [
      respond({
        output_modalities: ['text'],
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_audio' }] }],
      }),
      'content that is not text',
    ],
    [session({ instructions: 'a', output_modalities: ['text'] }), null],
    [session({ output_modalities: ['text', 'audio'] }), 'audio'],
    [{ type: 'input_audio_buffer.append', audio: '' }, 'audio'],
    [{ type: 'input_audio_buffer.clear' }, 'audio'],
    [{ type: 'response.cancel' }, null],
  ]
  for (const [wanted, opaque] of rows) {
    const { event } = read(wanted)
    assert.equal(opaqueEvent(event, new Conversation().speaks(event)), opaque, JSON.stringify(wanted))
  }
})

test('audio waits until the target was told to begin no response by itself, or says that it does not', () => {
  const sound = read({ type: 'input_audio_buffer.append', audio: 'AAAA' }).event
  const off = { audio: { input: { turn_detection: null } } }
  const told = new Conversation()
  assert.throws(() => told.requireAsked(sound), { code: 'invalid', param: 'audio' })
  told.sent(read(session({ instructions: 'a' })).event, 10)
  assert.throws(() => told.requireAsked(sound))
  told.sent(read(session(off)).event, 10)
  told.requireAsked(sound)
  const hear = (detection: unknown): void => {
    const said = readServerEvent(
      JSON.stringify({
        type: 'session.updated',
        session: { audio: { input: { turn_detection: detection } } },
      }),
    )
    assert.ok(said)
    told.heard(said)
  }
  hear({ type: 'server_vad' })
  assert.throws(() => told.requireAsked(sound), { code: 'invalid' })
  hear({ type: 'server_vad', create_response: false })
  told.requireAsked(sound)
})

test('a response is bounded by what it says, otherwise by what its session said', () => {
  const conversation = new Conversation()
  const plain = read({ type: 'response.create' }).event
  assert.equal(conversation.mostTokens(plain), null)
  conversation.sent(read(session({ max_output_tokens: 50, output_modalities: ['text'] })).event, 100)
  assert.equal(conversation.mostTokens(plain), 50)
  assert.equal(conversation.mostTokens(read(respond({ max_output_tokens: 7 })).event), 7)
  assert.equal(conversation.mostTokens(read(respond({ max_output_tokens: 'inf' })).event), null)
  assert.equal(conversation.speaks(plain), false)
  conversation.sent(read({ type: 'input_audio_buffer.append', audio: 'A'.repeat(10_000) }).event, 10_050)
  conversation.answered(5)
  assert.equal(conversation.bytes, 100 + 40 + 20)
})

test('what is no event of a target is told from one', () => {
  for (const text of ['', 'x', '[]', '{}', 'null', '{"type":7}', `{"type":"${'x'.repeat(200)}"}`])
    assert.equal(readServerEvent(text), null, text)
  const odd = readServerEvent(
    '{"type":"response.done","response":{"usage":{"input_tokens":-1},"status":3},"error":7}',
  )
  assert.deepEqual([odd?.response?.usage, odd?.response?.status, odd?.error], [null, null, undefined])
})
