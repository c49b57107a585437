import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { assert as always, property, uint8Array } from 'fast-check'
import { Fault } from '../../kernel/fault.ts'
import type { Place } from '../store.ts'
import { tenantId } from '../tenant-id.ts'
import { keyRing } from './key-ring.ts'
import { providerOf, rootKeyFile, rootKeyPath } from './root-key-file.ts'
import { keyVersionOf, open, seal, SEALING_BYTES } from './sealing.ts'

const ours = tenantId('018f0000-0000-7000-8000-000000000001')
const theirs = tenantId('018f0000-0000-7000-8000-000000000002')
const aKey = () => createSecretKey(randomBytes(32))
const keys = { keks: [{ version: 1, key: aKey(), sealsFromMs: 0 }], blind: aKey() }
const held = () => keys
const ring = keyRing(ours, held)
const place: Place = { table: 'document', row: 'row-1', column: 'text_sealed' }

test('what was sealed opens again, byte for byte', () => {
  always(
    property(uint8Array({ maxLength: 4096 }), (plain) => {
      const { dek, wrapped } = ring.newDek({ ...place, column: 'dek' })
      const again = ring.openDek({ ...place, column: 'dek' }, wrapped)
      const sealed = dek.seal(place, plain)
      assert.equal(sealed.length, plain.length + SEALING_BYTES)
      assert.deepEqual(again.open(place, sealed), Buffer.from(plain))
    }),
    { numRuns: 200 },
  )
})

test('a large value is sealed in slices, opens either way, and not when a byte changed', async () => {
  const { dek } = ring.newDek(place)
  const plain = randomBytes(2 * 1024 * 1024 + 17)
  const sealed = await dek.sealLarge(place, plain)
  assert.ok(dek.open(place, sealed).equals(plain))
  assert.ok((await dek.openLarge(place, dek.seal(place, plain))).equals(plain))
  sealed[1_500_000] = (sealed[1_500_000] ?? 0) ^ 1
  await assert.rejects(dek.openLarge(place, sealed), /changed, moved/)
})

test('a value moved to another row, column, table or tenant does not open', () => {
  const { dek, wrapped } = ring.newDek(place)
  const sealed = dek.seal(place, Buffer.from('secret'))
  const moves: readonly Partial<Place>[] = [{ row: 'row-2' }, { column: 'meta_sealed' }, { table: 'account' }]
  for (const move of moves) assert.throws(() => dek.open({ ...place, ...move }, sealed), /changed, moved/)
  for (const move of moves)
    assert.throws(() => ring.openDek({ ...place, ...move }, wrapped), /changed, moved/)
  // Even with the very same key bytes another tenant's name is another place.
  assert.throws(() => keyRing(theirs, held).openDek(place, wrapped), /changed, moved/)
})

test('a thousand swapped ciphertexts: none opens', () => {
  const { dek } = ring.newDek(place)
  const rows = Array.from({ length: 33 }, (_, i) => ({ ...place, row: `row-${i}` }))
  const sealed = rows.map((row) => dek.seal(row, Buffer.from(row.row)))
  let opened = 0
  for (const [i, row] of rows.entries())
    for (const [j, bytes] of sealed.entries()) {
      try {
        dek.open(row, bytes)
        assert.equal(i, j)
        opened += 1
      } catch (error) {
        assert.match(String(error), /changed, moved/)
      }
    }
  assert.equal(opened, rows.length)
})

test('lengths keep places apart whose names join to the same text', () => {
  const { dek } = ring.newDek(place)
  const sealed = dek.seal({ table: 'ab', row: 'c', column: 'd' }, Buffer.from('x'))
  assert.throws(() => dek.open({ table: 'a', row: 'bc', column: 'd' }, sealed), /changed, moved/)
})

test('a data key does not pass for a value', () => {
  const kek = { version: 1, key: aKey() }
  const sealed = seal(kek, ['dek', ours, 'document', 'row-1', 'dek'], Buffer.from('x'))
  assert.throws(() => open(kek, ['value', ours, 'document', 'row-1', 'dek'], sealed), /changed, moved/)
})

test('every flipped bit is noticed, and so is every cut', () => {
  const { dek } = ring.newDek(place)
  const sealed = dek.seal(place, Buffer.from('eight by'))
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const flipped = Buffer.from(sealed)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.throws(() => dek.open(place, flipped))
  }
  for (let length = 0; length < sealed.length; length += 1)
    assert.throws(() => dek.open(place, sealed.subarray(0, length)))
})

