import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from './terminal.ts'
import { usage as command } from './usage.ts'

const USAGE = {
  by: 'model',
  from: '2026-12-17',
  to: '2027-01-15',
  data: [
    { name: 'gpt-5.2', requests: 1200, failed: 3, cached: 40, input: 90_000, output: 4000, cost: 1.5 },
    { name: null, requests: 2, failed: 2, cached: 0, input: 0, output: 0, cost: 0 },
  ],
}

/** Runs the command against a platform that gives one answer. */
async function run(args: readonly string[], answer: unknown = USAGE) {
  const said = { out: '', err: '' }
  const calls: unknown[][] = []
  const code = await command.run(args, {
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(...call) {
        calls.push(call)
        return answer
      },
    },
  })
  return { code, calls, ...said }
}

test('usage is a table with numbers under each other, and the period beside it', async () => {
  const { code, calls, out, err } = await run([])
  assert.deepEqual([code, calls], [0, [['GET', '/api/usage']]])
  assert.deepEqual(out.split('\n'), [
    'MODEL    REQUESTS  FAILED  CACHED  INPUT  OUTPUT  COST',
    'gpt-5.2      1200       3      40  90000    4000   1.5',
    '-               2       2       0      0       0     0',
    '',
  ])
  assert.equal(err, 'UTC days 2026-12-17 to 2027-01-15.\n')
})

test('every option reaches the platform', async () => {
  const { calls } = await run('--by target --from 2027-01-01 --to 2027-01-31'.split(' '))
  assert.deepEqual(calls, [['GET', '/api/usage?by=target&from=2027-01-01&to=2027-01-31']])
})

test('usage --json is one document', async () => {
  const { out, err } = await run(['--json'])
  assert.deepEqual([JSON.parse(out), err], [USAGE, ''])
})

test('usage --csv is a table for a spreadsheet, without a name where there is none', async () => {
  const { out, err } = await run(['--csv'])
  assert.deepEqual(out.split('\r\n'), [
    'model,from,to,requests,failed,input,output,cost',
    'gpt-5.2,2026-12-17,2027-01-15,1200,3,90000,4000,1.5',
    ',2026-12-17,2027-01-15,2,2,0,0,0',
    '',
  ])
  assert.equal(err, '')
  assert.match((await run(['--csv'], { ...USAGE, data: [] })).out, /^model,from,.*\r\n$/)
})

test('a period without requests says so', async () => {
  assert.equal((await run([], { ...USAGE, data: [] })).out, 'No requests in this period.\n')
})

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['--by colour', /--by: "colour" is not principal, target, model, tenant or day/],
  ['--csv --json', /say --json or --csv, not both/],
  ['--from yesterday', /--from: "yesterday" is not a day such as 2027-01-31/],
  ['--to 2027-02-30', /--to: "2027-02-30" is not a day/],
]
for (const [line, message] of MISTAKES) {
  test(`"freehold usage ${line}" is wrong usage and says what would be right`, async () => {
    await assert.rejects(
      run(line.split(' ')),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}
