import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ConfigError, loadConfig } from './config.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isConfigKey, isStructured, KEYS, SECTIONS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { UNBUILT_KEYS } from './unbuilt.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 8)

/** A good file as lines; each mutation changes one, so the line of the error is known beforehand. */
interface Line {
  readonly key: string
  readonly indent: number
  readonly name: string
  readonly value: string
}

const GOOD: Readonly<Record<ConfigKey, string>> = {
  listen: '127.0.0.1:7070',
  publicUrl: 'https://ai.example.org',
  tls: 'off',
  database: 'postgres://u@db.example/f',
  tenantDatabases: 'postgres://m@db.example/f',
  blobs: '/srv/blobs',
  s3: '{ accessKeyId: AK, secretAccessKey: sk }',
  'keys.provider': 'file',
  'keys.path': '/srv/root.key',
  'keys.passphrase': 'correct horse battery staple',
  'keys.vault': '{ address: "https://vault.example", key: house }',
  'keys.aws': '{ region: eu-central-1, key: "1234", accessKeyId: AK, secretAccessKey: sk }',
  'keys.pkcs11': `{ module: ${JSON.stringify(process.execPath)}, token: house, key: root, pin: "1234" }`,
  'keys.next': '{ provider: file, path: /srv/next.key }',
  localModels: '[]',
  targets: '[{ name: pay, kind: service, zone: private, url: "http://10.0.0.1" }]',
  routes: '[{ when: { service: pay }, to: [pay] }]',
  'limits.tenant': '{ rpm: 100 }',
  'limits.key': '{ concurrent: 3 }',
  'limits.users': '{ anna: { moneyPerMonth: 3 } }',
  'limits.groups': '{ staff: { tokensPerMonth: 3 } }',
  'limits.alertAt': '[0.5]',
  'classes.privateOnly': '[confidential]',
  'classes.found': '{ default: internal, SECRET: confidential }',
  'privacy.egressDays': '3',
  'privacy.vaultDays': '30',
  'privacy.dictionaryIdleMinutes': '10',
  'privacy.dictionaryMemoryMb': '128',
  'privacy.tenants': '{ "*": gdpr }',
  detectors: '[{ name: ner, kind: presidio, url: "http://127.0.0.1:3000" }]',
  'identity.connections': '[{ id: hq, name: HQ, issuer: "https://id.example.org", clientId: fh }]',
  desensitise: '{ ours: { default: redact, SECRET: block } }',
  'log.level': 'warn',
  'knowledge.maxFileBytes': '1000000',
  'knowledge.parseTimeoutMs': '1000',
  'knowledge.parseMemoryMb': '128',
  'knowledge.indexMemoryMb': '128',
  'knowledge.indexSharedAboveMb': '64',
  'knowledge.ocrLanguages': 'eng',
  'knowledge.ocrPages': '20',
  'knowledge.ocrTimeoutMs': '30000',
  'knowledge.guide': 'false',
  'knowledge.embeddingModel': 'bge-m3',
  'knowledge.embeddingDimensions': '256',
  'knowledge.embeddingPassagePrefix': 'passage',
  'knowledge.embeddingQuestionPrefix': 'query',
  'knowledge.embeddingTimeoutMs': '800',
  'knowledge.embeddingMemoryMb': '256',
  'knowledge.rerankService': 'reranker',
  'knowledge.rerankPath': 'v1/rerank',
  'knowledge.rerankDialect': 'tei',
  'knowledge.rerankModel': 'bge-reranker-v2-m3',
  'knowledge.rerankPassages': '20',
  'knowledge.rerankTimeoutMs': '1000',
  'conversations.enabled': 'true',
  'conversations.model': 'qwen3-32b',
  'conversations.temporaryHours': '24',
  'conversations.runsAtOnce': '10',
  'conversations.home': 'blobs',
  'conversations.closedAfterDays': '7',
  'conversations.openShares': 'none',
  'conversations.runCost': '2.5',
  'skills.isolateWorkers': '4',
  'skills.strong': 'required',
  'skills.folders': '{ source: /srv/source }',
  'skills.packages': '/srv/packages',
  'sources.folders': '[/srv/papers]',
  'sources.privateHosts': '[wiki.internal]',
  skillRepositories: '[]',
  'records.writeAhead': 'false',
  'records.maxUnshippedBytes': '2000000',
  'records.keepDays': '30',
  'audit.keepDays': '400',
  'identity.endedDays': '30',
  'audit.log': 'false',
  'audit.syslog': '{ address: "siem.example.org:6514" }',
  'audit.witnesses': '[]',
  'circuit.failures': '7',
  'circuit.openMs': '1000',
  'cache.maxBytes': '1000000',
  'cache.maxEntryBytes': '5000',
  'balance.slowStartMs': '1000',
  'balance.ejectPercent': '60',
  'sockets.max': '10',
  'sockets.perCaller': '2',
  'sockets.idleMs': '60000',
  'sockets.pingMs': '1000',
  'drain.timeoutMs': '1000',
  'drain.propagationMs': '8000',
  'metrics.seriesCap': '500',
  'telemetry.otlp': '{ endpoint: "https://otlp.example" }',
  'storage.reserveBytes': '0',
}

