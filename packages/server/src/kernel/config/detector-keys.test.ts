import { test } from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ConfigError, loadConfig } from './config.ts'
import { problemLine } from './problem.ts'
import { testDirectory } from '../test-directory.ts'

const load = (detectors: string, cwd = '/') =>
  loadConfig({ file: 'f.yaml', cwd, text: `detectors: [${detectors}]`, env: { KEY: 'Canary77' } })

function refusal(detectors: string): string {
  try {
    load(detectors)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine).join('\n')
  }
}

const NER = 'name: ner, kind: presidio, url: "http://10.0.0.7:3000/"'

test('a detector is read with its usual values, and its headers do not print', () => {
  const { config } = load(`{ ${NER}, headers: { Authorization: "Bearer \${env:KEY}" } }`)
  const [one] = config.detectors
  assert.ok(one?.kind === 'presidio')
  assert.equal(one.headers['authorization']?.reveal(), 'Bearer Canary77')
  assert.ok(!(JSON.stringify(config) + inspect(config, { depth: 9 })).includes('Canary77'))
  assert.deepEqual(
    [one.url, one.required, one.enabled, one.languages, one.minScore, one.timeoutMs, one.mayBePublic],
    ['http://10.0.0.7:3000', true, true, ['en'], 0.5, 3000, false],
  )
})

test('a module is found from the place of the file, and a change of it is a change of the configuration', () => {
  const cwd = testDirectory()
  const file = join(cwd, 'mine.mjs')
  writeFileSync(file, 'export {}')
  const marks = () => {
    const loaded = load(
      '{ name: mine, kind: module, module: ./mine.mjs }, { name: ner, kind: module, module: "@us/ner" }',
      cwd,
    )
    const { detectors } = loaded.config
    return detectors.map((one) => one.kind === 'module' && [one.module, one.mark])
  }
  const [mine, packaged] = marks()
  writeFileSync(file, 'export const one = 1')
  const [changed, same] = marks()
  assert.deepEqual([mine && mine[0], packaged], [file, ['@us/ner', '']])
  assert.notDeepEqual(changed, mine)
  assert.deepEqual(same, packaged)
})

test('each mistake in a detector is named with its place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{ name: a }', /detectors\[0\].kind: is missing: write presidio or module/],
    [`{ ${NER}, minscore: 1 }`, /detectors\[0\].minscore: unknown key, did you mean minScore\?/],
    [`{ ${NER} }, { ${NER} }`, /detectors\[1\].name: is the name of detectors\[0\] already/],
    [`{ ${NER}, timeoutMs: 5 }`, /timeoutMs: must be at least 50/],
    [`{ ${NER}, minScore: 0 }`, /minScore: must be at least 0.01/],
    [`{ ${NER}, languages: [] }`, /languages: must not be empty/],
    [`{ ${NER}, languages: [english!] }`, /languages\[0\]: must be a language such as en or zh/],
    [`{ ${NER}, entities: { NRP: RELIGION } }`, /entities.NRP: must be one of PERSON, /],
    [`{ ${NER}, headers: { Host: x } }`, /headers.Host: is a header that Freehold sets itself/],
    [`{ ${NER}, tls: { ca: ./ca.pem } }`, /tls: needs an https address/],
    [
      '{ name: a, kind: presidio, url: "http://u@10.0.0.1" }',
      /url: must be an http or https address without user/,
    ],
    [
      '{ name: a, kind: presidio, url: "https://8.8.8.8" }',
      /url: is an address of the internet, .* `publicAddress: allow`/,
    ],
    ['{ name: a, kind: presidio, url: "http://ner.example", publicAddress: allow }', /url: needs https/],
    [`{ ${NER}, publicAddress: yes }`, /publicAddress: must be allow, not/],
    ['{ name: a, kind: module, module: ./nowhere.mjs }', /module: names a file that does not exist/],
    [
      '{ name: a, kind: module, module: "data:text/javascript,1" }',
      /module: must be a path that begins with/,
    ],
    ['{ name: a, kind: module, module: "node:fs" }', /module: must be a path that begins with/],
    ['{ name: a, kind: module, module: b, memoryMb: 1 }', /memoryMb: must be at least 16/],
  ]
  for (const [written, says] of cases) assert.match(refusal(written), says, written)
  assert.equal(refusal('{ name: a, kind: presidio, url: "https://8.8.8.8", publicAddress: allow }'), '')
})
