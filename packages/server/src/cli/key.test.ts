import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT } from './exit-codes.ts'
import { key as command } from './key.ts'
import { UsageError } from './terminal.ts'

const now = Date.UTC(2026, 5, 1)
const KEY = {
  id: '4Zk9qX0bTr1P',
  name: 'laptop',
  creator: 'local-operator',
  scopes: ['model', 'knowledge'],
  class: 'internal',
  ceiling: 'restricted',
  limits: {},
  createdAt: '2026-05-01T08:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
}
const SECRET = 'fh_4Zk9qX0bTr1P_0123456789012345678901234567890123456789012abcdef'

/** Runs the command against a platform that gives the scripted answers, in order. */
async function run(args: readonly string[], ...answers: { status: number; body: unknown }[]) {
  const said = { out: '', err: '' }
  const requests: unknown[][] = []
  const code = await command.run(args, {
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    now: () => now,
    client: {
      async request(...request) {
        requests.push(request)
        const answer = answers.shift()
        assert.ok(answer, 'the platform was asked more often than it should')
        return answer
      },
      async call(...request) {
        requests.push(request)
        return answers.shift()?.body
      },
    },
  })
  return { code, requests, ...said }
}

const created = { status: 201, body: { ...KEY, key: SECRET } }

test('create without options asks for the defaults and prints the key alone, so that it can be piped', async () => {
  const { code, requests, out, err } = await run(['create'], created)
  assert.deepEqual([code, requests, out], [0, [['POST', '/api/keys', {}]], `${SECRET}\n`])
  assert.match(err, /never expires, limits of the configuration\.\n.* shown only this once/)
})

test('create --json prints id and key first, on one line', async () => {
  const { out, err } = await run(['create', '--json'], created)
  assert.deepEqual(JSON.parse(out), { ...KEY, key: SECRET })
  assert.equal(out.startsWith(`{"id":"${KEY.id}","key":"${SECRET}"`), true)
  assert.equal(err, '')
})

test('every option of create reaches the platform', async () => {
  const line =
    'create --name nightly --scope model --scope keys --class public --ceiling internal --expires 30d'
  const { requests } = await run(line.split(' '), created)
  assert.deepEqual(requests[0]?.[2], {
    name: 'nightly',
    scopes: ['model', 'keys'],
    class: 'public',
    ceiling: 'internal',
    expiresAt: '2026-07-01T00:00:00.000Z',
  })
})

test('limits are given one by one or in one list, and told back', async () => {
  const limits = { rpm: 60, tokensPerDay: 100_000, moneyPerDay: 2.5 }
  const answer = { status: 201, body: { ...KEY, limits, key: SECRET } }
  for (const line of [
    'create --limit rpm=60 --limit tokensPerDay=100000 --limit moneyPerDay=2.5',
    'create --limit rpm=60,tokensPerDay=100000,moneyPerDay=2.5',
  ]) {
    const { requests, err } = await run(line.split(' '), answer)
    assert.deepEqual(requests[0]?.[2], { limits })
    assert.match(err, /never expires, limits rpm=60 tokensPerDay=100000 moneyPerDay=2.5\.\n/)
  }
})

test('an expiry may be an instant in any zone', async () => {
  const { requests } = await run(['create', '--expires', '2027-01-01T08:00:00+08:00'], created)
  assert.deepEqual(requests[0]?.[2], { expiresAt: '2027-01-01T00:00:00.000Z' })
})

