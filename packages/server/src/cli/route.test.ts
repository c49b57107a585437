import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { explainInput, routesPut } from '@freehold/contract/routing.ts'
import { shadowPut } from '@freehold/contract/shadow.ts'
import { route } from './route.ts'
import { UsageError } from './terminal.ts'

const cwd = mkdtempSync(join(tmpdir(), 'freehold-cli-route-'))
after(() => rmSync(cwd, { recursive: true, force: true }))

type Call = readonly [method: string, path: string, body: unknown]
interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly calls: readonly Call[]
}

/** Each call takes the next answer. */
async function run(
  args: readonly string[],
  {
    answers = [],
    file,
    stdin = '',
  }: { readonly answers?: readonly unknown[]; readonly file?: string; readonly stdin?: string } = {},
): Promise<Ran> {
  if (file !== undefined) writeFileSync(join(cwd, 'routes.yaml'), file)
  const said = { out: '', err: '' }
  const calls: Call[] = []
  const code = await route.run(args, {
    cwd,
    env: {},
    stdin: Readable.from([stdin]),
    out: (text) => void (said.out += text),
    err: (line) => void (said.err += `${line}\n`),
    client: {
      async call(method, path, body) {
        calls.push([method, path, body])
        return answers[calls.length - 1]
      },
    },
  })
  return { code, calls, ...said }
}

const asSent = (body: unknown): unknown => JSON.parse(JSON.stringify(body))
const RULE = {
  id: 'file:1',
  origin: 'file',
  when: { class: ['public', 'internal'], model: ['gpt-*'], service: null, share: 0.05 },
  to: ['cloud', 'local'],
  desensitise: 'strict',
  opaque: 'refuse',
  cache: { ttlSeconds: 600, scope: 'tenant' },
  timeouts: null,
  limits: null,
  problems: [],
}
const BROKEN = {
  ...RULE,
  id: 'settings:1',
  origin: 'settings',
  when: { class: null, model: null, service: ['tts'], share: null },
  cache: null,
  timeouts: { totalMs: 5000 },
  limits: { rpm: 60, concurrent: 4 },
  problems: [{ code: 'no_target', params: {}, field: 'to[0]', message: 'to[0] names no target' }],
}

test('the rules are listed in the order in which they are tried, with what is wrong', async () => {
  const answer = { version: 3, data: [RULE, BROKEN] }
  const { out, calls } = await run(['list'], { answers: [answer] })
  assert.match(
    out,
    /^file:1 +public,internal +5 % of model gpt-\* +strict +refuse +600 s, tenant +cloud, local$/m,
  )
  assert.match(
    out,
    /^settings:1 +any +service tts .* off .* totalMs=5000 concurrent=4 rpm=60 REFUSES: to\[0\] names no target$/m,
  )
  assert.match(out, /Settings version 3\.$/m)
  assert.deepEqual(calls, [['GET', '/api/routes', undefined]])
  assert.deepEqual(JSON.parse((await run(['list', '--json'], { answers: [answer] })).out), answer)
  assert.match((await run(['list'], { answers: [{ version: 0, data: [] }] })).out, /^No rules/)
})

const EXPLAINED = {
  class: 'confidential',
  because: ['key: internal', 'declared: confidential'],
  rule: 'file:2',
  attempts: [{ target: 'house', zone: 'private', model: 'qwen3', desensitise: null }],
  skipped: [{ target: 'cloud', code: 'to_stay', params: {}, reason: 'This request is confidential.' }],
  refused: null,
  version: 'a1b2',
  cache: { ttlSeconds: 60, scope: 'principal' },
}

test('explain says where a text would go, attempt by attempt, and what is left out', async () => {
  const args = ['explain', 'our', 'contract', '--class', 'confidential', '--model', 'qwen3']
  const { code, out, calls } = await run(args, { answers: [EXPLAINED] })
  assert.equal(code, 0)
  assert.deepEqual(out.split('\n'), [
    'Class    confidential (key: internal, declared: confidential)',
    'Rule     file:2',
    'Try 1    house (private), model qwen3',
    'Skipped  cloud: This request is confidential.',
    'Kept     60 s, for the same request of the same principal',
    '',
  ])
  const [[method, path, body] = []] = calls
  assert.deepEqual([method, path], ['POST', '/api/routes/explain'])
  assert.deepEqual(explainInput.parse(asSent(body)), {
    messages: [{ role: 'user', content: 'our contract' }],
    model: 'qwen3',
    class: 'confidential',
  })
})

