import { test } from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { ConfigSource, LoadedConfig } from './config.ts'
import { ConfigError, loadConfig } from './config.ts'
import { environmentName, variableMeaning } from './environment.ts'
import { explainConfig } from './explanation.ts'
import { CONFIG_KEYS, isConfigKey, KEYS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { problemLine } from './problem.ts'
import { configJsonSchema } from './schema.ts'
import { UNBUILT_KEYS } from './unbuilt.ts'
import { testDirectory } from '../test-directory.ts'

function load(text: string, more: Partial<ConfigSource> = {}): LoadedConfig {
  return loadConfig({ file: 'freehold.yaml', cwd: '/etc/freehold', text, env: {}, ...more })
}

function problems(text: string, more: Partial<ConfigSource> = {}): readonly ConfigProblem[] {
  try {
    load(text, more)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

const lines = (text: string, more: Partial<ConfigSource> = {}): string[] =>
  problems(text, more).map(problemLine)

test('with nothing written, everything has a default', () => {
  const { config, origins, file } = loadConfig({ env: {} })
  assert.deepEqual(config, {
    listen: '127.0.0.1:7070',
    publicUrl: undefined,
    tls: undefined,
    database: undefined,
    tenantDatabases: undefined,
    blobs: undefined,
    s3: undefined,
    keys: {
      provider: 'file',
      path: undefined,
      passphrase: undefined,
      vault: undefined,
      aws: undefined,
      pkcs11: undefined,
      next: undefined,
    },
    targets: [],
    localModels: [],
    routes: [],
    limits: {
      tenant: undefined,
      key: undefined,
      users: undefined,
      groups: undefined,
      alertAt: [0.8, 1],
    },
    classes: { privateOnly: ['restricted'], found: {} },
    desensitise: {},
    detectors: [],
    skillRepositories: [],
    identity: { connections: [], endedDays: 90 },
    privacy: {
      egressDays: 7,
      vaultDays: 90,
      dictionaryIdleMinutes: 60,
      dictionaryMemoryMb: 64,
      tenants: {},
    },
    log: { level: 'info' },
    knowledge: {
      maxFileBytes: 52_428_800,
      parseTimeoutMs: 60_000,
      parseMemoryMb: 512,
      indexMemoryMb: 512,
      indexSharedAboveMb: 0,
      ocrLanguages: 'chi_sim+eng',
      ocrPages: 200,
      ocrTimeoutMs: 60_000,
      guide: true,
      embeddingModel: undefined,
      embeddingDimensions: undefined,
      embeddingPassagePrefix: '',
      embeddingQuestionPrefix: '',
      embeddingTimeoutMs: 1500,
      embeddingMemoryMb: 1024,
      rerankService: undefined,
      rerankPath: 'rerank',
      rerankDialect: 'cohere',
      rerankModel: undefined,
      rerankPassages: 30,
      rerankTimeoutMs: 2000,
    },
    conversations: {
      enabled: true,
      model: 'extract-1',
      temporaryHours: 24,
      runsAtOnce: 10,
      home: 'database',
      closedAfterDays: 30,
      openShares: 'internal',
      runCost: undefined,
    },
    sources: { folders: [], privateHosts: [] },
    records: { writeAhead: true, maxUnshippedBytes: 268_435_456, keepDays: 90 },
    audit: { keepDays: 2557, log: true, syslog: undefined, witnesses: [] },
    circuit: { failures: 5, openMs: 2000 },
    cache: { maxBytes: 67_108_864, maxEntryBytes: 1_048_576 },
    balance: { slowStartMs: 30_000, ejectPercent: 50 },
    skills: { isolateWorkers: 2, strong: 'auto', folders: {}, packages: undefined },
    sockets: { max: 1000, perCaller: 50, idleMs: 300_000, pingMs: 30_000 },
    drain: { timeoutMs: 600_000, propagationMs: 0 },
    metrics: { seriesCap: 2000 },
    telemetry: { otlp: undefined },
    storage: { reserveBytes: 67_108_864 },
  })
  assert.equal(file, null)
  assert.deepEqual(new Set(origins.values()), new Set(['default']))
})

test('a file, the environment and flags win over each other in this order, and say so', () => {
  const text = 'listen: 127.0.0.1:1\nlog:\n  level: warn\nknowledge: { guide: false, parseMemoryMb: 100 }\n'
  const { config, origins } = load(text, {
    env: { FREEHOLD_LISTEN: '127.0.0.1:2', FREEHOLD_KNOWLEDGE__PARSE_MEMORY_MB: '200', FREEHOLD_KEY: 'fh_x' },
    flags: { listen: '127.0.0.1:3', 'log.level': undefined },
  })
  assert.equal(config.listen, '127.0.0.1:3')
  assert.equal(config.log.level, 'warn')
  assert.deepEqual([config.knowledge.guide, config.knowledge.parseMemoryMb], [false, 200])
  assert.deepEqual(
    ['listen', 'log.level', 'knowledge.parseMemoryMb', 'drain.timeoutMs'].map((key) =>
      origins.get(key as (typeof CONFIG_KEYS)[number]),
    ),
    ['flag', 'freehold.yaml:3', 'env:FREEHOLD_KNOWLEDGE__PARSE_MEMORY_MB', 'default'],
  )
})

test('the configuration cannot be changed after it was loaded', () => {
  const { config } = load('log: { level: debug }')
  assert.throws(() => Object.assign(config, { listen: 'x' }), TypeError)
  assert.throws(() => Object.assign(config.log, { level: 'error' }), TypeError)
})

test('each mistake is named with its line, its column and what was probably meant', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['targetz: 1', /^freehold.yaml:1:1 {2}targetz: unknown key, did you mean targets\?$/],
    ['bakups: 1', /^freehold.yaml:1:1 {2}bakups: unknown key, did you mean backups \(not built yet\)\?$/],
    [
      '\nlisten: 127.0.0.1:1\nlog:\n  levl: info\n',
      /^freehold.yaml:4:3 {2}log.levl: unknown key, did you mean level\?$/,
    ],
    ['public_url: http://x', /1:1 {2}public_url: unknown key, did you mean publicUrl\?$/],
    ['level: info', /1:1 {2}level: unknown key, did you mean log.level\?$/],
    ['log: { level: inof }', /1:15 {2}log.level: must be one of .*, not this text, did you mean info\?$/],
    ['log: debug', /1:6 {2}log: must be a section with level$/],
    ['log: [debug]', /1:6 {2}log: must be a section with level$/],
    ['listen: 7070', /1:9 {2}listen: must be host:port.*, not this number, did you mean 127.0.0.1:7070\?$/],
    ['listen: ":7070"', /1:9 {2}listen: must be host:port.* did you mean 127.0.0.1:7070\?$/],
    ['listen: 127.0.0.1:70700', /1:9 {2}listen: must be host:port/],
    ['listen:', /1:1 {2}listen: must be host:port.*, not empty$/],
    [
      'knowledge: { maxFileBytes: 67108865 }',
      /1:28 {2}knowledge.maxFileBytes: must be a whole number of bytes/,
    ],
    ['knowledge: { maxFileBytes: 50 MiB }', /1:28 {2}knowledge.maxFileBytes: must be .* not this text$/],
    ['knowledge: { parseTimeoutMs: 1.5 }', /not a fraction$/],
    ['drain: { timeoutMs: -1 }', /1:21 {2}drain.timeoutMs: must be/],
    ['knowledge: { guide: yes }', /1:21 {2}knowledge.guide: must be true or false/],
    ['publicUrl: ftp://x', /1:12 {2}publicUrl: must be an http or https address/],
    ['publicUrl: https://u:p@x.example', /1:12 {2}publicUrl: must be/],
    ['publicUrl: https://x.example/path', /1:12 {2}publicUrl: must be/],
    ['database: mysql://u:p@h/d', /1:11 {2}database: must be a postgres:\/\/ DSN/],
    [
      'a: 1\nlisten: 127.0.0.1:1\nlisten: 127.0.0.1:2',
      /1:1 {2}a: unknown key\n|3:1 {2}listen: is written twice: the first is in line 2/,
    ],
    ['5: x', /1:1 {2}\(this key\): unknown key$/],
    ['- listen', /1:1 {2}the file must be a list of `key: value` lines$/],
    ['__proto__: { x: 1 }', /1:1 {2}__proto__: unknown key$/],
    ['constructor: 1', /1:1 {2}constructor: unknown key$/],
  ]
  for (const [text, wanted] of cases) assert.match(lines(text).join('\n'), wanted, text)
})

test('all mistakes are reported at once, from every source', () => {
  const found = lines('listne: 1\nlog: { level: 5 }\nbackups: {}\n', {
    env: {
      FREEHOLD_LISTN: 'x',
      FREEHOLD_TARGETS: 'x',
      FREEHOLD_LOG: 'debug',
      FREEHOLD_DRAIN__TIMEOUT_MS: '',
    },
    flags: { listen: 'nonsense' },
  })
  assert.equal(found.length, 8, found.join('\n'))
  for (const wanted of [
    /^freehold.yaml:1:1 {2}listne: unknown key, did you mean listen\?$/,
    /^freehold.yaml:2:15 {2}log.level: must be one of/,
    /^freehold.yaml:3:1 {2}backups: not built yet: it will schedule/,
    /^FREEHOLD_LISTN {2}unknown variable, did you mean FREEHOLD_LISTEN\?$/,
    /^FREEHOLD_TARGETS {2}targets: is a list: write it in the configuration file$/,
    /^FREEHOLD_LOG {2}is a section, did you mean FREEHOLD_LOG__LEVEL\?$/,
    /^FREEHOLD_DRAIN__TIMEOUT_MS {2}drain.timeoutMs: must be .*not empty$/,
    /^--listen {2}listen: must be host:port/,
  ]) {
    assert.ok(
      found.some((line) => wanted.test(line)),
      `${String(wanted)} in\n${found.join('\n')}`,
    )
  }
})

test('what a later release will understand is refused by its own sentence', () => {
  const refusals = UNBUILT_KEYS.map((path) => {
    const [head = '', inner] = path.split('.')
    const [problem] = problems(inner === undefined ? `${head}: {}` : `${head}:\n  ${inner}: {}`)
    assert.deepEqual([problem?.path, problem?.column], [path, inner === undefined ? 1 : 3])
    assert.match(problem?.message ?? '', /^not built yet: it will/)
    return problem?.message
  })
  assert.equal(new Set(refusals).size, UNBUILT_KEYS.length)
})

test('an address that other machines can reach needs TLS, or `tls: off`', () => {
  const refusal =
    /:1:9 {2}listen: other machines could connect in plain text: write `tls: \{ cert: …, key: … \}`, or `tls: off`/
  for (const host of ['0.0.0.0', '[::]', '10.0.0.1', 'house.example', '[::ffff:10.0.0.1]']) {
    assert.match(lines(`listen: "${host}:7070"`)[0] ?? 'accepted', refusal, host)
    assert.deepEqual(lines(`listen: "${host}:7070"\ntls: off`), [])
  }
  for (const host of ['127.0.0.1', '127.9.9.9', '[::1]', 'localhost']) {
    assert.deepEqual(lines(`listen: "${host}:0"`), [], host)
  }
  assert.match(
    lines('', { env: { FREEHOLD_LISTEN: '0.0.0.0:1' } })[0] ?? '',
    /^FREEHOLD_LISTEN {2}listen: other/,
  )
})

const dir = testDirectory()
writeFileSync(join(dir, 'dsn'), 'postgres://u:file-pw@db/f\n')
writeFileSync(join(dir, 'empty'), '')

test('secrets come from the environment or a file beside the configuration, and print as [secret]', () => {
  const text = 'database: "${file:dsn}"'
  const loaded = loadConfig({ file: join(dir, 'freehold.yaml'), text, env: {} })
  assert.equal(loaded.config.database?.reveal(), 'postgres://u:file-pw@db/f')
  const part = load('database: "postgres://u:${env:PW}@db/f"', { env: { PW: 'env-pw' } })
  assert.equal(part.config.database?.reveal(), 'postgres://u:env-pw@db/f')
  const printed = JSON.stringify([part, explainConfig(part)]) + inspect(part, { depth: 9 })
  assert.ok(!printed.includes('env-pw'))
  assert.equal(explainConfig(part).find(({ key }) => key === 'database')?.value, '[secret]')
})

test('a reference anywhere else, or to nothing, is an error at its place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['blobs: "${env:HOME}/blobs"', /1:8 {2}blobs: \$\{…\} is expanded only in secret fields/],
    ['listen: "${env:LISTEN}"', /1:9 {2}listen: \$\{…\} is expanded only/],
    ['database: "${env:NOPE}"', /1:11 {2}database: \$\{env:…\} names a variable that is not set: NOPE$/],
    ['database: "${file:nope}"', /1:11 {2}database: .* cannot be read \(ENOENT\)$/],
    ['database: "${file:empty}"', /1:11 {2}database: .* empty/],
    ['database: "${vault:x}"', /1:11 {2}database: only \$\{env:NAME\} and/],
    ['database: "${env}"', /1:11 {2}database: only \$\{env:NAME\} and/],
  ]
  for (const [text, wanted] of cases) {
    assert.match(lines(text, { file: join(dir, 'freehold.yaml') })[0] ?? 'accepted', wanted, text)
  }
})

