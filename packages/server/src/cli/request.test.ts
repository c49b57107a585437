import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RefusedError } from './client.ts'
import { request as command } from './request.ts'
import { UsageError } from './terminal.ts'

const ID = 'req_00000000000000000000000a'
const SETTLED = {
  id: ID,
  state: 'settled',
  operation: 'chat.create',
  principal: '4Zk9qX0bTr1P',
  at: '2027-01-15T12:00:00.250Z',
  settledAt: '2027-01-15T12:00:01.500Z',
  config: 'v1',
  rule: 'rule-1',
  class: 'confidential',
  classes: { base: 'internal', declared: null, conversation: 'internal', found: 'confidential' },
  findings: { EMAIL: 2, PHONE: 1 },
  modelAsked: 'gpt-5.2',
  target: 'openai',
  zone: 'managed',
  model: 'gpt-5.2',
  attempts: 2,
  cached: false,
  status: 200,
  code: 'ok',
  bytesIn: 1200,
  bytesOut: { private: 300, managed: 1180 },
  masked: { EMAIL: 2 },
  timeToFirstTokenMs: 310.26,
  durationMs: 1250.4,
  usage: { input: 300, output: 100, estimated: true },
  cost: 0.001375,
  reserved: { tokens: 900, cost: 0.009 },
  record: 'strict',
}
const UNDER_WAY = {
  ...SETTLED,
  id: 'req_00000000000000000000000b',
  state: 'admitted',
  settledAt: null,
  target: null,
  zone: null,
  model: null,
  status: null,
  code: null,
  usage: null,
  cost: null,
  timeToFirstTokenMs: null,
  durationMs: null,
  findings: {},
  masked: {},
  record: 'async',
}

/** Runs the command against a platform that gives the scripted answers, in order. */
async function run(args: readonly string[], ...answers: unknown[]) {
  const said = { out: '', err: '' }
  const calls: unknown[][] = []
  const code = await command.run(args, {
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(...call) {
        calls.push(call)
        assert.ok(answers.length > 0, 'the platform was asked more often than it should')
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  })
  return { code, calls, ...said }
}

test('list shows the newest twenty, aligned, and how to see older ones', async () => {
  const { code, calls, out, err } = await run(['list'], { data: [UNDER_WAY, SETTLED], next: null })
  assert.equal(code, 0)
  assert.deepEqual(calls[0], ['GET', '/api/requests?limit=20'])
  assert.deepEqual(out.split('\n'), [
    'ID                            AT                    RESULT     CLASS         ZONE     TARGET  MODEL    TOKENS      COST    MS  BY',
    'req_00000000000000000000000b  2027-01-15 12:00:00Z  under way  confidential  -        -       -             -         -     -  4Zk9qX0bTr1P',
    'req_00000000000000000000000a  2027-01-15 12:00:00Z  200 ok     confidential  managed  openai  gpt-5.2     400  0.001375  1250  4Zk9qX0bTr1P',
    '',
  ])
  assert.equal(err, '')
})

test('a kept answer is told from one of a call', async () => {
  const kept = { ...SETTLED, cached: true, attempts: 0 }
  assert.match((await run(['list'], { data: [kept], next: null })).out, / 200 ok, kept /)
  const { out } = await run(['show', ID], kept)
  assert.match(out, /^result +200 ok, kept$/m)
  assert.match(out, /^attempts +0: a kept answer$/m)
})

test('list stops at the limit, across pages, and says how to go on', async () => {
  const page = { data: Array.from({ length: 200 }, () => SETTLED), next: 'cursor-1' }
  const rest = { data: [SETTLED], next: 'cursor-2' }
  const { calls, out, err } = await run(['list', '--limit', '201', '--after', 'cursor-0'], page, rest)
  assert.deepEqual(
    calls.map(([, path]) => path),
    ['/api/requests?limit=200&after=cursor-0', '/api/requests?limit=1&after=cursor-1'],
  )
  assert.equal(out.split('\n').length, 203)
  assert.equal(err, 'Older ones: freehold request list --limit 201 --after cursor-2\n')
})

test('list --json is one document with the cursor of the rest', async () => {
  const { out, err } = await run(['list', '--limit', '1', '--json'], { data: [SETTLED], next: 'cursor-1' })
  assert.deepEqual(JSON.parse(out), { data: [SETTLED], next: 'cursor-1' })
  assert.equal(err, '')
})

test('an empty list says so', async () => {
  assert.equal((await run(['list'], { data: [], next: null })).out, 'No requests yet.\n')
})

test('show tells everything that is known of one request', async () => {
  const { calls, out } = await run(['show', ID], SETTLED)
  assert.deepEqual(calls, [['GET', `/api/requests/${ID}`]])
  for (const line of [
    'result         200 ok',
    'class          confidential (base internal, conversation internal, found confidential)',
    'found          EMAIL 2, PHONE 1',
    'masked         EMAIL 2',
    'target         openai (managed)',
    'bytes out      private 300, managed 1180',
    'tokens         in 300, out 100 (estimated)',
    'cost           0.001375',
    'written        strict: on the disk before it left',
  ]) {
    assert.ok(out.split('\n').includes(line), `${line}\n---\n${out}`)
  }
})

test('show leaves out what is not known yet, and --json leaves out nothing', async () => {
  const { out } = await run(['show', UNDER_WAY.id], UNDER_WAY)
  assert.match(out, /^result +under way$/m)
  for (const word of ['cost ', 'tokens ', 'masked ', 'target ', 'over at ']) {
    assert.doesNotMatch(out, new RegExp(`^${word}`, 'm'))
  }
  assert.deepEqual(JSON.parse((await run(['show', ID, '--json'], SETTLED)).out), SETTLED)
})

const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /say what to do: freehold request list, show or egress/],
  [['delete'], /say what to do/],
  [['list', 'x'], /unexpected "x"/],
  [['list', '--limit', '0'], /--limit: "0" is not a number from 1/],
  [['list', '--limit', 'all'], /--limit: "all"/],
  [['show'], /show takes one ID such as req_/],
  [['show', ID, ID], /show takes one ID/],
  [['show', '../keys'], /show takes one ID/],
  [['show', ID, '--limit', '3'], /belong to "list"/],
]
for (const [args, message] of MISTAKES) {
  test(`"freehold request ${args.join(' ')}" is wrong usage, says what would be right and asks nobody`, async () => {
    await assert.rejects(run(args), (error) => error instanceof UsageError && message.test(error.message))
  })
}

test('a refusal of the platform ends the command', async () => {
  const refusal = new RefusedError(404, 'not_found', 'There is no such request, or it is not yours.')
  await assert.rejects(run(['show', ID], refusal), refusal)
})