test('after a rotation the new version seals and the old one still opens', () => {
  const { wrapped } = ring.newDek(place)
  const both = { ...keys, keks: [...keys.keks, { version: 2, key: aKey(), sealsFromMs: 0 }] }
  const rotated = keyRing(ours, () => both)
  assert.ok(rotated.openDek(place, wrapped))
  const under2 = rotated.newDek(place).wrapped
  assert.equal(keyVersionOf(under2), 2)
  // A process that the new version has not reached says so, instead of taking it for damage.
  assert.throws(
    () => ring.openDek(place, under2),
    (error) => error instanceof Fault && error.code === 'unavailable',
  )
  // One that has lost an old version does not promise that it comes back.
  const retired = keyRing(ours, () => ({ ...both, keks: both.keks.slice(1) }))
  assert.throws(() => retired.openDek(place, wrapped), /no version 1/)
})

test('a new version opens at once and seals when it is due', () => {
  const coming = { version: 2, key: aKey(), sealsFromMs: Number.POSITIVE_INFINITY }
  const early = keyRing(ours, () => ({ ...keys, keks: [...keys.keks, coming] }))
  const due = keyRing(ours, () => ({ ...keys, keks: [...keys.keks, { ...coming, sealsFromMs: 0 }] }))
  assert.equal(keyVersionOf(early.newDek(place).wrapped), 1)
  assert.equal(early.rewrapDek(place, ring.newDek(place).wrapped), null)
  assert.ok(early.openDek(place, due.newDek(place).wrapped))
})

test('a data key that was wrapped anew opens what it sealed before, in its own place only', () => {
  const { dek, wrapped } = ring.newDek(place)
  const sealed = dek.seal(place, Buffer.from('secret'))
  const second = { version: 2, key: aKey(), sealsFromMs: 0 }
  const rotated = keyRing(ours, () => ({ ...keys, keks: [...keys.keks, second] }))
  const anew = rotated.rewrapDek(place, wrapped)
  assert.ok(anew)
  const alone = keyRing(ours, () => ({ ...keys, keks: [second] }))
  assert.equal(alone.openDek(place, anew).open(place, sealed).toString(), 'secret')
  assert.equal(rotated.rewrapDek(place, anew), null)
  assert.throws(() => rotated.rewrapDek({ ...place, row: 'row-2' }, wrapped), /changed, moved/)
})

test('where the keys are gone, neither the ring nor a data key of before opens or seals anything', async () => {
  let isGone = false
  const mortal = keyRing(ours, () => {
    if (isGone) throw new Fault('shredded', 'gone')
    return keys
  })
  const { dek, wrapped } = mortal.newDek(place)
  const sealed = dek.seal(place, Buffer.from('secret'))
  isGone = true
  const attempts = [
    () => mortal.openDek(place, wrapped),
    () => mortal.newDek(place),
    () => mortal.blind('account.name', 'ada'),
    () => dek.open(place, sealed),
    () => dek.seal(place, Buffer.from('more')),
  ]
  for (const attempt of attempts) assert.throws(attempt, /gone/)
  await assert.rejects(dek.openLarge(place, sealed), /gone/)
  await assert.rejects(dek.sealLarge(place, Buffer.from('more')), /gone/)
})

test('a blind index is equal for equal values and different for other fields and tenants', () => {
  const index = ring.blind('account.name', 'ada')
  assert.equal(index.length, 16)
  assert.deepEqual(ring.blind('account.name', 'ada'), index)
  const others = [
    ring.blind('account.name', 'bob'),
    ring.blind('collection.name', 'ada'),
    keyRing(theirs, held).blind('account.name', 'ada'),
  ]
  for (const other of others) assert.notDeepEqual(other, index)
})

test('a root key wraps for one place only', async () => {
  const provider = providerOf(randomBytes(32))
  const wrapped = await provider.wrap(['kek', ours, '1'], Buffer.from('key'))
  assert.deepEqual(await provider.unwrap(['kek', ours, '1'], wrapped), Buffer.from('key'))
  await assert.rejects(provider.unwrap(['kek', theirs, '1'], wrapped), /changed, moved/)
  await assert.rejects(providerOf(randomBytes(32)).unwrap(['kek', ours, '1'], wrapped), /changed, moved/)
})

test('the root key is made once, kept to its owner, and never made again when something depends on it', (t) => {
  const data = mkdtempSync(join(tmpdir(), 'fh-root-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const path = rootKeyPath(data)
  const open = (inUse: boolean) => rootKeyFile(path, { inUse, passphrase: null })
  assert.throws(() => open(true), /is missing.*key backup/)
  assert.equal(existsSync(path), false)
  const { keyId } = open(false)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(open(true).keyId, keyId)
  chmodSync(path, 0o640)
  assert.throws(() => open(true), /mode 640.*chmod 600/)
  chmodSync(path, 0o600)
  writeFileSync(path, 'short')
  assert.throws(() => open(true), /not a root key/)
})
