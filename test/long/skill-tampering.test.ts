import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { readEnvelopes, writeEnvelopes } from '../../packages/server/src/skills/signing/envelope.ts'
import { openMarket } from '../system/skill-market.ts'

const BITS = [0, 1, 2, 3, 4, 5, 6, 7]

function* changed(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1)
    for (const bit of BITS) {
      const copy = Buffer.from(bytes)
      copy[at] = (copy[at] ?? 0) ^ (1 << bit)
      yield { copy, what: `bit ${bit} of byte ${at}` }
    }
}

test('no bit of a bundle can be changed', async (t) => {
  const { bytes, envelopes, verify } = await openMarket()
  let tried = 0
  for (const { copy, what } of changed(bytes)) {
    assert.throws(() => verify(copy, envelopes), Fault, what)
    tried += 1
  }
  t.diagnostic(`${tried} changed bundles refused`)
})

test('no bit of what was signed about a bundle can be changed', async (t) => {
  const { bytes, envelopes, verify } = await openMarket()
  let tried = 0
  for (const { copy, what } of changed(Buffer.from(writeEnvelopes(envelopes)))) {
    assert.throws(() => verify(bytes, readEnvelopes(copy.toString('utf8'))), Fault, what)
    tried += 1
  }
  t.diagnostic(`${tried} changed statements refused`)
})

test('no bit of a catalogue can be changed', async (t) => {
  const { files, read } = await openMarket()
  let tried = 0
  for (const [name, bytes] of files)
    for (const { copy, what } of changed(bytes)) {
      const others = new Map(files).set(name, copy)
      await assert.rejects(read(others), Fault, `${name}: ${what}`)
      tried += 1
    }
  t.diagnostic(`${tried} changed catalogues refused`)
})