test('explain says which rules with a share are for the request, and whether they take it', async () => {
  const shares = [
    { rule: 'file:1', share: 0.05, drawn: false },
    { rule: 'file:2', share: 0.125, drawn: true },
  ]
  const { out, calls } = await run(['explain', '--conversation', 'talk-7'], {
    answers: [{ ...EXPLAINED, shares }],
  })
  assert.match(out, /^Share +file:1 takes 5 % of the conversations, not this one$/m)
  assert.match(out, /^Share +file:2 takes 12\.5 % of the conversations, also this one$/m)
  assert.deepEqual(explainInput.parse(asSent(calls[0]?.[2])), { messages: [], conversation: 'talk-7' })
  await assert.rejects(run(['explain', '--conversation', 'two words']), /--conversation: must be/)
})

test('explain needs no text, and shows a refusal as what it explains', async () => {
  const refused = { code: 'stays_home', message: 'No rule.' }
  const answers = [{ ...EXPLAINED, rule: null, attempts: [], skipped: [], refused }]
  const { code, out, calls } = await run(['explain', '--service', 'tts', '--json'], { answers })
  assert.deepEqual([code, JSON.parse(out).refused], [0, refused])
  assert.deepEqual(explainInput.parse(asSent(calls[0]?.[2])), { messages: [], service: 'tts' })
  assert.match((await run(['explain'], { answers })).out, /^Refused +stays_home: No rule\.$/m)
})

test('explain tells of a request on record what would help', async () => {
  const refused = { code: 'stays_home', message: 'No rule.' }
  const instead = { rules: [{ rule: 'file:1', unmet: 'class' }], models: ['qwen3'] }
  const answers = [{ ...EXPLAINED, rule: null, attempts: [], skipped: [], cache: null, refused, instead }]
  const request = 'req_0123456789abcdef01234567'
  const { out, calls } = await run(['explain', '--request', request], { answers })
  assert.deepEqual(explainInput.parse(asSent(calls[0]?.[2])), { messages: [], request })
  assert.match(out, /^Not for it +file:1, by its class\nWould answer +qwen3$/m)
  await assert.rejects(run(['explain', '--request', 'x'], { answers }), /--request: must be the id/)
})

test('rules are replaced by a file that looks like freehold.yaml', async () => {
  const file = 'routes:\n  - { when: { class: [public] }, to: [cloud] }\n  - to: [local]\n'
  const { code, out, calls } = await run(['replace', 'routes.yaml', '--based-on', '3'], {
    file,
    answers: [{ version: 4, data: [RULE] }],
  })
  assert.deepEqual([code, out], [0, '2 rules are in force after those of the file (settings version 4).\n'])
  assert.deepEqual(routesPut.parse(asSent(calls[0]?.[2])), {
    routes: [
      { when: { class: ['public'] }, to: ['cloud'] },
      { when: {}, to: ['local'] },
    ],
    version: 3,
  })
  const piped = await run(['replace', '-'], { stdin: '{"routes":[]}', answers: [{ version: 5, data: [] }] })
  assert.deepEqual(asSent(piped.calls[0]?.[2]), { routes: [] })
})

const COUNTS = {
  same: 9,
  other_target: 0,
  other_handling: 0,
  would_refuse: 1,
  would_answer: 0,
  would_leave: 0,
  would_stay: 0,
  failed: 0,
}
const DIFFERENCE = {
  request: 'req_0123456789abcdef01234567',
  at: '2026-01-02T03:04:05.678Z',
  class: 'internal',
  outcome: 'would_refuse',
  was: { rule: 'file:1', targets: ['house', 'cloud'], refused: null },
  wouldBe: { rule: null, targets: [], refused: 'no_route' },
}
const TRIAL = {
  version: 7,
  shadow: { routes: [RULE], since: '2026-01-02T03:04:05.678Z', counts: COUNTS, differing: [DIFFERENCE] },
}

test('the rules on trial are shown with what they would have changed', async () => {
  const { out, calls } = await run(['shadow'], { answers: [TRIAL] })
  assert.deepEqual(calls, [['GET', '/api/routes/shadow', undefined]])
  assert.match(out, /^file:1 +public,internal +5 % of model/m)
  assert.match(out, /since 2026-01-02 03:04Z:\nsame +9\n/)
  assert.match(out, /^req_\w+ +internal +would_refuse +file:1: house, cloud +no rule: no_route$/m)
  assert.deepEqual(JSON.parse((await run(['shadow', '--json'], { answers: [TRIAL] })).out), TRIAL)
  assert.match(
    (await run(['shadow'], { answers: [{ version: 1, shadow: null }] })).out,
    /^No rules are on trial\./,
  )
})

