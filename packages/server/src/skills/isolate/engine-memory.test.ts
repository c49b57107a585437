import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { EngineMemory } from './engine-memory.ts'

const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
const wasm = await WebAssembly.compile(readFileSync(file))
const CANARY = 'a word that only one call knows'

async function say(memory: EngineMemory, code: string): Promise<string> {
  const context = (await memory.engine()).newRuntime().newContext()
  return context.getString(context.unwrapResult(context.evalCode(code)))
}

test('nothing of a call is in memory after it was wiped, and an engine begins anew there', async () => {
  const memory = new EngineMemory(wasm)
  assert.equal(await say(memory, `'${CANARY}'`), CANARY)
  // So it would be found by whoever came next.
  assert.ok(memory.bytes.includes(CANARY))
  memory.wipe()
  assert.equal(memory.bytes.includes(CANARY), false)
  assert.equal(await say(memory, `typeof left`), 'undefined')
})

test('memory that grew in a call is not used again', async () => {
  const memory = new EngineMemory(wasm)
  const before = memory.bytes.length
  await say(memory, `'x'.repeat(40_000_000) && 'grown'`)
  assert.ok(memory.bytes.length > before)
  memory.wipe()
  assert.equal(memory.bytes.length, before)
})
