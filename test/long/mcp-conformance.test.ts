import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { conformance, openFixtureServer, suiteFolder } from '../system/mcp-conformance.ts'

/**
 * The whole official suite, on both sides, for both revisions. Tasks are an extension that nobody requires, and the SDK
 * does not have them.
 */
const REVISIONS = ['2025-11-25', '2026-07-28'] as const
/** Lists of names under `server:` and `client:`. */
function required(revision: string): {
  readonly server: readonly string[]
  readonly client: readonly string[]
} {
  const lines = readFileSync(join(suiteFolder, 'requirements', `${revision}.yaml`), 'utf8').split('\n')
  const under = (heading: string): readonly string[] => {
    const from = lines.indexOf(`${heading}:`) + 1
    const rest = lines.slice(from)
    const end = rest.findIndex((line) => !line.startsWith('  - '))
    return rest.slice(0, end).map((line) => line.slice(4).trim())
  }
  return { server: under('server'), client: under('client') }
}
const program = `${process.execPath} ${join(import.meta.dirname, '../system/mcp-conformance-client.ts')}`
const AT_ONCE = 2

let server: Awaited<ReturnType<typeof openFixtureServer>>
before(async () => {
  server = await openFixtureServer()
})
after(() => server.close())

/** `12/12`; a scenario that failed says so by its exit code. */
const checksOf = (output: string): number => Number(/Passed: (\d+)\//.exec(output)?.[1] ?? 0)

for (const revision of REVISIONS)
  test(`the server passes every required scenario of ${revision}`, async (t) => {
    const { code, output } = await conformance('server', '--url', server.url, '--requirements', revision)
    const lines = output.split('\n').filter((line) => /^[✓✗] /.test(line))
    const names = new Set(required(revision).server)
    const own = lines.filter((line) => names.has(line.slice(2).split(':')[0] ?? ''))
    assert.deepEqual(
      own.filter((line) => line.startsWith('✗')),
      [],
    )
    assert.equal(own.length, names.size)
    assert.equal(code, 0, output)
    const checks = own.reduce((sum, line) => sum + Number(/: (\d+) passed/.exec(line)?.[1] ?? 0), 0)
    t.diagnostic(`server ${revision}: ${checks} checks of ${names.size} required scenarios`)
  })

test('the server passes every scenario of Skills over MCP', async (t) => {
  let checks = 0
  for (const name of ['directory', 'enumeration', 'manifest']) {
    const { code, output } = await conformance(
      'server',
      '--url',
      server.url,
      '--scenario',
      `sep-2640-skills-${name}`,
    )
    assert.equal(code, 0, output)
    checks += checksOf(output)
  }
  t.diagnostic(`Skills over MCP, server: ${checks} checks`)
})

async function clientPasses(revision: string | null, names: readonly string[]): Promise<number> {
  const left = [...names]
  const failed: string[] = []
  let checks = 0
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const as = revision === null ? [] : ['--spec-version', revision]
      const asked = ['--command', program, '--scenario', name, '--timeout', '120000', ...as]
      const { code, output } = await conformance('client', ...asked)
      checks += checksOf(output)
      if (code !== 0) failed.push(`${name}: ${output.slice(-2000)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  assert.deepEqual(failed, [])
  assert.ok(checks >= names.length)
  return checks
}

for (const revision of REVISIONS)
  test(`the client passes every required scenario of ${revision}`, async (t) => {
    const { client } = required(revision)
    const checks = await clientPasses(revision, client)
    t.diagnostic(`client ${revision}: ${checks} checks of ${client.length} required scenarios`)
  })

test('the client passes every scenario of Skills over MCP', async (t) => {
  const names = ['no-prefetch', 'verify-digest', 'verify-size', 'verify-frontmatter']
  // An extension belongs to no revision.
  const checks = await clientPasses(
    null,
    names.map((name) => `sep-2640-client-${name}`),
  )
  t.diagnostic(`Skills over MCP, client: ${checks} checks`)
})
