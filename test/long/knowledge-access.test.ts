import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { compareAccess } from '../system/access-worlds.ts'
import { openTestStore } from '../system/cluster.ts'

const QUERIES = Number(process.env['LONG_QUERIES'] ?? 10_000)
const STATES = 100
const SEED = Number(process.env['LONG_SEED'] ?? Date.now() % 1_000_000)

test('ten thousand random queries tell nobody of a document that is not for them', async (context) => {
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  const house = await openTestStore(data)
  const parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
  context.after(async () => {
    await parser.close()
    await house.close()
    rmSync(data, { recursive: true, force: true })
  })
  const world = { store: house.store, parser, seed: SEED, states: STATES, queries: QUERIES / STATES }
  const compared = await compareAccess(world)
  context.diagnostic(JSON.stringify({ seed: SEED, ...compared }))
  assert.deepEqual(compared.leaks, {})
  assert.ok(compared.queries >= QUERIES && compared.narrowed > QUERIES / 20)
})
