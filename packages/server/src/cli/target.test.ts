import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { targetPut } from '@freehold/contract/routing.ts'
import { target } from './target.ts'
import { UsageError } from './terminal.ts'

const cwd = mkdtempSync(join(tmpdir(), 'freehold-cli-target-'))
after(() => rmSync(cwd, { recursive: true, force: true }))

const VIEW = {
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: 'https://10.0.1.5/v1',
  models: { fast: 'qwen3-8b', qwen3: 'qwen3' },
  auth: { kind: 'apiKey', name: null },
  tls: { ownCa: false, clientCertificate: false },
  price: null,
  maxOutput: null,
  responses: null,
  maxTokensField: null,
  images: false,
  realtime: false,
  streamUsage: null,
  headers: { request: [], response: [] },
  limits: null,
  record: 'async',
  drained: false,
  discover: false,
  native: null,
  retries: 1,
  origin: 'settings',
  problems: [],
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly calls: readonly (readonly [string, string, unknown])[]
}

async function run(
  args: readonly string[],
  {
    answer = null,
    files = {},
    stdin = '',
    env = {},
  }: {
    readonly answer?: unknown
    readonly files?: Readonly<Record<string, string>>
    readonly stdin?: string
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<Ran> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text, { mode: 0o600 })
  const said = { out: '', err: '' }
  const calls: (readonly [string, string, unknown])[] = []
  const code = await target.run(args, {
    cwd,
    env,
    stdin: Readable.from([stdin]),
    interactive: false,
    progress() {},
    signal: new AbortController().signal,
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(method, path, body) {
        calls.push([method, path, body])
        return Array.isArray(answer) ? answer[Math.min(calls.length, answer.length) - 1] : answer
      },
    },
  })
  return { code, calls, ...said }
}

const HOUSE = `# the model in the cellar
name: house
kind: model
zone: private
dialect: openai
url: https://10.0.1.5/v1
models: [qwen3]
auth: { apiKey: "\${file:key.txt}" }
`

test('a target is put as it stands in freehold.yaml, its secret out of a file beside it', async () => {
  const files = { 'house.yaml': HOUSE, 'key.txt': 'sk-very-secret\n' }
  const { code, out, calls } = await run(['put', 'house.yaml'], {
    files,
    answer: { version: 4, target: VIEW },
  })
  assert.deepEqual([code, out], [0, 'Target house is in use (settings version 4).\n'])
  const [[method, path, body] = []] = calls
  assert.deepEqual([method, path], ['PUT', '/api/targets/house'])
  // What the server would make of it.
  const sent = targetPut.parse(JSON.parse(JSON.stringify(body)))
  assert.deepEqual([sent.version, sent.target.auth], [undefined, { apiKey: 'sk-very-secret' }])
})

test('JSON comes in by standard input, with the version that it is based on', async () => {
  const stdin = JSON.stringify({ name: 'tts', kind: 'service', zone: 'private', url: 'http://10.0.1.6' })
  const answer = {
    version: 8,
    target: { ...VIEW, name: 'tts', kind: 'service', models: null, dialect: null },
  }
  const { out, calls } = await run(['put', '-', '--based-on', '7', '--json'], { stdin, answer })
  assert.equal(JSON.parse(out).version, 8)
  assert.equal(targetPut.parse(JSON.parse(JSON.stringify(calls[0]?.[2]))).version, 7)
})

test('a file that is wrong is refused before anything is sent, with line, column and field', async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [HOUSE.replace('url: https', 'url: ftp'), /^bad\.yaml:6:6 {2}url: must be an http or https address/],
    [
      HOUSE.replace('models: [qwen3]', 'modles: [qwen3]'),
      /bad\.yaml:7:1 {2}modles: unknown key, did you mean models\?/,
    ],
    [
      HOUSE.replace('kind: model', 'kind: modle'),
      /bad\.yaml:3:7 {2}kind: must be one of model, service.*did you mean model/,
    ],
    [
      HOUSE.replace('key.txt', 'gone.txt'),
      /bad\.yaml:8:17 {2}auth\.apiKey: \$\{file:…\} names a file that cannot be read \(ENOENT\)/,
    ],
    ['- name: a', /bad\.yaml:1:1 {2}the file must be a list of `key: value` lines/],
    ['name: [', /bad\.yaml:1:\d+ {2}/],
  ]
  for (const [text, says] of wrong) {
    const { code, out, err, calls } = await run(['put', 'bad.yaml'], { files: { 'bad.yaml': text } })
    assert.match(err, says)
    assert.deepEqual([code, out, calls], [3, '', []])
  }
})

