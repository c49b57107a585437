import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MutationHouse } from './gateway-mutations.ts'
import { caseOf, openMutationHouse, runMutations } from './gateway-mutations.ts'
import { judge } from './mutation-judge.ts'
import { RECORDINGS } from './recorded-streams.ts'

let open: MutationHouse
before(async () => {
  open = await openMutationHouse()
})
after(() => open.close())

const COUNT = 1000
const SEED = Number(process.env['SEED'] ?? 1)

test(`${COUNT} mutated answers of targets: each is told whole and right, or as an error`, async (t) => {
  const tally = await runMutations(open, { seed: SEED, count: COUNT })
  t.diagnostic(`seed ${SEED}: ${JSON.stringify(tally)}`)
  for (const kind of ['passed', 'translated', 'answered', 'broken', 'refused 502'])
    assert.ok((tally[kind] ?? 0) > 10, kind)
})

test('what must not be told would be noticed: a stream without its end, other words, an error that nobody names', () => {
  const recording = RECORDINGS.find(({ name }) => name === 'OpenAI: text, then usage')
  assert.ok(recording)
  const body = Buffer.from(recording.text)
  const sending = {
    pieces: [body],
    framing: 'close',
    end: 'whole',
    headers: ['content-type: text/event-stream; charset=utf-8'],
    status: 200,
  } as const
  const one = {
    ...caseOf(1, 1),
    flow: { client: 'chat', target: 'chat', letter: 'o' },
    recording,
    mutation: { how: 'nothing', body, sending },
  } as const
  const got = { status: 200, headers: {}, body, isWhole: true }
  assert.equal(judge(one, got), 'passed')
  const cut = body.subarray(0, body.indexOf('"finish_reason":"stop"') - 100)
  for (const wrong of [
    { ...got, body: cut },
    { ...got, body: Buffer.from(recording.text.replace('brown', 'red')) },
    { ...got, isWhole: false },
    {
      ...got,
      isWhole: false,
      body: Buffer.concat([cut, Buffer.from('\n\nevent: error\ndata: {"error":{"message":"x"}}\n\n')]),
    },
    { ...got, status: 502, body: Buffer.from('Bad gateway') },
    { ...got, status: 502, body: Buffer.from('{"error":{"message":"x"}}') },
  ])
    assert.throws(() => judge(one, wrong))
})
