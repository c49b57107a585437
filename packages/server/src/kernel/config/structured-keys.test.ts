import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { ConfigSource, LoadedConfig } from './config.ts'
import { ConfigError, loadConfig } from './config.ts'
import { explainConfig } from './explanation.ts'
import { listeners } from './listen-address.ts'
import { problemLine } from './problem.ts'
import { configJsonSchema } from './schema.ts'

function load(text: string, more: Partial<ConfigSource> = {}): LoadedConfig {
  return loadConfig({ file: 'f.yaml', cwd: '/etc/freehold', text, env: {}, ...more })
}

function lines(text: string, more: Partial<ConfigSource> = {}): readonly string[] {
  try {
    load(text, more)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine)
  }
}

const HOUSE = 'name: a, kind: model, zone: private, dialect: openai, url: "http://10.0.0.1/v1", models: [m]'
const target = (more: string): string => `targets: [{ ${HOUSE}, ${more} }]`
const HERE = target('').length - 2

test('targets and routes are read as they are written, with secrets that do not print', () => {
  const { config } = load(
    `
targets:
  - { ${HOUSE}, auth: { jwt: { audience: vllm } } }
  - { name: cloud, kind: model, zone: managed, dialect: openai, url: "https://x.example/v1",
      models: { gpt: gpt-5.2 }, auth: { apiKey: "\${env:KEY}" }, price: { in: 1.25, out: 10 } }
  - { name: nlp, kind: service, zone: managed, url: "https://y.example",
      auth: { header: { name: X-Key, value: "pre-\${env:KEY}" } } }
routes:
  - { to: [a], when: { class: [restricted] } }
  - { when: { service: nlp, class: [public] }, to: [nlp], desensitise: none }
limits: { tenant: { rpm: 600 }, key: { concurrent: 4, moneyPerDay: 2.5 } }
classes: { privateOnly: [confidential] }
`,
    { env: { KEY: 'Canary77' } },
  )
  const [house, cloud, nlp] = config.targets
  assert.deepEqual(house?.auth, { jwt: { audience: 'vllm' } })
  assert.ok(cloud?.kind === 'model' && cloud.auth && 'apiKey' in cloud.auth)
  assert.deepEqual([cloud.auth.apiKey.reveal(), cloud.models], ['Canary77', { gpt: 'gpt-5.2' }])
  assert.ok(nlp?.auth && 'header' in nlp.auth)
  assert.deepEqual([nlp.auth.header.name, nlp.auth.header.value.reveal()], ['x-key', 'pre-Canary77'])
  assert.deepEqual(config.routes, [
    { to: ['a'], when: { class: ['restricted'] } },
    { when: { service: 'nlp', class: ['public'] }, to: ['nlp'], desensitise: 'none' },
  ])
  assert.deepEqual(config.limits, {
    tenant: { rpm: 600 },
    key: { concurrent: 4, moneyPerDay: 2.5 },
    users: undefined,
    groups: undefined,
    alertAt: [0.8, 1],
  })
  assert.deepEqual(config.classes.privateOnly, ['confidential', 'restricted'])
  assert.ok(!(JSON.stringify(config) + inspect(config, { depth: 9 })).includes('Canary77'))
  assert.throws(() => Object.assign(config.targets[0] ?? {}, { zone: 'managed' }), TypeError)
})