const LINES: readonly Line[] = CONFIG_KEYS.flatMap((key, at) => {
  const [head = '', inner] = key.split('.')
  if (inner === undefined) return [{ key, indent: 0, name: head, value: GOOD[key] }]
  const line = { key, indent: 2, name: inner, value: GOOD[key] }
  const first = CONFIG_KEYS.findIndex((other) => other.startsWith(`${head}.`)) === at
  return first ? [{ key: head, indent: 0, name: head, value: '' }, line] : [line]
})

const textOf = (lines: readonly Line[]): string =>
  lines.map(({ indent, name, value }) => `${' '.repeat(indent)}${name}: ${value}`.trimEnd()).join('\n')

function problemsOfText(text: string): readonly ConfigProblem[] {
  try {
    loadConfig({ file: 'f.yaml', text, env: {} })
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

const problemsOf = (lines: readonly Line[]): readonly ConfigProblem[] => problemsOfText(textOf(lines))

const indexed = LINES.map((line, at) => ({ line, at }))
const leafLines = indexed.filter(({ line }) => isConfigKey(line.key))
const anyLine = fc.constantFrom(...indexed)
const anyLeaf = fc.constantFrom(
  ...leafLines.filter(({ line }) => isConfigKey(line.key) && !isStructured(line.key)),
)
const replaceAt = (at: number, line: Line): Line[] => LINES.with(at, line)

const HOWS = ['drop', 'double', 'swap', 'replace'] as const

/** Drops, doubles, swaps or replaces one letter of a name. */
function misspell(name: string, position: number, how: (typeof HOWS)[number]): string {
  const i = position % name.length
  const [before, letter, after] = [name.slice(0, i), name[i] ?? '', name.slice(i + 1)]
  const next = after[0] ?? ''
  return {
    drop: before + after,
    double: before + letter + letter + after,
    swap: before + next + letter + after.slice(1),
    replace: `${before}q${after}`,
  }[how]
}

const typo = fc
  .tuple(anyLine, fc.nat(30), fc.constantFrom(...HOWS))
  .map(([{ line, at }, position, how]) => ({ line, at, name: misspell(line.name, position, how) }))
  .filter(({ line, name }) => name !== line.name && name !== '')

test('the unchanged file is good', () => {
  assert.deepEqual(problemsOf(LINES), [])
})

test('every misspelt key is found where it stands, and the right one is usually suggested', () => {
  let suggested = 0
  let total = 0
  fc.assert(
    fc.property(typo, ({ line, at, name }) => {
      // The lines of a misspelt section go with it: only the section is reported.
      const [problem, ...others] = problemsOf(replaceAt(at, { ...line, name }))
      assert.deepEqual([problem?.line, problem?.column, others], [at + 1, line.indent + 1, []])
      assert.match(problem?.message ?? '', /^unknown key$/)
      total += 1
      if (problem?.suggestion === line.name) suggested += 1
    }),
    { numRuns: ROUNDS, seed: 7 },
  )
  assert.ok(suggested / total > 0.95, `${suggested} of ${total}`)
})

/** Keys that take whatever somebody writes between quotes. */
const ANY_TEXT: ReadonlySet<string> = new Set([
  'blobs',
  'keys.path',
  'keys.passphrase',
  'knowledge.embeddingQuestionPrefix',
  'knowledge.embeddingPassagePrefix',
])

test('every value of a wrong type is found where it stands', () => {
  const values = ['[]', '{}', '{ a: 1 }', '[1, 2]', '1.5', '-7', '"?!"', '"${env:X}"', '.nan', '']
  fc.assert(
    fc.property(anyLeaf, fc.constantFrom(...values), ({ line, at }, value) => {
      const mutated = { ...line, value }
      const found = problemsOf(replaceAt(at, mutated))
      if (ANY_TEXT.has(line.key) && value === '"?!"') return assert.deepEqual(found, [])
      const column = value === '' ? line.indent + 1 : line.indent + line.name.length + 3
      assert.deepEqual(
        found.map((problem) => [problem.line, problem.column, problem.path]),
        [[at + 1, column, line.key]],
      )
    }),
    { numRuns: ROUNDS, seed: 11 },
  )
})

test('a number is taken exactly when the schema takes it', () => {
  const numeric = leafLines.filter(({ line }) => /^\d+$/.test(line.value))
  fc.assert(
    fc.property(
      fc.constantFrom(...numeric),
      fc.oneof(fc.integer(), fc.nat(100_000), fc.maxSafeInteger()),
      ({ line, at }, value) => {
        assert.ok(isConfigKey(line.key))
        const fits = KEYS[line.key].schema.safeParse(value).success
        const found = problemsOf(replaceAt(at, { ...line, value: String(value) }))
        assert.deepEqual(
          found.map((problem) => problem.line),
          fits ? [] : [at + 1],
        )
      },
    ),
    { numRuns: ROUNDS, seed: 13 },
  )
})

test('a key that is not built yet, or written twice, is refused wherever it is put', () => {
  const tops = indexed.filter(({ line }) => line.indent === 0).map(({ at }) => at)
  const added = fc.constantFrom(...UNBUILT_KEYS, 'listen', ...SECTIONS)
  fc.assert(
    fc.property(fc.constantFrom(...tops), added, (at, name) => {
      const lines = LINES.toSpliced(at, 0, { key: name, indent: 0, name, value: '' })
      const found = problemsOf(lines)
      const isUnbuilt = UNBUILT_KEYS.includes(name)
      const twice = lines.findLastIndex((line) => line.indent === 0 && line.name === name) + 1
      const problem = found.find(({ message }) => /^not built yet|^is written twice/.test(message))
      assert.deepEqual([problem?.line, problem?.column], [isUnbuilt ? at + 1 : twice, 1], textOf(lines))
    }),
    { numRuns: ROUNDS, seed: 17 },
  )
})

const NESTED = `
listen:
  data: 127.0.0.1:7070
  admin: 127.0.0.1:7071
targets:
  - name: house
    kind: model
    zone: private
    dialect: openai
    url: http://10.0.1.5:8443/v1
    models: [qwen3-32b]
    auth:
      jwt:
        audience: vllm
    timeouts:
      connectMs: 1000
      totalMs: 60000
    record: async
  - kind: model
    name: cloud
    zone: managed
    dialect: anthropic
    url: https://api.example.com
    models:
      gpt-5.2: gpt-5.2
    auth:
      apiKey: sk-1
    price:
      in: 1.25
      out: 10
    maxOutput: 8000
  - zone: managed
    kind: service
    name: nlp
    url: https://nlp.example.com
    auth:
      header:
        name: x-api-key
        value: k
routes:
  - when:
      class: [restricted]
      model: "gpt-*"
    to: [house]
  - to: [cloud, local]
    when:
      class: [public]
    desensitise: none
    opaque: allow
limits:
  tenant:
    rpm: 600
    moneyPerDay: 12.5
  groups:
    staff:
      tokensPerMonth: 1000`
  .trimStart()
  .split('\n')

interface NestedLine {
  readonly at: number
  readonly before: string
  readonly name: string
  readonly value: string
}

const nested = NESTED.map((text, at): NestedLine => {
  const [, before = '', name = '', value = ''] = /^([ -]*)([\w.-]+): ?(.*)$/.exec(text) ?? []
  return { at, before, name, value }
})
const problemsOfNested = (at: number, line: string): readonly ConfigProblem[] =>
  problemsOfText(NESTED.with(at, line).join('\n'))

test('the unchanged file with targets and routes is good', () => {
  assert.deepEqual(problemsOfText(NESTED.join('\n')), [])
})

test('every misspelt key inside targets, routes and limits is found where it stands', () => {
  let suggested = 0
  let total = 0
  const inside = nested.filter(({ before, name }) => before !== '' && !['gpt-5.2', 'staff'].includes(name))
  const misspelt = fc
    .tuple(fc.constantFrom(...inside), fc.nat(30), fc.constantFrom(...HOWS))
    .map(([line, position, how]) => ({ line, name: misspell(line.name, position, how) }))
    .filter(({ line, name }) => name !== line.name && name !== '')
  fc.assert(
    fc.property(misspelt, ({ line, name }) => {
      const found = problemsOfNested(line.at, `${line.before}${name}: ${line.value}`)
      const unknown = found.filter(({ message }) => !message.startsWith('is missing'))
      assert.deepEqual(
        unknown.map(({ line, column, message }) => [line, column, message]),
        [[line.at + 1, line.before.length + 1, 'unknown key']],
      )
      total += 1
      if (unknown[0]?.suggestion === line.name) suggested += 1
    }),
    { numRuns: ROUNDS, seed: 19 },
  )
  assert.ok(suggested / total > 0.95, `${suggested} of ${total}`)
})

/** Values below that some fields take. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  '"?!"': ['model', 'apiKey', 'value', 'gpt-5.2'],
  '1.5': ['in', 'out', 'moneyPerDay'],
}

test('every wrong value inside targets, routes and limits is found where it stands', () => {
  const leaves = nested.filter(({ value }) => value !== '')
  const values = ['[]', '{}', '{ a: 1 }', '[[]]', '1.5', '-7', '"?!"', '"${env:X}"', '.nan', '']
  fc.assert(
    fc.property(fc.constantFrom(...leaves), fc.constantFrom(...values), ({ at, before, name }, value) => {
      const found = problemsOfNested(at, `${before}${name}: ${value}`)
      const isTaken = TAKEN[value]?.includes(name) ?? false
      assert.equal(found.length === 0, isTaken, `${name}: ${value} ${JSON.stringify(found)}`)
      for (const problem of found) {
        assert.deepEqual([problem.line, problem.path.includes(name)], [at + 1, true], JSON.stringify(found))
      }
    }),
    { numRuns: ROUNDS, seed: 23 },
  )
})

test('no message repeats what stands inside targets and routes', () => {
  const canary = 'Canary77'
  const values = [`[${canary}]`, `"\${${canary}}"`, `"${canary} \\n"`]
  fc.assert(
    fc.property(fc.constantFrom(...nested), fc.constantFrom(...values), ({ at, before, name }, wrong) => {
      const found = JSON.stringify(problemsOfNested(at, `${before}${name}: ${wrong}`))
      assert.ok(!found.includes(canary), `${name}: ${wrong}\n${found}`)
    }),
    { numRuns: ROUNDS, seed: 29 },
  )
})
