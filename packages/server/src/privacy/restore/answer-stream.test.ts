import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { StreamDialect } from './answer-layouts.ts'
import type { Restorer } from './restorer.ts'
import { createRestorer } from './restorer.ts'
import type { Cut, Spoken } from './streamed-answers.ts'
import { every, heard, streamed, whole } from './streamed-answers.ts'

const ANNA = 'Anna "Änni"\n\\[PERSON_k7f2_2] 🦊'
const MINTED = [
  { placeholder: '[PERSON_k7f2_1]', value: ANNA },
  { placeholder: '[PERSON_k7f2_2]', value: '王芳' },
  { placeholder: '[EMAIL_k7f2_12]', value: 'a@example.org' },
]
/** How many cuts and texts are tried. */
const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 20)

const DIALECTS = ['chat', 'responses', 'messages'] as const
const SPOKEN: Spoken = {
  thinking: 'Is [PERSON_k7f2_2] known? PERSON_k7f2_1',
  text: '好的 🦊 [PERSON_k7f2_1], [note]: \\u005bPERSON_k7f2_2\\u005d and <email_k7f2_12>, not [EMAIL_k7f2_1]; 【PERSON_k7f2_2】 and PERSON_k7f2_2',
  calls: [
    '{"to":"[EMAIL_k7f2_12]","body":"{\\"name\\":\\"[PERSON_k7f2_1]\\"}"}',
    '{"who":["\\u005bPERSON_k7f2_1]","王 [PERSON_k7f2_2]"]}',
  ],
}
const RESTORED: Spoken = {
  thinking: `Is 王芳 known? ${ANNA}`,
  text: `好的 🦊 ${ANNA}, [note]: 王芳 and a@example.org, not [EMAIL_k7f2_1]; 王芳 and 王芳`,
  calls: [
    JSON.stringify({ to: 'a@example.org', body: JSON.stringify({ name: ANNA }) }),
    JSON.stringify({ who: [ANNA, '王 王芳'] }),
  ],
}
const HARMLESS: Spoken = { thinking: '', text: 'The quick 狐狸 🦊.', calls: ['{"a":[1,"x\\n"]}'] }

const expected = (dialect: StreamDialect): Spoken => ({
  ...RESTORED,
  thinking: dialect === 'messages' ? SPOKEN.thinking : RESTORED.thinking,
})

/** The stream after it came in these pieces. */
function restored(
  dialect: StreamDialect,
  pieces: Iterable<Buffer>,
  restorer = createRestorer(MINTED),
): string {
  const stream = restorer.stream(dialect)
  const out: Buffer[] = []
  for (const piece of pieces) out.push(stream.push(piece) ?? Buffer.alloc(0))
  out.push(stream.end() ?? Buffer.alloc(0))
  return Buffer.concat(out).toString()
}

const pieces = (bytes: Buffer, length: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  )
const events = (bytes: Buffer): readonly Buffer[] =>
  bytes
    .toString()
    .match(/[\s\S]*?\n\n/g)
    ?.map((event) => Buffer.from(event)) ?? []
const parsed = (stream: string): readonly { readonly [name: string]: unknown }[] =>
  [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(String(data)))