test('each mistake inside a target, a rule or a limit is named with its place and what was meant', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['targets: x', /:1:10 {2}targets: must be a list of targets, .*, not this text$/],
    ['targets: {}', /:1:10 {2}targets: must be a list of targets, .*, not a section$/],
    [`targets: [${'x, '.repeat(501)}]`, /:1:10 {2}targets: must have at most 500 entries$/],
    ['targets: [x]', /:1:11 {2}targets\[0\]: must be a section, not this text$/],
    ['targets: [{}]', /:1:11 {2}targets\[0\].kind: is missing: write model or service$/],
    ['targets: [{ kind: modle }]', /:1:19 {2}targets\[0\].kind: must be one of model, .* mean model\?$/],
    [target('modles: 1'), /targets\[0\].modles: unknown key, did you mean models\?$/],
    [target('5: 1'), /targets\[0\]: has a key that is no plain text/],
    [target('auth: {}'), /targets\[0\].auth: must have exactly one of jwt, apiKey, header$/],
    [target('auth: { apiKey: k, jwt: { audience: v } }'), /auth: must have exactly one of/],
    [target('auth: { apikey: k }'), /auth.apikey: unknown key, did you mean apiKey\?$/],
    [target('auth: { header: { name: cookie, value: v } }'), /header.name: is no header for a credential$/],
    [target('tls: { cert: c.pem }'), /targets\[0\].tls: cert and key belong together$/],
    [target('price: { in: 1 }'), /targets\[0\].price.out: is missing$/],
    [target('timeouts: { idleMs: 0 }'), /targets\[0\].timeouts.idleMs: must be at least 1$/],
    [`targets: [{ ${HOUSE} }, { ${HOUSE} }]`, /targets\[1\].name: is the name of targets\[0\] already$/],
    ['routes: [{ too: [a] }]', /:1:12 {2}routes\[0\].too: unknown key, did you mean to\?$/m],
    ['routes: [{ when: { class: internal }, to: [a] }]', /when.class: must be a list, not this text$/],
    ['routes: [{ when: { class: [intrenal] }, to: [a] }]', /:1:28 .*class\[0\]: .* did you mean internal\?$/],
    ['routes: [{ when: { model: x, service: y }, to: [a] }]', /:1:18 .*models or for services, not both$/],
    ['limits: { tenant: { rmp: 1 } }', /:1:21 {2}limits.tenant.rmp: unknown key, did you mean rpm\?$/],
    ['limits: { key: { rpm: 0 } }', /:1:23 {2}limits.key.rpm: must be at least 1$/],
    ['limits: { key: 5 }', /:1:16 {2}limits.key: must be a section with what a key may use/],
    ['limits: { users: { anna: { rmp: 1 } } }', /limits.users.anna.rmp: unknown key, did you mean rpm\?$/],
    [
      'limits: { groups: { "a b": {} } }',
      /limits.groups.\(this key\): must be letters, digits and \. _ -, at most 64$/,
    ],
    ['limits: { alertAt: [0] }', /limits.alertAt\[0\]: must be more than 0$/],
    ['limits: { alertAt: 0.5 }', /limits.alertAt: must be a list of shares, as in \[0.8, 1\], not/],
    [target('limits: { rpm: 5 }'), /targets\[0\].limits.rpm: unknown key$/],
    [target('limits: { moneyPerDay: 0 }'), /targets\[0\].limits.moneyPerDay: must be more than 0$/],
    ['classes: { privateOnly: [secret] }', /:1:26 {2}classes.privateOnly\[0\]: must be one of public/],
    ['records: { writeAhead: off }', /:1:24 {2}records.writeAhead: must be true or false/],
    [
      'records: { maxUnshippedBytes: 1048575 }',
      /records.maxUnshippedBytes: must be .*1048576 \(1 MiB\) or more/,
    ],
    ['records: { keepDays: 3651 }', /records.keepDays: must be a whole number of days from 1 to 3650/],
  ]
  for (const [text, wanted] of cases) assert.match(lines(text).join('\n'), wanted, text)
  assert.match(lines(target('modles: 1'))[0] ?? '', new RegExp(`^f.yaml:1:${HERE}  `))
})