test('no message repeats a value, because any of them could be a secret', () => {
  const canary = 'Canary77'
  for (const text of [
    `database: "mysql://u:${canary}@h/d"`,
    `database: "postgres://u:${canary}@h/d`,
    `database: [postgres://u:${canary}@h/d]`,
    `listen: postgres://u:${canary}@h/d`,
    `"postgres://u:${canary}@h/d": 1`,
    `postgres://u:${canary}@h/d`,
    `database: "postgres://u:x@h/d" ${canary}`,
    `database: "\\${canary}"`,
    `database: *${canary}`,
    `database: !${canary} x`,
    `log: { level: ${canary} }`,
    'database: "${env:DSN}"',
    `database: "\${env:pg ${canary}}"`,
  ]) {
    const message = lines(text, { env: { DSN: `nonsense-${canary}` } }).join('\n')
    assert.notEqual(message, '', text)
    assert.ok(!message.includes(canary), message)
  }
})

test('yaml that could surprise is refused: broken, aliased, tagged, too deep, too large, several documents', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['listen: "x\nlog:\n', /2:\d+ {2}a quote, a bracket|3:1 {2}a quote/],
    ['log:\n\tlevel: info', /2:1 {2}a tab is used as indentation/],
    ['log: { level: info', /a quote, a bracket|indentation/],
    [
      'log: &a { level: info }\ndrain: *a',
      /1:\d+ {2}log: anchors are not.*\n.*2:8 {2}drain: aliases are not/,
    ],
    ['<<: { listen: 127.0.0.1:1 }', /1:1 {2}\(this key\): unknown key/],
    ['log: !custom { level: info }', /tags/],
    ['listen: !!str 127.0.0.1:1', /1:15 {2}listen: tags/],
    ['%YAML 1.1\n---\ntls: off', /1:1 {2}directives/],
    ['log: {}\n---\nlog: {}', /2:1 {2}only one document/],
    ['['.repeat(2000), /1:\d+ {2}brackets or lists are nested too deep/],
    [`# ${'x'.repeat(1024 * 1024)}`, /1:1 {2}the file is larger than 1 MiB/],
  ]
  for (const [text, wanted] of cases) assert.match(lines(text).join('\n'), wanted, text.slice(0, 40))
})