const STALE = {
  models: 3,
  leftOut: 0,
  ageMs: 61_200,
  failure: { code: 'upstream_down', message: 'The target cannot be reached.', agoMs: 900 },
}
const WELL = { circuits: [], health: 'unprobed', load: [], inFlight: 0, discovery: null }
const loadOf = (model: string | null, share: number, ejectedForMs: number | null): object => ({
  model,
  inFlight: 0,
  firstByteMs: { stream: null, whole: 12 },
  failing: 0,
  share,
  ejectedForMs,
})

test('the list shows what a person looks for, and what is not in use', async () => {
  const broken = {
    ...VIEW,
    name: 'cloud',
    zone: 'managed',
    problems: [
      {
        code: 'managed_over_http',
        params: {},
        field: 'url',
        message: 'url a managed target is reached over https',
      },
    ],
  }
  const troubled = [
    { model: 'qwen3', state: 'open', failures: 5, retryInMs: 3200 },
    { model: 'fast', state: 'half_open', failures: 5, retryInMs: 900 },
    { model: 'other', state: 'closed', failures: 1, retryInMs: null },
    { model: null, state: 'open', failures: 5, retryInMs: 0 },
  ]
  const data = [
    { ...VIEW, ...WELL },
    { ...broken, ...WELL },
    { ...VIEW, name: 'gpu', ...WELL, circuits: troubled, inFlight: 2 },
    { ...VIEW, name: 'old', drained: true, ...WELL, inFlight: 3 },
    { ...VIEW, name: 'stale', ...WELL, discovery: { ...STALE, state: 'stale' } },
    {
      ...VIEW,
      name: 'new',
      ...WELL,
      load: [loadOf('fast', 0.35, null), loadOf(null, 1, 1500)],
    },
    { ...VIEW, name: 'careful', zone: 'managed', desensitise: 'gdpr', ...WELL },
    { ...VIEW, name: 'ill', ...WELL, health: 'unhealthy', load: [loadOf('fast', 0.1, null)] },
  ]
  const answer = { version: 2, data }
  const { out } = await run(['list'], { answer })
  assert.match(out, /^NAME +ZONE +SPEAKS +FROM +AUTH +RECORD +URL +STATE +MODELS$/m)
  assert.match(out, /^house +private +openai +settings +apiKey +async +https:\S+ +ok +fast=qwen3-8b qwen3$/m)
  assert.match(
    out,
    /^gpu .* left alone for 4 s \(qwen3\), being tried again \(fast\), left alone until its probe passes +fast=/m,
  )
  assert.match(out, /^careful +managed \(gdpr\) +openai/m)
  assert.match(out, /^new .* out of its groups for 2 s, coming back with 35 % \(fast\) +fast=/m)
  assert.match(out, /^ill .* https:\S+ +its probe fails +fast=/m)
  assert.match(out, /^old .* drained, 3 under way +fast=/m)
  assert.match(out, /^stale .* models not listed for 61 s \(upstream_down\) +fast=/m)
  assert.match(out, /^cloud .* NOT IN USE: url a managed target is reached over https$/m)
  assert.match(out, /^Settings version 2\.$/m)
  assert.deepEqual(JSON.parse((await run(['list', '--json'], { answer })).out), answer)
  assert.match((await run(['list'], { answer: { version: 0, data: [] } })).out, /^No targets/)
})

test('a target is deleted by its name', async () => {
  const { out, calls } = await run(['delete', 'house'])
  assert.deepEqual(
    [out, calls],
    ['Target house is deleted.\n', [['DELETE', '/api/targets/house', undefined]]],
  )
})

