import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './config.ts'
import { explainConfig } from './explanation.ts'
import { problemLine } from './problem.ts'
import { testDirectory } from '../test-directory.ts'

const cwd = testDirectory()
writeFileSync(join(cwd, 'trust.yaml'), 'version: 1\n')

const load = (text: string) =>
  loadConfig({ file: 'f.yaml', cwd, text: `skillRepositories: ${text}`, env: { WORD: 'geheim' } })

function refusal(text: string): string {
  try {
    load(text)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine).join('\n')
  }
}

test('repositories are found from the place of the file, and a password is never shown', () => {
  const loaded = load(
    '[{ name: house, url: "oci://registry.example/acme/skills", trust: trust.yaml, user: u, password: "${env:WORD}", hosts: [Auth.example] }, { name: stick, url: "tar:stick.tar", trust: trust.yaml }]',
  )
  const [house, stick] = loaded.config.skillRepositories
  assert.deepEqual([house?.trust, house?.hosts, house?.ca], [join(cwd, 'trust.yaml'), ['auth.example'], null])
  assert.equal(house?.password?.reveal(), 'geheim')
  assert.equal(stick?.url, `tar:${join(cwd, 'stick.tar')}`)
  assert.doesNotMatch(JSON.stringify(explainConfig(loaded)), /geheim/)
})

test('each mistake in a repository is named with its place', () => {
  const one = 'name: one, url: "tar:x", trust: trust.yaml'
  const cases: readonly (readonly [string, RegExp])[] = [
    ['[{ name: one, url: "tar:x" }]', /skillRepositories\[0\]\.trust: is missing/],
    ['[{ name: one, url: "tar:x", trust: none }]', /skillRepositories\[0\]\.trust: names no file/],
    ['[{ name: one, url: "https://x/y", trust: trust.yaml }]', /url: must be oci:\/\//],
    ['[{ name: One, url: "tar:x", trust: trust.yaml }]', /name: must be small letters/],
    [`[{ ${one} }, { ${one} }]`, /skillRepositories\[1\]\.name: is the name of another/],
    [`[{ ${one}, user: u }]`, /needs user and password together/],
    [`[{ ${one}, ca: none.pem }]`, /skillRepositories\[0\]\.ca: /],
    [`[{ ${one}, hosts: ["https://x"] }]`, /hosts\[0\]: must be a host/],
    [`[{ ${one}, token: x }]`, /token: unknown key/],
  ]
  for (const [text, problem] of cases) assert.match(refusal(text), problem)
})
