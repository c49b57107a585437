import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importOpenApi } from '../packages/server/src/skills/importing/openapi-file.ts'
import { readManifest } from '../packages/server/src/skills/manifest/read-manifest.ts'
import type { SkillPackage } from '../packages/server/src/skills/runner.ts'
import { ports } from '../packages/server/src/skills/testing/ports-house.ts'
import { runSkillTests } from '../packages/server/src/skills/testing/skill-tests.ts'

const docs = join(import.meta.dirname, '../docs')
const example = readFileSync(join(docs, 'examples/order-desk/skill.yaml'), 'utf8')
const document = readFileSync(join(docs, 'examples/orders.openapi.yaml'), 'utf8')
const failuresOf = async (manifest: SkillPackage['manifest'], files: SkillPackage['files']) => {
  const { results } = await runSkillTests({ manifest, digest: '', files }, ports)
  return results.filter(({ failure }) => failure !== null)
}

test('an interface of five operations is wrapped in thirty lines, imported and tested within two seconds of computing', async () => {
  const before = process.cpuUsage()
  const manifest = readManifest(example)
  assert.deepEqual(await failuresOf(manifest, new Map()), [])
  const imported = importOpenApi(document, {
    file: 'orders.openapi.yaml',
    publisher: 'acme',
    include: ['listOrders', 'createOrder', 'getOrder'],
  })
  assert.deepEqual(await failuresOf(readManifest(imported.manifest, imported.files), imported.files), [])
  const { user, system } = process.cpuUsage(before)
  assert.equal(manifest.operations.length, 5)
  assert.ok(example.trim().split('\n').length <= 30)
  assert.ok((user + system) / 1e6 <= 2, `${(user + system) / 1e6} s`)
})

test('the manifests that the pages show are manifests', () => {
  for (const page of ['skills.md', 'skills.zh-CN.md']) {
    const shown = [...readFileSync(join(docs, page), 'utf8').matchAll(/^```yaml\n(apiVersion.*?)^```/gms)]
    assert.ok(shown.length > 0)
    for (const [, text = ''] of shown) assert.equal(readManifest(text).kind, 'http')
  }
})