test('a file that is absent, a directory or no text is refused as such', () => {
  const from = (file: string): string[] => lines('', { text: undefined, file })
  assert.match(from(join(dir, 'nope.yaml'))[0] ?? '', /nope.yaml {2}there is no such file$/)
  assert.match(from(dir)[0] ?? '', /the file cannot be read \(EISDIR\)$/)
  writeFileSync(join(dir, 'latin1.yaml'), Buffer.from([0x6c, 0xe9]))
  assert.match(from(join(dir, 'latin1.yaml'))[0] ?? '', /the file is not UTF-8 text$/)
})

test('an empty file, a comment and a section without lines are fine', () => {
  for (const text of ['', '# nothing yet\n', '---\n', 'log:\n#  level: debug\n', '\uFEFFlog: {}']) {
    assert.deepEqual(lines(text), [], JSON.stringify(text))
  }
})

test('variables that Kubernetes sets for a service called freehold are not configuration', () => {
  for (const name of [
    'FREEHOLD_SERVICE_HOST',
    'FREEHOLD_SERVICE_PORT_HTTP',
    'FREEHOLD_PORT',
    'FREEHOLD_PORT_7070_TCP_ADDR',
    'FREEHOLD_API_SERVICE_PORT',
    'FREEHOLD_URL',
    'PATH',
  ]) {
    assert.equal(variableMeaning(name).kind, 'not ours', name)
  }
})

