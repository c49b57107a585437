import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askingForUsage, asksForUsage, CHAT_WITHOUT_USAGE } from './stream-usage.ts'

const asked = (body: string): string => askingForUsage(Buffer.from(body), JSON.parse(body)).toString()

test('a chat request asks for usage with one more member, and every other byte stays', () => {
  assert.equal(
    asked('{ "model": "m", "seed": 1.0 }\n'),
    '{ "model": "m", "seed": 1.0 ,"stream_options":{"include_usage":true}}\n',
  )
  assert.equal(
    asked('{"stream_options": {"include_usage": false, "include_obfuscation": false}, "model":"m"}'),
    '{"stream_options": {"include_usage":true,"include_obfuscation":false}, "model":"m"}',
  )
  assert.equal(asked('{"stream_options":null,"m":1}'), '{"stream_options":{"include_usage":true},"m":1}')
  assert.equal(asksForUsage({ stream_options: { include_usage: true } }), true)
  for (const options of [undefined, null, {}, { include_usage: false }])
    assert.equal(asksForUsage({ stream_options: options }), false)
})

const event = (body: object | string): string =>
  `data: ${typeof body === 'string' ? body : JSON.stringify(body)}\n\n`
const usage = { prompt_tokens: 1, completion_tokens: 2 }
const word = event({ choices: [{ index: 0, delta: { content: '"prompt_tokens"' } }], usage: null })
const last = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })
const only = event({ choices: [], usage })
const passing = (whole: string): string => CHAT_WITHOUT_USAGE.passes?.(Buffer.from(whole))?.toString() ?? ''

test('the event that only says what a stream took stays here, and nothing else does', () => {
  assert.equal(passing(word + last + only + event('[DONE]')), word + last + event('[DONE]'))
  assert.equal(passing(only), '')
  assert.equal(passing(`: ping\n\n${word}${only.replaceAll('\n', '\r\n')}`), `: ping\n\n${word}`)
  for (const whole of [word, last, event('{"prompt_tokens"'), event({ choices: [], prompt_tokens: 1 })])
    assert.equal(passing(whole), whole)
})
