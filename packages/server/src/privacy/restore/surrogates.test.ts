import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Minted } from './automaton.ts'
import { Automaton } from './automaton.ts'
import { Nesting } from './nesting.ts'
import { createRestorer } from './restorer.ts'
import type { Spoken } from './streamed-answers.ts'
import { every, heard, streamed, whole } from './streamed-answers.ts'
import { TextChannel } from './text-channel.ts'

const MINTED: readonly Minted[] = [
  { placeholder: 'Robin Falkner', value: 'Anna Lee', surrogate: 'PERSON' },
  { placeholder: 'Robin', value: 'Anna', surrogate: 'PERSON' },
  { placeholder: 'Falkner', value: 'Lee', surrogate: 'PERSON' },
  { placeholder: '周语桐', value: '王芳', surrogate: 'PERSON' },
  { placeholder: '周浩然', value: '欧阳修', surrogate: 'PERSON' },
  { placeholder: 'tatum.nordahl52@example.com', value: 'anna@acme.de', surrogate: 'EMAIL' },
  { placeholder: '192.0.2.5', value: '10.1.2.3', surrogate: 'IP' },
  { placeholder: '+1 (202) 555-0143', value: '+1 (415) 867-5309', surrogate: 'PHONE' },
  { placeholder: '4000 0012 3456 7899', value: '4539 1488 0343 6467', surrogate: 'BANK_CARD' },
  { placeholder: 'Alderway Norvane GmbH', value: 'Say "Hi"\n& Co', surrogate: 'ORGANIZATION' },
  { placeholder: '[PASSPORT_k7f2_1]', value: 'E12345678' },
]

function restoring(nesting: Nesting | null = null) {
  const tally = { restored: 0, unknown: 0 }
  const automaton = new Automaton(MINTED)
  return { tally, channel: () => new TextChannel(automaton, { nesting, tally, isCited: false }) }
}

for (const [spoken, restored, count] of [
  ['Dear Robin Falkner,', 'Dear Anna Lee,', 1],
  ['Dear Robin, dear Mr Falkner', 'Dear Anna, dear Mr Lee', 2],
  ['ROBIN FALKNER', 'ANNA LEE', 1],
  ["Robin's and **Robin**, _Robin_, (Robin)", "Anna's and **Anna**, _Anna_, (Anna)", 4],
  ['周语桐女士', '王芳女士', 1],
  ['我是周语桐。', '我是王芳。', 1],
  ['Mail tatum.nordahl52@example.com.', 'Mail anna@acme.de.', 1],
  ['<mailto:tatum.nordahl52%40example.com>', '<mailto:anna%40acme.de>', 1],
  ['/people/%E5%91%A8%E8%AF%AD%E6%A1%90?x', '/people/%E7%8E%8B%E8%8A%B3?x', 1],
  ['192.0.2.5, 192.0.2.5:80, 192.0.2.5/32.', '10.1.2.3, 10.1.2.3:80, 10.1.2.3/32.', 3],
  ['call +12025550143 or +1 (202) 555-0143', 'call +1 (415) 867-5309 or +1 (415) 867-5309', 2],
  ['4000001234567899', '4539 1488 0343 6467', 1],
  ['Robin\\u0020Falkner and \\u5468\\u8bed\\u6850', 'Anna Lee and 王芳', 2],
  ['Alderway Norvane GmbH and [PASSPORT_k7f2_1]', 'Say "Hi"\n& Co and E12345678', 2],
  ['Robin Robin Falkner', 'Anna Anna Lee', 2],
] as const) {
  test(`a model that says ${spoken} means the values, however it is cut`, () => {
    const { channel } = restoring()
    assert.equal(channel().push(spoken, true), restored)
    for (let length = 1; length < spoken.length; length += 1) {
      const { channel: again, tally } = restoring()
      const one = again()
      let said = ''
      for (let at = 0; at < spoken.length; at += length)
        said += one.push(spoken.slice(at, at + length), false)
      assert.equal(said + one.push('', true), restored, `in pieces of ${length}`)
      assert.deepEqual(tally, { restored: count, unknown: 0 })
    }
  })
}

