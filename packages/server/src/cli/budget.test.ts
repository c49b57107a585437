import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budget as command } from './budget.ts'
import { UsageError } from './terminal.ts'

const BUDGETS = {
  data: [
    {
      budget: 'key:4Zk9qX0bTr1P',
      limit: 'moneyPerMonth',
      period: '2027-01',
      endsAt: '2027-02-01T00:00:00.000Z',
      most: 200,
      spent: 170.5,
      reserved: 1.25,
      ratio: 0.8525,
      alerts: [{ at: '2027-01-15T12:00:00.000Z', share: 0.8 }],
    },
    {
      budget: 'target:cloud',
      limit: 'tokensPerDay',
      period: '2027-01-15',
      endsAt: '2027-01-16T00:00:00.000Z',
      most: 1_000_000,
      spent: 0,
      reserved: 0,
      ratio: 0,
      alerts: [],
    },
  ],
}

async function run(args: readonly string[], ...pages: object[]) {
  let out = ''
  const calls: unknown[][] = []
  const code = await command.run(args, {
    out: (text) => void (out += text),
    client: {
      async call(...call) {
        calls.push(call)
        return pages.shift() ?? assert.fail('there is no such page')
      },
    },
  })
  return { code, calls, out }
}

test('budgets are a table of what is spent, reserved and left, with the alerts that were raised', async () => {
  const { code, calls, out } = await run(['list'], { ...BUDGETS, next: null })
  assert.deepEqual([code, calls], [0, [['GET', '/api/budgets?limit=1000']]])
  assert.deepEqual(out.split('\n'), [
    'BUDGET            LIMIT          PERIOD      SPENT  RESERVED       OF   USED  ALERTS',
    'key:4Zk9qX0bTr1P  moneyPerMonth  2027-01     170.5      1.25      200  85.2%  80%',
    'target:cloud      tokensPerDay   2027-01-15      0         0  1000000     0%  -',
    '',
  ])
})

test('budget list --json is one document of all pages, and without budgets it says so', async () => {
  const [first, second] = BUDGETS.data
  const pages = [
    { data: [first], next: 'key:4Zk9qX0bTr1P 2027-01 micros' },
    { data: [second], next: null },
  ]
  const { out, calls } = await run(['list', '--json'], ...pages)
  assert.deepEqual(JSON.parse(out), BUDGETS)
  assert.equal(calls[1]?.[1], '/api/budgets?limit=1000&after=key%3A4Zk9qX0bTr1P+2027-01+micros')
  assert.equal(
    (await run(['list'], { data: [], next: null })).out,
    'No budgets: nothing limits what is spent.\n',
  )
})

for (const line of ['', 'show', 'list all', 'list --csv']) {
  test(`"freehold budget ${line}" is wrong usage`, async () => {
    await assert.rejects(
      run(line.split(' ').filter((word) => word !== '')),
      (error) => error instanceof UsageError || error instanceof TypeError,
    )
  })
}