test('a target is drained and used again by its name', async () => {
  const answer = {
    version: 3,
    target: { ...VIEW, drained: true, ...WELL, inFlight: 2 },
  }
  const drained = await run(['drain', 'house'], { answer })
  assert.equal(
    drained.out,
    'Target house gets no new requests (settings version 3); 2 under way in this process. See freehold target list.\n',
  )
  assert.deepEqual(drained.calls, [['POST', '/api/targets/house/drain', undefined]])
  const resumed = await run(['drain', 'house', '--resume'], { answer })
  assert.equal(resumed.out, 'Target house is used again (settings version 3).\n')
  assert.deepEqual(resumed.calls, [['POST', '/api/targets/house/resume', undefined]])
  assert.deepEqual(JSON.parse((await run(['drain', 'house', '--json'], { answer })).out), answer)
})

const PULL = {
  id: '018f0000-0000-7000-8000-000000000000',
  target: 'house',
  model: 'qwen3:8b',
  state: 'pulling',
  status: 'pulling 8eeb52dfb3bb',
  step: 'layers',
  completedBytes: 1e9,
  totalBytes: 5e9,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
}
const at = (state: string, status: string): object => ({ data: [{ ...PULL, state, status }] })

test('a model is pulled to its end, and the exit code says how that was', async () => {
  const done = await run(['pull', 'house', 'qwen3:8b'], { answer: [PULL, at('done', 'success')] })
  assert.deepEqual([done.code, done.out], [0, 'qwen3:8b is at house now.\n'])
  assert.deepEqual(done.calls, [
    ['POST', '/api/targets/house/pull', { model: 'qwen3:8b' }],
    ['GET', '/api/targets/house/pull', undefined],
  ])
  const failed = await run(['pull', 'house', 'x'], { answer: [PULL, at('failed', 'file does not exist')] })
  assert.deepEqual([failed.code, failed.err], [1, 'qwen3:8b: failed (file does not exist)\n'])
  const left = await run(['pull', 'house', 'qwen3:8b', '--detach', '--json'], { answer: PULL })
  assert.deepEqual([left.code, JSON.parse(left.out), left.calls.length], [0, PULL, 1])
})

test('a pull is cancelled by the names of target and model', async () => {
  const line = ['pull', 'house', 'qwen3:8b', '--cancel']
  const { out, calls } = await run(line, { answer: [at('pulling', ''), null] })
  assert.equal(out, 'qwen3:8b is not pulled any more. What is there already is kept for next time.\n')
  assert.deepEqual(calls[1], ['DELETE', `/api/pulls/${PULL.id}`, undefined])
  const over = await run(line, { answer: at('done', 'success') })
  assert.deepEqual([over.code, over.err], [1, 'house is not pulling qwen3:8b.\n'])
})

test('the models of a target are shown with what clients may ask for', async () => {
  const plain = {
    ownedBy: null,
    created: null,
    sizeBytes: null,
    family: null,
    parameters: null,
    quantisation: null,
    contextTokens: null,
    capabilities: [],
    loaded: null,
  }
  const data = [
    { ...plain, id: 'gpt', askedAs: ['gpt', 'fast'] },
    { ...plain, id: 'qwen3:8b', askedAs: [], sizeBytes: 5e9, parameters: '8.2B', quantisation: 'Q4_K_M' },
  ]
  const answer = { target: 'house', version: '0.9.1', data, leftOut: 2, pulls: [PULL], discovery: null }
  const { out, calls } = await run(['models', 'house'], { answer })
  assert.deepEqual(calls, [['GET', '/api/targets/house/models', undefined]])
  assert.match(out, /^gpt +gpt fast$/m)
  assert.match(out, /^qwen3:8b +not at all +5\.0 GB +8\.2B Q4_K_M$/m)
  assert.match(out, /^qwen3:8b is being pulled: 20 % of 5\.0 GB, pulling 8eeb52dfb3bb$/m)
  assert.match(out, /^2 entries of its list are left out: /m)
})

test('a wrong command line is a usage error', async () => {
  const lines = [
    '',
    'chekc',
    'constructor',
    'list x',
    'put',
    'put a b',
    'put gone.yaml',
    'delete',
    'drain',
    'drain a b',
    'list --resume',
    'put x --based-on y',
  ]
  const strange = ['list --based-on 1', 'put a.yaml --call', 'test', 'test a b', 'test a --model m']
  const others = ['models', 'models a b', 'pull a', 'pull a m --cancel --detach', 'delete a --cancel']
  for (const line of [...lines, ...strange, ...others]) {
    await assert.rejects(run(line.split(' ').filter(Boolean)), UsageError, line)
  }
  assert.match(target.help, /Usage: freehold target list/)
})