for (const text of [
  'Robinson, McRobin, Falkners, Robiné',
  'xtatum.nordahl52@example.com and tatum.nordahl52@example.com.au',
  'a.tatum.nordahl52@example.com',
  '192.0.2.51, 192.0.2.5.1, 1192.0.2.5, 7.192.0.2.5',
  'robin and falkner in small letters, Robin@work',
  '周女士 is one of two, so nobody knows which',
  '周语',
  '40000012345678991',
]) {
  test(`${text} is something else and stays, however it is cut`, () => {
    for (let length = 1; length <= text.length; length += 1) {
      const { channel, tally } = restoring()
      const one = channel()
      let said = ''
      for (let at = 0; at < text.length; at += length) said += one.push(text.slice(at, at + length), false)
      assert.equal(said + one.push('', true), text)
      assert.deepEqual(tally, { restored: 0, unknown: 0 })
    }
  })
}

test('in the arguments of a tool a value is escaped as JSON wants it', () => {
  const { channel } = restoring(new Nesting(true))
  const made = channel().push(
    '{"to":"Alderway Norvane GmbH","body":"{\\"n\\":\\"Alderway Norvane GmbH\\"}"}',
    true,
  )
  assert.deepEqual(JSON.parse(made), {
    to: 'Say "Hi"\n& Co',
    body: JSON.stringify({ n: 'Say "Hi"\n& Co' }),
  })
})

test('a number that stood for a number is one again, and a placeholder becomes a text', () => {
  const automaton = new Automaton([
    { placeholder: '15412345678', value: '13812345678', surrogate: 'PHONE' },
    { placeholder: '[PHONE_k7f2_1]', value: '13912345678' },
  ])
  const tally = { restored: 0, unknown: 0 }
  const channel = new TextChannel(automaton, { nesting: new Nesting(true), tally, isCited: false })
  assert.equal(
    channel.push('{"a":15412345678,"b":"15412345678","c":[PHONE_k7f2_1]}', true),
    '{"a":13812345678,"b":"13812345678","c":"13912345678"}',
  )
})

test('no more is held back than the longest that may still come, and one word behind it', () => {
  const { channel } = restoring()
  const one = channel()
  for (const piece of ['So ', 'Robin', ' Falk', 'ner', ' and ', 'Tatum goes. ', '1'])
    assert.ok((one.push(piece, false), one.held.length) <= 'Robin Falkner'.length + 1, piece)
})

const SPOKEN: Spoken = {
  thinking: 'Who is Robin Falkner? 周语桐 knows.',
  text: 'Dear Robin Falkner 🦊, write to tatum.nordahl52@example.com or 192.0.2.5. 周语桐',
  calls: ['{"to":"tatum.nordahl52@example.com","body":"{\\"n\\":\\"Alderway Norvane GmbH\\"}"}'],
}
const MEANT: Spoken = {
  thinking: 'Who is Anna Lee? 王芳 knows.',
  text: 'Dear Anna Lee 🦊, write to anna@acme.de or 10.1.2.3. 王芳',
  calls: [JSON.stringify({ to: 'anna@acme.de', body: JSON.stringify({ n: 'Say "Hi"\n& Co' }) })],
}

for (const dialect of ['chat', 'responses', 'messages'] as const) {
  test(`${dialect}: surrogates are values again in every channel of a stream, and as a whole`, () => {
    // Signed thinking is not rewritten.
    const meant = { ...MEANT, thinking: dialect === 'messages' ? SPOKEN.thinking : MEANT.thinking }
    for (let length = 1; length < 30; length += 1) {
      const stream = createRestorer(MINTED).stream(dialect)
      const bytes = streamed(dialect, SPOKEN, every(length))
      const out = (bytes.toString().match(/[\s\S]*?\n\n/g) ?? []).map(
        (event) => stream.push(Buffer.from(event)) ?? Buffer.alloc(0),
      )
      out.push(stream.end() ?? Buffer.alloc(0))
      assert.deepEqual(heard(dialect, Buffer.concat(out).toString()), meant)
    }
    const body = createRestorer(MINTED).whole(dialect, whole(dialect, SPOKEN))
    assert.deepEqual(JSON.parse(body.toString()), JSON.parse(whole(dialect, meant).toString()))
  })
}