for (const dialect of DIALECTS) {
  test(`${dialect}: a stream says what the whole answer says, whatever pieces the model speaks in`, () => {
    for (const length of [1, 2, 3, 4, 5, 6, 7, 1000]) {
      const restorer = createRestorer(MINTED)
      const stream = restored(dialect, events(streamed(dialect, SPOKEN, every(length))), restorer)
      assert.deepEqual(heard(dialect, stream), expected(dialect))
      assert.equal(restorer.unknown, 1)
    }
    const body = createRestorer(MINTED).whole(dialect, whole(dialect, SPOKEN))
    assert.deepEqual(JSON.parse(body.toString()), JSON.parse(whole(dialect, expected(dialect)).toString()))
  })

  test(`${dialect}: the bytes may be cut anywhere`, () => {
    const bytes = streamed(dialect, SPOKEN, every(40))
    const stream = restored(dialect, [bytes])
    for (let length = 1; length <= 7; length += 1)
      assert.equal(restored(dialect, pieces(bytes, length)), stream)
    for (let cut = 1; cut < bytes.length; cut += Math.ceil(bytes.length / ROUNDS))
      assert.equal(restored(dialect, [bytes.subarray(0, cut), bytes.subarray(cut)]), stream)
  })

  test(`${dialect}: a text that is cut anywhere comes out the same`, () => {
    const cutAt =
      (at: number): Cut =>
      (text) =>
        [text.slice(0, at), text.slice(at)].filter((part) => part !== '')
    const step = Math.max(1, Math.floor(SPOKEN.text.length / ROUNDS))
    for (let at = 1; at < SPOKEN.text.length; at += step) {
      const stream = restored(dialect, [streamed(dialect, SPOKEN, cutAt(at))])
      assert.deepEqual(heard(dialect, stream), expected(dialect))
    }
  })

  test(`${dialect}: events in which nothing can match stay the same buffers`, () => {
    const stream = createRestorer(MINTED).stream(dialect)
    for (const event of events(streamed(dialect, HARMLESS, every(4)))) assert.equal(stream.push(event), event)
    assert.equal(stream.end(), null)
    const body = whole(dialect, HARMLESS)
    assert.equal(createRestorer(MINTED).whole(dialect, body), body)
  })

  test(`${dialect}: what is held back is said before the text ends, however the stream ends`, () => {
    const bytes = streamed(
      dialect,
      { ...SPOKEN, thinking: '', text: 'for [PERSON_k7f2_1] [PERS', calls: [] },
      every(6),
    )
    const stream = restored(dialect, events(bytes))
    assert.equal(heard(dialect, stream).text, `for ${ANNA} [PERS`)
    const end = /"finish_reason":"stop"|event: (?:response.output_text.done|content_block_stop)/g
    assert.ok(stream.indexOf('[PERS"') < [...stream.matchAll(end)].at(-1)!.index)
    const cut = events(bytes).filter((event) => !/stop"|_stop|\.done|completed|DONE/.test(event.toString()))
    for (const rest of [
      '',
      'data: {"type":"error","error":{"message":"m"}}\n\n',
      'data: {"id":"x',
      'data: [DONE]\n\n',
    ]) {
      const broken = restored(dialect, [...cut, Buffer.from(rest)])
      assert.equal(heard(dialect, broken.replace('data: {"id":"x', '')).text, `for ${ANNA} [PERS`)
      assert.ok(broken.endsWith(rest))
    }
  })

  test(`${dialect}: nothing but the texts changes, and every event keeps its place`, () => {
    const bytes = streamed(dialect, SPOKEN, every(6))
    const before = parsed(bytes.toString())
    const after = parsed(restored(dialect, [bytes]))
    const shape = (event: object): string =>
      JSON.stringify(event, (name, value: unknown) =>
        [
          'delta',
          'text',
          'arguments',
          'partial_json',
          'content',
          'reasoning_content',
          'sequence_number',
        ].includes(name) && typeof value !== 'object'
          ? null
          : value,
      )
    const added = after.length - before.length
    assert.ok(added <= 3)
    let at = 0
    for (const event of after) if (shape(event) === shape(before[at] ?? {})) at += 1
    assert.equal(at, before.length)
    if (dialect === 'responses')
      assert.deepEqual(
        after.map(({ sequence_number }) => sequence_number),
        after.map((_, number) => number),
      )
  })

  test(`${dialect}: CR LF, comments, a byte order mark and JSON over several lines make no difference`, () => {
    const bytes = streamed(dialect, SPOKEN, every(9)).toString()
    for (const [spelling, back] of [
      [bytes.replaceAll('\n', '\r\n'), '\r\n'],
      [bytes.replaceAll('\n', '\r'), '\r'],
      [`\ufeff: hello\n\n${bytes}`, '\n'],
      [bytes.replaceAll('data: {', 'id: 7\ndata:\t{').replaceAll(',"', ',\ndata: "'), ''],
    ] as const) {
      for (const length of [50, 100_000]) {
        const stream = restored(dialect, pieces(Buffer.from(spelling), length))
        const plain =
          back === ''
            ? stream.replaceAll('\ndata: "', '"').replaceAll('data:\t{', 'data: {')
            : stream.replaceAll(back, '\n')
        assert.deepEqual(heard(dialect, plain), expected(dialect), JSON.stringify(spelling.slice(0, 60)))
      }
    }
  })
}

test('two answers and two calls at once keep their texts apart', () => {
  const chunk = (index: number, delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ choices: [{ delta, index, finish_reason }] })}\n\n`
  const stream = [
    chunk(0, { content: 'a [PERS' }),
    chunk(1, { content: 'b [EMAIL_k7' }),
    chunk(0, { tool_calls: [{ function: { arguments: '{"x":"[PERSON_' }, index: 1 }] }),
    chunk(0, { content: 'ON_k7f2_2]' }),
    chunk(0, { tool_calls: [{ function: { arguments: '"[EMAIL' }, index: 0 }] }),
    chunk(1, { content: 'f2_12]', refusal: 'no, PERSON_k7f2_2' }, 'stop'),
    chunk(0, {
      tool_calls: [
        { function: { arguments: 'k7f2_1]"}' }, index: 1 },
        { function: { arguments: '_k7f2_12]"' }, index: 0 },
      ],
    }),
    chunk(0, {}, 'tool_calls'),
  ].join('')
  const said = parsed(restored('chat', events(Buffer.from(stream)))).flatMap(
    ({ choices }) => choices as never[],
  ) as {
    index: number
    delta: {
      content?: string
      refusal?: string
      tool_calls?: { index: number; function: { arguments: string } }[]
    }
  }[]
  const content = (index: number) =>
    said
      .filter((one) => one.index === index)
      .map(({ delta }) => delta.content ?? '')
      .join('')
  const call = (index: number) =>
    said
      .flatMap(({ delta }) => delta.tool_calls ?? [])
      .filter((one) => one.index === index)
      .map((one) => one.function.arguments)
      .join('')
  assert.deepEqual([content(0), content(1)], ['a 王芳', 'b a@example.org'])
  assert.equal(said.map(({ delta }) => delta.refusal ?? '').join(''), 'no, 王芳')
  assert.deepEqual([JSON.parse(call(1)), JSON.parse(call(0))], [{ x: ANNA }, 'a@example.org'])
})

test('a server that names a finish where there is none does not end the text', () => {
  for (const reason of ['', 'null'])
    for (const content of [
      (text: string): unknown => text,
      (text: string): unknown => [{ type: 'text', text }],
    ]) {
      const chunk = (text: string, finish_reason: string): string =>
        `data: ${JSON.stringify({ choices: [{ delta: { content: content(text) }, finish_reason }] })}\n\n`
      const stream = chunk('for [PERS', reason) + chunk('ON_k7f2_2', reason) + chunk('] [', 'stop')
      const said = restored('chat', events(Buffer.from(stream)))
      assert.equal(
        [...said.matchAll(/"(?:content|text)":"([^"]*)"/g)].map(([, text]) => text).join(''),
        'for 王芳 [',
      )
    }
})

test('whatever several models say at once and however it is cut, nobody loses a character', () => {
  const part = fc.constantFrom(
    '[PERSON_k7f2_1]',
    '[PERSON_k7f2_2',
    'PERSON_k7f2_2',
    ' a ',
    '[',
    '🦊',
    '\\',
    '\n"',
    '[note]',
    '王',
  )
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
  const offline = (restorer: Restorer, dialect: StreamDialect, said: string): string =>
    heard(
      dialect,
      restored(
        dialect,
        [streamed(dialect, { thinking: '', text: said, calls: [] }, (all) => [all])],
        restorer,
      ),
    ).text
  fc.assert(
    fc.property(
      fc.constantFrom(...DIALECTS),
      text,
      fc.integer({ min: 1, max: 7 }),
      (dialect, said, length) => {
        const all = createRestorer(MINTED)
        const cut = createRestorer(MINTED)
        const stream = restored(
          dialect,
          [streamed(dialect, { thinking: '', text: said, calls: [] }, every(length))],
          cut,
        )
        assert.equal(heard(dialect, stream).text, offline(all, dialect, said))
        assert.deepEqual([cut.restored, cut.unknown], [all.restored, all.unknown])
      },
    ),
    { numRuns: ROUNDS },
  )
})

test('citations move with the text, and tokens that would show a placeholder go', () => {
  const placed = (type: string, fields: object): string => `data: ${JSON.stringify({ type, ...fields })}\n\n`
  const text = '🦊 [PERSON_k7f2_2] says [PERSON_k7f2_2]'
  const place = { output_index: 0, content_index: 0 }
  const cited = {
    type: 'url_citation',
    start_index: 23,
    end_index: 38,
    url: 'https://example.org',
    title: '[PERSON_k7f2_2]',
  }
  const part = {
    type: 'output_text',
    text,
    annotations: [cited],
    logprobs: [{ token: '[PERSON', logprob: 0 }],
  }
  const stream =
    placed('response.output_text.delta', {
      ...place,
      delta: text.slice(0, 5),
      logprobs: [{ token: '[PE' }],
    }) +
    placed('response.output_text.delta', { ...place, delta: text.slice(5), logprobs: [{ token: 'RSON' }] }) +
    placed('response.output_text.annotation.added', { ...place, annotation_index: 0, annotation: cited }) +
    placed('response.content_part.done', { ...place, part })
  const moved = { ...cited, start_index: 10, end_index: 12, title: '王芳' }
  const [first, second, added, done] = parsed(restored('responses', [Buffer.from(stream)]))
  assert.deepEqual([first?.['logprobs'], second?.['logprobs']], [[], []])
  assert.deepEqual(added?.['annotation'], moved)
  assert.deepEqual(done?.['part'], { ...part, text: '🦊 王芳 says 王芳', annotations: [moved], logprobs: [] })

  const { type: _, ...url_citation } = cited
  const choice = {
    message: { content: text, annotations: [{ type: 'url_citation', url_citation }] },
    logprobs: { content: [] },
  }
  const body = createRestorer(MINTED).whole('chat', Buffer.from(JSON.stringify({ choices: [choice] })))
  assert.deepEqual(JSON.parse(body.toString()).choices[0].logprobs, null)
  assert.deepEqual(JSON.parse(body.toString()).choices[0].message.annotations[0].url_citation.start_index, 10)
})

test('an answer in a format that was asked for stays JSON', () => {
  const spoken = { thinking: '', text: '{"name":"[PERSON_k7f2_1]"}', calls: [] }
  const restorer = createRestorer(MINTED)
  for (const dialect of DIALECTS) {
    const stream = restorer.stream(dialect, { isStructured: true })
    const out = events(streamed(dialect, spoken, every(4))).map((event) => String(stream.push(event)))
    assert.deepEqual(JSON.parse(heard(dialect, out.join('')).text), { name: ANNA })
  }
  const body = restorer.whole('chat', whole('chat', spoken), { isStructured: true })
  assert.deepEqual(JSON.parse(JSON.parse(body.toString()).choices[0].message.content), { name: ANNA })
})

test('signed thinking, encrypted content and numbers keep their bytes', () => {
  const body =
    '{"id":"[PERSON_k7f2_2]","seed":12345678901234567890,"content":[{"type":"thinking","thinking":"[PERSON_k7f2_2]","signature":"x"},' +
    '{"thinking":"[PERSON_k7f2_2]"},{"type":"tool_use","input":{"id":"[PERSON_k7f2_2]","[PERSON_k7f2_2]":1.0e0}},' +
    '{"encrypted_content":"[PERSON_k7f2_2]","text" : "[PERSON_k7f2_2]\\/"}]}'
  assert.equal(
    createRestorer(MINTED).whole('messages', Buffer.from(body)).toString(),
    body
      .replace('{"thinking":"[PERSON_k7f2_2]"}', '{"thinking":"王芳"}')
      .replace('{"id":"[PERSON_k7f2_2]","[PERSON_k7f2_2]":1.0e0}', '{"id":"王芳","王芳":1.0e0}')
      .replace('"[PERSON_k7f2_2]\\/"', '"王芳/"'),
  )
})

test('errors are restored too, also those that are no JSON', () => {
  const restorer = createRestorer(MINTED)
  const page = (name: string): Buffer => Buffer.from(`<p>no ${name} 🦊</p>`)
  assert.deepEqual(restorer.whole('chat', page('[PERSON_k7f2_2]')), page('王芳'))
  const error = (name: string): Buffer => Buffer.from(`{"error":{"message":"no ${name}","param":null}}\n`)
  assert.deepEqual(restorer.whole('responses', error('[PERSON_k7f2_2]')), error('王芳'))
  const cut = (name: string): Buffer => Buffer.from(`{"a":"${name}`)
  assert.deepEqual(restorer.whole('chat', cut('[PERSON_k7f2_1]')), cut(JSON.stringify(ANNA).slice(1, -1)))
  const deep = Buffer.from(`${'['.repeat(100_000)}"[PERSON_k7f2_2]"`)
  assert.equal(restorer.whole('chat', deep).toString().slice(-4), '"王芳"')
  const binary = Buffer.from([0xff, ...Buffer.from('[PERSON_k7f2_2]')])
  assert.equal(restorer.whole('chat', binary), binary)
})

test('in the answer of a service every member may hold a value', () => {
  const body = (person: string, anna: string): Buffer =>
    Buffer.from(
      `{"id":"${person}","type":"${person}","${person}":[{"status":"${person}","n":1.0,"json":"{\\"a\\":\\"${anna}\\"}"}]}`,
    )
  const anna = JSON.stringify(JSON.stringify(ANNA).slice(1, -1)).slice(1, -1)
  const restored = createRestorer(MINTED).whole('service', body('[PERSON_k7f2_2]', '[PERSON_k7f2_1]'))
  assert.equal(restored.toString(), body('王芳', anna).toString())
})

test('embeddings, and everything when nothing was masked, pass as they are', () => {
  const body = Buffer.from('{"x":"[PERSON_k7f2_2]"}')
  assert.equal(createRestorer(MINTED).whole('embeddings', body), body)
  for (const dialect of DIALECTS) {
    assert.equal(createRestorer([]).whole(dialect, body), body)
    const stream = createRestorer([]).stream(dialect)
    assert.deepEqual([stream.push(body), stream.end()], [body, null])
  }
})
