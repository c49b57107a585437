import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { TargetTestResult, TestStep } from '@freehold/contract/offer.ts'
import type { Issued } from './certificates.ts'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { answered, captureServer, ordinary, silent } from './gateway-upstream.ts'

const KEY = 'sk-managed-canary-0123456789'
const LIST = {
  object: 'list',
  data: [{ id: 'gpt', object: 'model', created: 7, owned_by: 'lab' }, { id: 'mini' }],
}
/** Lists its models at `/v1/models` for whoever has the credential, and answers every model. */
const provider: Script = (seen, response) => {
  if (seen.method !== 'GET') return ordinary(seen, response)
  const isKnown = [seen.headers.authorization, seen.headers['x-api-key']].some((value) => value !== undefined)
  if (seen.path.split('?')[0] !== '/v1/models') return answered(404, {})(seen, response)
  return (isKnown ? answered(200, LIST) : answered(401, { error: { message: 'no key' } }))(seen, response)
}

let target: CaptureServer
let house: GatewayHouse
let operator: string
before(async () => {
  target = await captureServer()
  house = await openGateway({
    targets: [
      privateModel(target.url, { models: ['gpt'] }),
      managedModel(target.url, { models: { ours: 'gpt' }, price: { in: 1000, out: 2000 } }),
      managedModel(target.url, { name: 'unpriced' }),
      { name: 'svc', kind: 'service', zone: 'private', url: target.url },
    ],
    routes: [{ to: ['house'] }, { when: { model: 'ours', class: ['public'] }, to: ['cloud'] }],
  })
  operator = await house.key('--scope', '*')
})
after(async () => {
  await house.close()
  await target.close()
})
beforeEach(() => {
  target.answer(provider)
  target.forget()
})

async function post(path: string, body: object, key = operator): Promise<Response> {
  return house.post(path, body, { authorization: `Bearer ${key}` })
}

async function tried(path: string, body: object, key = operator): Promise<TargetTestResult> {
  const response = await post(path, body, key)
  assert.equal(response.status, 200, await response.clone().text())
  return JSON.parse(await response.text())
}
const tryNew = (definition: object, more: object = {}): Promise<TargetTestResult> =>
  tried('/api/targets/test', { target: definition, ...more })
const states = ({ steps }: TargetTestResult): readonly string[] => steps.map(({ state }) => state)
const said = ({ steps }: TargetTestResult, name: TestStep): string => {
  const one = steps.find(({ step }) => step === name)
  return `${one?.state}: ${one?.message}`
}

test('a target in use is tried step by step, with a token of whoever asks, and nothing is sent', async () => {
  const result = await tried('/api/targets/house/test', {})
  assert.equal(result.ok, true)
  assert.deepEqual(states(result), ['ok', 'ok', 'skipped', 'ok', 'ok', 'skipped'])
  assert.deepEqual([result.models, result.request], [['gpt', 'mini'], null])
  const [seen] = target.seen
  assert.deepEqual([target.seen.length, seen?.method, seen?.body.length], [1, 'GET', 0])
  const claims = JSON.parse(
    Buffer.from(seen?.headers.authorization?.split('.')[1] ?? '', 'base64url').toString(),
  )
  assert.deepEqual([claims.aud, claims.class, claims.sub], ['vllm', 'public', await idOf(operator)])
})

async function idOf(key: string): Promise<string> {
  const session = await house.get('/api/session', { authorization: `Bearer ${key}` })
  return JSON.parse(await session.text()).caller.principal
}

test('a target that is not saved is tried the same way, and is not saved by it', async () => {
  const before = await (await house.get('/api/targets', { authorization: `Bearer ${operator}` })).text()
  const result = await tryNew(privateModel(target.url, { name: 'fresh', models: ['gpt', 'gone'] }))
  assert.equal(result.ok, true)
  assert.equal(said(result, 'models'), 'warning: It offers 2 models; of those in "models" not: gone.')
  assert.equal(
    await (await house.get('/api/targets', { authorization: `Bearer ${operator}` })).text(),
    before,
  )
  const { data } = JSON.parse(
    await (await house.get('/api/audit', { authorization: `Bearer ${operator}` })).text(),
  )
  const { action, subject, detail } = data[0]
  assert.deepEqual([action, subject], ['target.tested', 'fresh'])
  assert.deepEqual(detail, { zone: 'private', kind: 'model', call: false })
})

