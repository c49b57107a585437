import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service as command } from './service.ts'
import { UsageError } from './terminal.ts'

const ACCOUNT = {
  id: '018f0000-0000-7000-8000-000000000001',
  name: 'nightly report',
  role: 'member',
  scopes: ['model'],
  class: 'internal',
  ceiling: 'restricted',
  limits: { rpm: 30 },
  keys: [],
  certificate: null,
  resources: [],
  redirectUris: [],
  public: false,
  createdAt: '2026-05-01T08:00:00.000Z',
  disabledAt: null,
}

/** Runs the command against a platform with one service account that answers every change with it. */
async function run(...args: readonly string[]) {
  const said = { out: '', err: '' }
  const requests: unknown[][] = []
  await command.run(args, {
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(...request) {
        requests.push(request)
        const [method, path] = request
        return method === 'GET' && path.includes('?') ? { data: [ACCOUNT], next: null } : ACCOUNT
      },
    },
  })
  return { requests, ...said }
}

test('create sends what was asked for and leaves the rest to the server', async () => {
  const plain = await run('create', 'nightly report')
  assert.deepEqual(plain.requests, [['POST', '/api/service-accounts', { name: 'nightly report' }]])
  assert.match(plain.out, /freehold key create --service 018f/)
  const line = ['--role', 'guest', '--scope', 'model', '--class', 'public', '--ceiling', 'internal']
  const { requests } = await run('create', 'x', ...line, '--limit', 'rpm=30,tokensPerDay=5')
  assert.deepEqual(requests[0]?.[2], {
    name: 'x',
    role: 'guest',
    scopes: ['model'],
    class: 'public',
    ceiling: 'internal',
    limits: { rpm: 30, tokensPerDay: 5 },
  })
})

test('an application says where people are taken back, and whether it keeps a key', async () => {
  const uris = ['--redirect-uri', 'https://a.example/back', '--redirect-uri', 'http://127.0.0.1/back']
  const redirectUris = ['https://a.example/back', 'http://127.0.0.1/back']
  const made = await run('create', 'wiki', '--public', ...uris)
  assert.deepEqual(made.requests[0]?.[2], { name: 'wiki', redirectUris, public: true })
  const without = await run('change', ACCOUNT.id, '--redirect-uri', '')
  assert.deepEqual(without.requests[1]?.[2], { redirectUris: [] })
  const proven = await run('change', ACCOUNT.id, '--certificate', 'DNS:wiki.example')
  assert.deepEqual(proven.requests[1]?.[2], { certificate: 'DNS:wiki.example', public: false })
})

test('a service account is found by its name, however it is capitalised, and by its id', async () => {
  for (const who of ['Nightly Report', ACCOUNT.id]) {
    const { requests, out } = await run('disable', who)
    assert.deepEqual(requests[1], ['PATCH', `/api/service-accounts/${ACCOUNT.id}`, { disabled: true }])
    assert.match(out, /nightly report is disabled/)
  }
  await assert.rejects(
    run('show', 'somebody'),
    new UsageError('no service account is called "somebody". See: freehold service list'),
  )
})

test('the list shows what each may do, and --json is what the API answers', async () => {
  assert.match(
    (await run('list')).out,
    /open +internal +restricted +2026-05-01 08:00Z +rpm=30 +model +nightly report\n$/,
  )
  assert.deepEqual(JSON.parse((await run('list', '--json')).out), { data: [ACCOUNT] })
})

test('deleting asks for --yes, and options of another verb are refused', async () => {
  await assert.rejects(run('delete', 'nightly report'), /--yes/)
  assert.equal((await run('delete', 'nightly report', '--yes')).out, 'The service account is deleted.\n')
  await assert.rejects(run('show', 'x', '--role', 'guest'), /belongs to "create" or "change"/)
  await assert.rejects(run('change', 'nightly report'), /say what to change/)
  await assert.rejects(run('frob'), /say what to do/)
})