test('a public address is kept in one form', () => {
  for (const text of ['https://AI.example.org', 'https://ai.example.org/', 'https://ai.example.org:443']) {
    assert.equal(load(`publicUrl: ${text}`).config.publicUrl, 'https://ai.example.org')
  }
})

test('paths start where they are written', () => {
  assert.equal(load('blobs: ./b').config.blobs, '/etc/freehold/b')
  assert.equal(load('', { cwd: '/srv', env: { FREEHOLD_BLOBS: 'c' } }).config.blobs, '/srv/c')
})

test('every key is in the schema, in the table and in the environment under one name', () => {
  const schema = configJsonSchema()
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema')
  type Node = { properties?: Record<string, Node>; description?: string; additionalProperties?: boolean }
  const leaves: string[] = []
  const walk = (node: Node, path: string): void => {
    if (isConfigKey(path)) {
      assert.ok(node.description, path)
      leaves.push(path)
      return
    }
    assert.equal(node.additionalProperties, false)
    for (const [key, inner] of Object.entries(node.properties ?? {})) {
      walk(inner, path ? `${path}.${key}` : key)
    }
  }
  walk(schema, '')
  assert.deepEqual(leaves.sort(), [...CONFIG_KEYS].sort())
  assert.equal(new Set(CONFIG_KEYS.map(environmentName)).size, CONFIG_KEYS.length)
  assert.equal(explainConfig(load('')).length, Object.keys(KEYS).length)
})
