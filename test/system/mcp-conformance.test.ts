import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformance, openFixtureServer } from './mcp-conformance.ts'

/** A few of the official suite, for each side; the long tests run all of it. */
test('the official suite finds the server at /mcp stateless, and its skills as they should be', async (t) => {
  const server = await openFixtureServer()
  t.after(() => server.close())
  for (const scenario of ['server-stateless', 'sep-2640-skills-enumeration']) {
    const { code, output } = await conformance('server', '--url', server.url, '--scenario', scenario)
    assert.equal(code, 0, output)
  }
})

test('the official suite finds a server that lets every name in', async (t) => {
  const open = await openFixtureServer({ checkHost: () => {} })
  t.after(() => open.close())
  const { code } = await conformance('server', '--url', open.url, '--scenario', 'dns-rebinding-protection')
  assert.equal(code, 1)
})
