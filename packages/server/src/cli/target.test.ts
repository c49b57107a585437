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
  limits: null,
  record: 'async',
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
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(method, path, body) {
        calls.push([method, path, body])
        return answer
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

test('the list shows what a person looks for, and what is not in use', async () => {
  const broken = {
    ...VIEW,
    name: 'cloud',
    zone: 'managed',
    problems: ['url a managed target is reached over https'],
  }
  const troubled = [
    { model: 'qwen3', state: 'open', failures: 5, retryInMs: 3200 },
    { model: 'fast', state: 'half_open', failures: 5, retryInMs: 900 },
    { model: 'other', state: 'closed', failures: 1, retryInMs: null },
  ]
  const data = [
    { ...VIEW, circuits: [] },
    { ...broken, circuits: [] },
    { ...VIEW, name: 'gpu', circuits: troubled },
  ]
  const answer = { version: 2, data }
  const { out } = await run(['list'], { answer })
  assert.match(out, /^NAME +ZONE +SPEAKS +FROM +AUTH +RECORD +URL +STATE +MODELS$/m)
  assert.match(out, /^house +private +openai +settings +apiKey +async +https:\S+ +ok +fast=qwen3-8b qwen3$/m)
  assert.match(out, /^gpu .* left alone for 4 s \(qwen3\), being tried again \(fast\) +fast=/m)
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
    'put x --based-on y',
  ]
  for (const line of [...lines, 'list --based-on 1']) {
    await assert.rejects(run(line.split(' ').filter(Boolean)), UsageError, line)
  }
  assert.match(target.help, /Usage: freehold target list/)
})