test('a secret is expanded where secrets stand, and nowhere else', () => {
  const env = { KEY: 'k' }
  const refused = /is expanded only in secret fields/
  assert.deepEqual(lines(target('auth: { apiKey: "${env:KEY}" }'), { env }), [])
  for (const text of [
    `targets: [{ ${HOUSE.replace('10.0.0.1', '${env:KEY}')} }]`,
    target('auth: { jwt: { audience: "${env:KEY}" } }'),
    target('auth: { header: { name: "${env:KEY}", value: v } }'),
    'routes: [{ to: ["${env:KEY}"] }]',
    'listen: { data: "${env:KEY}", admin: 127.0.0.1:1 }',
    'tls: { cert: "${file:c.pem}", key: k.pem }',
  ]) {
    const [first, ...others] = lines(text, { env })
    assert.match(first ?? 'accepted', refused, text)
    assert.deepEqual(others, [], 'one mistake is said once')
  }
  const missing = target('auth: { apiKey: "${env:NOPE}" }')
  assert.match(lines(missing, { env })[0] ?? '', /auth.apiKey: .* a variable that is not set: NOPE$/)
})

test('lists and sections whose lines are all commented out are empty, not wrong', () => {
  const { config } = load('targets:\nroutes:\nlimits:\n  tenant:\nclasses:\n  privateOnly:\n')
  assert.deepEqual([config.targets, config.routes, config.limits.tenant], [[], [], undefined])
  assert.deepEqual(config.classes.privateOnly, ['restricted'])
})

test('data, admin and metrics may have listeners of their own', () => {
  const one = listeners(load('').config)
  assert.ok(one.data === one.admin && one.admin === one.metrics)
  const two = listeners(load('listen: { data: 127.0.0.1:1, admin: 127.0.0.1:2 }').config)
  assert.ok(two.data !== two.admin && two.admin === two.metrics)
  const three = listeners(
    load('listen: { data: "[::1]:0", admin: 127.0.0.1:0, metrics: 127.0.0.1:3 }').config,
  )
  assert.deepEqual([three.data.host, three.admin.port, three.metrics.port], ['::1', 0, 3])
  const cases: readonly (readonly [string, RegExp])[] = [
    ['listen: { data: 127.0.0.1:1 }', /:1:9 {2}listen.admin: is missing$/],
    ['listen: { data: 127.0.0.1:1, admin: 127.0.0.1:1 }', /:1:37 {2}listen.admin: is the address of data/],
    ['listen: { data: 1, admin: "127.0.0.1:99999" }', /:1:27 {2}listen.admin: must be host:port/m],
    ['listen: { dta: x, data: 127.0.0.1:1, admin: 127.0.0.1:2 }', /listen.dta: .* did you mean data\?$/],
  ]
  for (const [text, wanted] of cases) assert.match(lines(text).join('\n'), wanted, text)
})

test('every listener that other machines can reach needs TLS, or `tls: off`', () => {
  const text = 'listen:\n  data: 0.0.0.0:1\n  admin: 127.0.0.1:2\n  metrics: "[::]:3"\n'
  const found = lines(text)
  assert.match(found[0] ?? '', /^f.yaml:2:9 {2}listen.data: other machines could connect in plain text/)
  assert.match(found[1] ?? '', /^f.yaml:4:12 {2}listen.metrics: other machines/)
  assert.equal(found.length, 2)
  assert.deepEqual(lines(`${text}tls: off`), [])
  assert.equal(lines(`${text}tls: no`).length, 1, 'who wrote tls wrongly is told that only')
})