test('rules are put on trial, promoted as they were looked at, and removed', async () => {
  const file = 'routes:\n  - to: [local]\n'
  const put = await run(['shadow', 'set', 'routes.yaml', '--based-on', '6'], { file, answers: [TRIAL] })
  assert.match(put.out, /^1 rule is on trial and nothing is done by them \(settings version 7\)/)
  assert.deepEqual(put.calls[0]?.slice(0, 2), ['POST', '/api/routes/shadow'])
  assert.deepEqual(shadowPut.parse(asSent(put.calls[0]?.[2])), {
    routes: [{ when: {}, to: ['local'] }],
    version: 6,
  })
  const promoted = await run(['shadow', 'promote'], { answers: [TRIAL, { version: 8, data: [] }] })
  assert.equal(promoted.out, 'The rules on trial are in force (settings version 8).\n')
  assert.deepEqual(promoted.calls[1], ['POST', '/api/routes/shadow/promote', { version: 7 }])
  const given = await run(['shadow', 'promote', '--based-on', '5'], { answers: [{ version: 8, data: [] }] })
  assert.deepEqual(given.calls, [['POST', '/api/routes/shadow/promote', { version: 5 }]])
  const removed = await run(['shadow', 'remove'], { answers: [null] })
  assert.deepEqual(
    [removed.out, removed.calls],
    ['No rules are on trial any more.\n', [['DELETE', '/api/routes/shadow', undefined]]],
  )
  for (const wrong of [
    'set',
    'set a b',
    'chekc',
    'promote x',
    'remove x',
    'remove --based-on 3',
    '--based-on 3',
  ])
    await assert.rejects(run(['shadow', ...wrong.split(' ')]), UsageError, wrong)
})

test('a file that is wrong is refused before anything is sent, with line, column and field', async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['routes:\n  - to: []\n', /^routes\.yaml:2:9 {2}routes\[0\]\.to: must/],
    [
      'routes:\n  - { to: [a], whne: {} }\n',
      /^routes\.yaml:2:16 {2}routes\[0\]\.whne: unknown key, did you mean when\?/,
    ],
    ['routes: []\ntargets: []\n', /^routes\.yaml:2:1 {2}targets: unknown key/],
    ['', /^routes\.yaml:1:1 {2}routes: is missing/],
    [
      'routes:\n  - { to: [a], 1: x }\n',
      /^routes\.yaml:2:16 {2}routes\[0\]: has a key that is no plain text/,
    ],
  ]
  for (const [file, says] of wrong) {
    const { code, err, calls } = await run(['replace', 'routes.yaml'], { file })
    assert.match(err, says)
    assert.deepEqual([code, calls], [3, []])
  }
})

test('versions are read to the last page, and one of them is restored', async () => {
  const at = '2026-01-02T03:04:05.678Z'
  const one = (version: number) => ({ version, at, actor: 'local-operator', targets: 2, routes: 1 })
  const answers = [
    { data: [one(2)], next: '2' },
    { data: [one(1)], next: null },
  ]
  const { out, calls } = await run(['versions'], { answers })
  assert.match(out, /^2 +2026-01-02 03:04Z +2 +1 +local-operator$/m)
  assert.deepEqual(
    calls.map(([, path]) => path),
    ['/api/routing/versions?limit=200', '/api/routing/versions?limit=200&after=2'],
  )
  const restored = await run(['restore', '1'], { answers: [{ version: 3, data: [] }] })
  assert.equal(restored.out, 'Version 1 is in force again, as version 3.\n')
  assert.deepEqual(restored.calls, [['POST', '/api/routing/versions/1/restore', undefined]])
})

test('a wrong command line is a usage error that names the option', async () => {
  const lines = [
    '',
    'constructor',
    'list x',
    'versions x',
    'replace',
    'replace a b',
    'replace gone.yaml',
    'restore',
    'restore x',
    'restore -- -1',
    'list --model x',
    'explain --based-on 1',
  ]
  for (const line of lines) await assert.rejects(run(line.split(' ').filter(Boolean)), UsageError, line)
  await assert.rejects(run(['explain', '--class', 'secret']), /--class: /)
  await assert.rejects(run(['explain', '--service', 'Not A Name']), /--service: must be/)
  assert.match(route.help, /Usage: freehold route list/)
})