for (const [what, more, step, says] of [
  [
    'a wrong path',
    { url: '/api' },
    'models',
    /not at \/api\/models \(status 404\)\. Did you mean http:.*\/v1\?/,
  ],
  [
    'no credential',
    { auth: undefined },
    'authentication',
    /^failed: It wants a credential, .* \(status 401\)\.$/,
  ],
  ['a closed port', { url: 'http://127.0.0.1:1/v1' }, 'connection', /^failed: Nothing listens there/],
  [
    'a metadata service',
    { url: 'http://169.254.169.254/v1' },
    'address',
    /^failed: 169\.254\.169\.254 may not/,
  ],
  ['a name that nobody has', { url: 'http://no-such.invalid/v1' }, 'address', /^failed: no-such\.invalid/],
  ['plain http behind https', { url: 'https:' }, 'certificate', /^failed: .*(TLS|hung up)/],
] as const) {
  test(`${what} is named as such`, async () => {
    const given = 'url' in more ? more.url : '/v1'
    const url = given.startsWith('/')
      ? target.url + given
      : given === 'https:'
        ? `https://127.0.0.1:${target.port}`
        : given
    const result = await tryNew(privateModel(target.url, { ...more, url }))
    assert.equal(result.ok, false)
    assert.match(said(result, step), says)
  })
}

test('a wrong key is named as such, and no part of it comes back', async () => {
  target.answer(answered(401, { error: { message: `Incorrect API key provided: sk-man***6789 ${KEY}` } }))
  const denied = await tryNew(managedModel(target.url), { call: true })
  assert.equal(said(denied, 'authentication'), 'failed: It does not accept the credential (status 401).')
  assert.deepEqual(
    target.seen.map(({ method }) => method),
    ['GET'],
    'who is not let in sends nothing',
  )
  target.answer(
    answered(500, { error: { message: `worker of ${KEY} (Bearer ${KEY}) and canary-01\u0007 died` } }),
  )
  const broken = await tryNew(managedModel(target.url))
  assert.equal(
    said(broken, 'models'),
    'failed: It answers /v1/models with status 500. It says: worker of […] (Bearer […] and […] died',
  )
  for (const one of [denied, broken]) assert.doesNotMatch(JSON.stringify(one), /canary|0123456789/)
})

test('a target that is slow is not waited for longer than it may take', async () => {
  target.answer(silent)
  const result = await tryNew(privateModel(target.url, { timeouts: { firstByteMs: 100 } }))
  assert.equal(said(result, 'models'), 'failed: The target did not begin to answer in time.')
})