test('environment and flags set the one-line forms only', () => {
  const env = (name: string, text: string) => lines('', { env: { [name]: text } })[0] ?? 'accepted'
  assert.equal(env('FREEHOLD_LISTEN', '127.0.0.1:5'), 'accepted')
  assert.equal(env('FREEHOLD_TLS', 'off'), 'accepted')
  assert.match(
    env('FREEHOLD_LISTEN', '7070'),
    /^FREEHOLD_LISTEN {2}listen: must be host:port, .*mean 127.0.0.1:7070\?$/,
  )
  assert.match(env('FREEHOLD_TLS', 'on'), /tls: must be `off`, not this text; a section is written in the/)
  assert.match(env('FREEHOLD_TLS', ''), /tls: must be `off`, not empty/)
  assert.match(env('FREEHOLD_ROUTES', '[]'), /routes: is a list: write it in the configuration file$/)
  assert.match(env('FREEHOLD_LIMITS__TENANT', '{}'), /limits.tenant: is a section: write it in the/)
  assert.match(
    env('FREEHOLD_LIMITS', '{}'),
    /^FREEHOLD_LIMITS {2}is a section: write it in the configuration file$/,
  )
  assert.match(env('FREEHOLD_CLASSES__FOUND', '{}'), /classes.found: is a section: write it in the/)
  assert.match(env('FREEHOLD_BACKUPS__X', 'x'), /not built yet/)
  assert.match(env('FREEHOLD_RECORDS', 'x'), /is a section, did you mean FREEHOLD_RECORDS__WRITE_AHEAD\?$/)
  assert.equal(env('FREEHOLD_RECORDS__WRITE_AHEAD', 'false'), 'accepted')
  assert.match(lines('', { flags: { targets: '[]' } })[0] ?? '', /^--targets {2}targets: is a list/)
})

test('what a room finds wrong with the whole is told at its place in the file', () => {
  const text = 'routes:\n  - when: { model: x }\n    to: [b, c]\nlimits:\n  key: { rpm: 5 }\n'
  const check = () => [
    { path: ['routes', 0, 'to', 1], message: 'names no target' },
    { path: ['routes', 0, 'desensitise'], message: 'is needed' },
    { path: ['limits', 'key', 'rpm'], message: 'is odd' },
    { path: ['targets'], message: 'are needed' },
  ]
  assert.deepEqual(lines(text, { check }), [
    'f.yaml:3:13  routes[0].to[1]: names no target',
    'f.yaml:2:5  routes[0].desensitise: is needed',
    'f.yaml:5:15  limits.key.rpm: is odd',
    'f.yaml  targets: are needed',
  ])
})

test('a room is asked only when every value is right by itself', () => {
  let asked = 0
  const check = () => {
    asked += 1
    return []
  }
  lines('routes: [{}]', { check })
  assert.equal(asked, 0)
  assert.deepEqual(lines('routes: [{ to: [a] }]', { check }), [])
  assert.equal(asked, 1)
  assert.throws(() => load('', { check: () => [{ path: ['nope'], message: 'x' }] }), /a path that is no key/)
})

test('explain shows structured values without secrets', () => {
  const text = `${target('auth: { apiKey: Canary77 }')}\nlimits: { key: { rpm: 5 } }`
  const rows = explainConfig(load(text))
  const row = (key: string) => rows.find((one) => one.key === key)
  assert.ok(!JSON.stringify(rows).includes('Canary77'))
  assert.match(JSON.stringify(row('targets')?.value), /"apiKey":"\[secret\]"/)
  assert.deepEqual(row('limits.key'), {
    key: 'limits.key',
    value: { rpm: 5 },
    origin: 'f.yaml:2',
    variable: null,
    reload: 'live',
    meaning: 'What each key may use at most that has no limits of its own.',
    zh: '没有自己限额的密钥各自的用量上限。',
  })
  assert.deepEqual([row('tls')?.value, row('tls')?.variable], [null, 'FREEHOLD_TLS'])
})

test('the schema says what may stand in a target and in a rule', () => {
  const { properties } = configJsonSchema() as {
    properties: Record<string, { items?: unknown; anyOf?: unknown; maxItems?: number }>
  }
  const targets = JSON.stringify(properties['targets']?.items)
  for (const word of [
    '"const":"service"',
    '"audience"',
    '"apiKey"',
    '"models"',
    '"additionalProperties":false',
  ]) {
    assert.ok(targets.includes(word), word)
  }
  assert.match(JSON.stringify(properties['routes']?.items), /"desensitise".*"required":\["to"\]/)
  assert.match(JSON.stringify(properties['tls']?.anyOf), /"const":"off".*"clientCertificates"/)
  assert.deepEqual([properties['targets']?.maxItems, properties['routes']?.maxItems], [500, 500])
})