const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /say what to do: freehold key create, list or revoke/],
  [['make'], /say what to do: freehold key create, list or revoke/],
  [['create', 'laptop'], /unexpected "laptop"/],
  [['create', '--scope', 'modle'], /--scope: "modle" is not a scope. Choose from model,/],
  [['create', '--class', 'secret'], /--class: "secret" is not a class. Choose from public,/],
  [['create', '--ceiling', ''], /--ceiling: "" is not a class/],
  [['create', '--expires', 'tomorrow'], /--expires: "tomorrow" is not a time. Write 12h, 30d/],
  [['create', '--expires', '0d'], /--expires: "0d" is in the past/],
  [['create', '--expires', '2020-01-01T00:00:00Z'], /in the past/],
  [['create', '--expires', '2027-13-45T00:00:00Z'], /not a time/],
  [['create', '--limit', 'rpm'], /--limit: "rpm" is not NAME=NUMBER, such as rpm=60/],
  [['create', '--limit', 'rpm=60,'], /--limit: "" is not NAME=NUMBER/],
  [['create', '--limit', 'rpm=-1'], /--limit: "rpm=-1" is not NAME=NUMBER/],
  [['create', '--limit', 'rpm=60,rpm=70'], /--limit: "rpm" is given twice/],
  [['create', '--limit', 'constructor=5'], /--limit: "constructor" is not a limit/],
  [['create', '--limit', 'tpm=5'], /--limit: "tpm" is not a limit. Choose from rpm, concurrent,/],
  [['create', '--limit', 'rpm=0'], /--limit: rpm=0 will not do: Too small/],
  [['create', '--limit', 'rpm=1.5'], /--limit: rpm=1.5 will not do: Invalid input: expected int/],
  [['list', '--limit', 'rpm=1'], /--limit belongs to "create", not "list"/],
  [['list', '--name', 'x'], /--name belongs to "create", not "list"/],
  [['revoke'], /revoke takes one ID/],
  [['revoke', 'a', 'b'], /revoke takes one ID/],
]
for (const [args, message] of MISTAKES) {
  test(`"freehold key ${args.join(' ')}" is wrong usage, says what would be right and asks nobody`, async () => {
    await assert.rejects(run(args), (error) => error instanceof UsageError && message.test(error.message))
  })
}

test('an option that does not exist is refused as such', async () => {
  await assert.rejects(run(['create', '--colour', 'red']), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' })
})

test('a refusal names the option that was refused and exits with 1', async () => {
  const error = { message: 'too high', type: 'permission_error', param: 'expiresAt', code: 'invalid' }
  const { code, out, err } = await run(['create'], { status: 403, body: { error } })
  assert.deepEqual([code, out, err], [EXIT.refused.code, '', 'freehold: --expires: too high\n'])
})

test('an answer that is no refusal of ours is not dressed up as one', async () => {
  const { code, err } = await run(['list'], { status: 502, body: '<html>' })
  assert.deepEqual([code, err], [1, 'freehold: the answer could not be read (status 502)\n'])
})

test('list reads every page and aligns what it found', async () => {
  const revoked = {
    ...KEY,
    id: 'BBBBBBBBBBBB',
    limits: { rpm: 60, concurrent: 4 },
    name: null,
    revokedAt: '2026-05-02T08:00:00.000Z',
  }
  const expired = { ...KEY, id: 'CCCCCCCCCCCC', name: '夜间', expiresAt: '2026-05-31T23:59:59.000Z' }
  const { requests, out } = await run(
    ['list'],
    { status: 200, body: { data: [KEY, revoked], next: revoked.id } },
    { status: 200, body: { data: [expired], next: null } },
  )
  assert.deepEqual(
    requests.map(([, path]) => path),
    ['/api/keys?limit=200', '/api/keys?limit=200&after=BBBBBBBBBBBB'],
  )
  assert.equal(
    out,
    [
      'ID            STATE    CLASS     CEILING     CREATED            LAST USED  LIMITS               SCOPES           NAME',
      '4Zk9qX0bTr1P  good     internal  restricted  2026-05-01 08:00Z  never      -                    model knowledge  laptop',
      'BBBBBBBBBBBB  revoked  internal  restricted  2026-05-01 08:00Z  never      rpm=60 concurrent=4  model knowledge',
      'CCCCCCCCCCCC  expired  internal  restricted  2026-05-01 08:00Z  never      -                    model knowledge  夜间',
      '',
    ].join('\n'),
  )
})

test('list --json is one document, and an empty list says how to begin', async () => {
  const page = { status: 200, body: { data: [KEY], next: null } }
  assert.deepEqual(JSON.parse((await run(['list', '--json'], page)).out), { data: [KEY] })
  const empty = { status: 200, body: { data: [], next: null } }
  assert.match((await run(['list'], empty)).out, /No keys yet. Make one with: freehold key create/)
})

test('revoke sends the id, also when the whole key was pasted: the secret stays here', async () => {
  for (const given of [KEY.id, SECRET]) {
    const { code, requests, out } = await run(['revoke', given], { status: 204, body: null })
    assert.deepEqual([code, requests], [0, [['DELETE', `/api/keys/${KEY.id}`]]])
    assert.equal(out, `Key ${KEY.id} is revoked.\n`)
  }
})

test('the help shows every scope, class and default', () => {
  for (const word of [
    'audit',
    'confidential',
    'model service knowledge conversations skills requests',
    '30d',
    'Examples:',
  ]) {
    assert.equal(command.help.includes(word), true, word)
  }
})