test('only a few targets are tried at a time', async () => {
  target.answer(silent)
  const slow = { target: privateModel(target.url, { timeouts: { firstByteMs: 2000 } }) }
  const answers = await Promise.all(Array.from({ length: 6 }, () => post('/api/targets/test', slow)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 4)
  assert.equal(answers.filter(({ status }) => status === 429).length, 2)
  target.answer(provider)
  assert.equal((await tried('/api/targets/house/test', {})).ok, true, 'their places are free again')
})

test('something else than a list, an endless one and a redirect are no list of models', async () => {
  target.answer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'))
  const page = await tryNew(privateModel(target.url))
  assert.match(said(page, 'models'), /^failed: What it answers at \/v1\/models is no list of models\./)
  target.answer((_, response) => void response.end(Buffer.alloc(5 * 1024 * 1024, 32)))
  assert.match(said(await tryNew(privateModel(target.url)), 'models'), /^failed: The answer is larger than/)
  target.answer(
    (_, response) => void response.writeHead(308, { location: 'http://there.test/x?key=1' }).end(),
  )
  const moved = said(await tryNew(privateModel(target.url)), 'models')
  assert.match(moved, /^failed: It answers \/v1\/models with a redirect to http:\/\/there\.test\/x, /)
  target.answer((_, response) => void response.writeHead(307, { location: `http://there.test/${KEY}` }).end())
  assert.match(said(await tryNew(managedModel(target.url)), 'models'), /with a redirect to \[…\], /)
  assert.equal(
    target.seen.some(({ path }) => path === '/x'),
    false,
  )
})

interface Kept {
  readonly operation: string
  readonly record: string
  readonly class: string
  readonly model: string
  readonly cost: number
  readonly bytesOut: { readonly managed: number; readonly private: number }
}
const recordOf = (id: string | null): Promise<Kept> =>
  settledRecord(house, id, { authorization: `Bearer ${operator}` })

test('a call is made only when asked for; it is on record and paid for like any other', async () => {
  const result = await tried('/api/targets/cloud/test', { call: true })
  assert.equal(result.ok, true)
  assert.equal(said(result, 'call'), 'ok: gpt answered.')
  const [list, call] = target.seen
  assert.deepEqual([list?.method, call?.method, call?.path], ['GET', 'POST', '/v1/chat/completions'])
  assert.equal(
    call?.body.toString(),
    '{"model":"gpt","messages":[{"role":"user","content":"Hello"}],"max_completion_tokens":1}',
  )
  assert.equal(call?.headers.authorization, `Bearer ${KEY}`)
  const kept = await recordOf(result.request)
  assert.deepEqual(
    [kept.operation, kept.record, kept.class, kept.model, kept.bytesOut],
    ['target.test', 'strict', 'public', 'gpt', { managed: call?.body.length, private: 0 }],
  )
  assert.equal(kept.cost, 0.025, '11 tokens in and 7 out, as the target says')
  const metrics = await (await house.get('/metrics', { authorization: `Bearer ${operator}` })).text()
  assert.match(metrics, /freehold_egress_bytes_total\{target="cloud",zone="managed"\} \d/)
})

test('a target of the Anthropic dialect is listed and called in its own words', async () => {
  const claude = { name: 'claude', dialect: 'anthropic', auth: { apiKey: KEY } }
  target.answer((seen, response) => {
    if (seen.method === 'POST') return ordinary(seen, response)
    const isFirst = !seen.path.includes('after_id')
    const data = [{ type: 'model', id: isFirst ? 'opus' : 'haiku', created_at: '2025-01-01T00:00:00Z' }]
    return answered(200, { data, has_more: isFirst, last_id: isFirst ? 'opus' : 'haiku' })(seen, response)
  })
  const result = await tryNew(privateModel(target.url, claude), { call: true, model: 'haiku' })
  assert.deepEqual([result.ok, result.models], [true, ['opus', 'haiku']])
  assert.deepEqual(
    target.seen.map(({ path }) => path),
    ['/v1/models?limit=1000', '/v1/models?limit=1000&after_id=opus', '/v1/messages'],
  )
  const last = target.seen.at(-1)
  assert.deepEqual([last?.headers['x-api-key'], last?.headers['anthropic-version']], [KEY, '2023-06-01'])
  assert.equal(JSON.parse(String(last?.body)).max_tokens, 1)
})

test('where nothing lists the models, a call decides', async () => {
  target.answer((seen, response) => (seen.method === 'GET' ? answered(404, {}) : ordinary)(seen, response))
  const definition = privateModel(target.url, { models: ['gpt'] })
  const silentOne = await tryNew(definition)
  assert.deepEqual([silentOne.ok, states(silentOne)[4]], [false, 'failed'])
  const called = await tryNew(definition, { call: true })
  assert.deepEqual([called.ok, states(called).slice(4)], [true, ['warning', 'ok']])
  target.answer(answered(404, {}))
  assert.equal((await tryNew(definition, { call: true })).ok, false)
})

test('a call that may not be made is not made', async () => {
  const frugal = await house.key('--scope', '*', '--limit', 'moneyPerDay=0.01')
  const first = await tried('/api/targets/cloud/test', { call: true }, frugal)
  assert.equal(said(first, 'call'), 'ok: gpt answered.', 'the last one may go over the limit')
  target.forget()
  for (const [name, more, says] of [
    ['unpriced', {}, /no price/],
    ['cloud', {}, /moneyPerDay/],
    ['house', { model: 'another' }, /do not hold the model/],
  ] as const) {
    const result = await tried(`/api/targets/${name}/test`, { call: true, ...more }, frugal)
    assert.match(said(result, 'call'), says)
    assert.equal(result.request, null)
  }
  assert.equal(
    target.seen.some(({ method }) => method === 'POST'),
    false,
  )
})

test('only the operator may try a target, and only one that could be saved', async () => {
  const refused = await post('/api/targets/house/test', {}, house.apiKey)
  assert.equal(refused.status, 403)
  for (const [path, body, status, param] of [
    ['/api/targets/gone/test', {}, 404, 'name'],
    ['/api/targets/house/test', { call: 'yes' }, 400, 'call'],
    ['/api/targets/test', { target: privateModel('ftp://x') }, 400, 'target.url'],
    ['/api/targets/test', { target: managedModel('http://10.0.0.1') }, 400, 'target.url'],
    [
      '/api/targets/test',
      { target: managedModel(target.url, { auth: { jwt: { audience: 'x' } } }) },
      400,
      'target.auth.jwt',
    ],
  ] as const) {
    const response = await post(path, body)
    assert.equal(response.status, status)
    assert.equal(JSON.parse(await response.text()).error.param, param)
  }
  assert.deepEqual(target.seen, [])
  const service = await tried('/api/targets/svc/test', { call: true })
  assert.deepEqual(states(service), ['ok', 'ok', 'skipped', 'skipped', 'skipped', 'skipped'])
  assert.deepEqual(target.seen, [], 'nobody knows what a call to a service does')
})

test(
  'certificates are told apart: good, unknown, for another name, expired soon',
  { skip: cannotIssue },
  async () => {
    const registry = openRegistry()
    const authority = registry.authority('Freehold tests')
    const served: Server[] = []
    const serve = async ({ cert, key }: Issued): Promise<string> => {
      const server = createServer({ cert, key }, (_, response) => response.end(JSON.stringify(LIST)))
      served.push(server.listen(0, '127.0.0.1'))
      await once(server, 'listening')
      // `listen` on a host and port yields this and nothing else.
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    }
    const known = { tls: { ca: authority.cert } }
    const at = (url: string, more: object): object => privateModel('http://x', { ...more, url })
    const good = await tryNew(at(await serve(authority.issue({ days: 90 })), known))
    assert.match(said(good, 'certificate'), /^ok: CN=of a test: trusted, and valid until 20/)
    assert.deepEqual(
      [good.certificate?.subject, good.certificate?.issuer],
      ['CN=of a test', 'CN=Freehold tests'],
    )
    const soon = await tryNew(at(await serve(authority.issue()), known))
    assert.match(said(soon, 'certificate'), /^warning: CN=of a test: trusted, but it ends soon/)
    const strange = await tryNew(at(await serve(authority.issue()), {}))
    assert.match(
      said(strange, 'certificate'),
      /^failed: .* not trusted here\. Name that authority in tls\.ca\.$/,
    )
    const other = await tryNew(at(await serve(authority.issue({ names: 'DNS:other.test' })), known))
    assert.match(said(other, 'certificate'), /^failed: The certificate is for another name/)
    for (const server of served) server.close()
    registry.close()
  },
)

test('freehold target test shows each step, and its exit code says whether all went well', async () => {
  const good = await house.cli('target', 'test', 'house')
  assert.equal(good.status, 0, good.stderr)
  assert.match(
    good.stdout,
    /^house \(private\)\n {2}address {9}ok {7}It may be dialled by a private target\. \(\d+ ms\)\n/,
  )
  assert.match(good.stdout, /\nhouse can be used\.\n$/)
  const file = join(house.data, 'cloud.yaml')
  await writeFile(
    file,
    `name: cloud\nkind: model\nzone: managed\ndialect: openai\nurl: ${target.url}/x\nmodels: ['*']\nauth: { apiKey: ${KEY} }\n`,
  )
  const bad = await house.cli('target', 'test', file, '--json')
  assert.equal(bad.status, 1)
  assert.equal(JSON.parse(bad.stdout).ok, false)
  assert.doesNotMatch(bad.stdout + house.output(), /canary/)
  assert.equal((await house.cli('target', 'test', 'gone')).status, 1)
  assert.equal((await house.cli('target', 'test', './gone.yaml')).status, 2)
  assert.equal((await house.cli('target', 'test', 'house', '--model', 'gpt')).status, 2)
  assert.match(house.output(), /"event":"target\.tested","target":"cloud","outcome":"failed","step":"models"/)
})
