import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Secret } from '../../kernel/secret.ts'
import { readWrapped, unwrapRoot, wrapRoot } from './passphrase.ts'
import { rootKeyFile, rootKeyPath } from './root-key-file.ts'
import { isProtected, replacePassphrase, unrecordedChanges } from './root-key-protection.ts'

const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 }
const OLD = new Secret('correct horse')
const NEW = new Secret('battery staple')

function house(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'fh-kek-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const path = rootKeyPath(data)
  const keyId = (passphrase: Secret<string> | null) => rootKeyFile(path, { inUse: true, passphrase }).keyId
  return { path, keyId }
}

test('a root key comes back with its passphrase only, however that is typed', () => {
  const root = Buffer.alloc(32, 7)
  const wrapped = readWrapped(wrapRoot(root, 'p\u00E4ssphrase', CHEAP))
  assert.ok(wrapped)
  assert.deepEqual(unwrapRoot(wrapped, 'pa\u0308ssphrase'), root)
  assert.throws(() => unwrapRoot(wrapped, 'passphrase'), /changed, moved/)
})

test('a wrapped key whose cost, salt or bytes were changed does not open, and one that asks for too much is not tried', () => {
  const root = Buffer.alloc(32, 7)
  const text = wrapRoot(root, 'passphrase', CHEAP).toString()
  const salt = /"salt":"(.)/.exec(text)?.[1] === 'A' ? '"salt":"B' : '"salt":"A'
  const changes = [
    text.replace('"passes":1', '"passes":2'),
    text.replace('"memoryKiB":64', '"memoryKiB":65'),
    text.replace(/"salt":"./, salt),
    text.replace(/"sealed":"(.{40})(.)/, (_, head, one) => `"sealed":"${head}${one === 'A' ? 'B' : 'A'}`),
  ]
  for (const changed of changes) {
    assert.notEqual(changed, text)
    const wrapped = readWrapped(Buffer.from(changed))
    assert.ok(wrapped)
    assert.throws(() => unwrapRoot(wrapped, 'passphrase'), /changed, moved/)
  }
  assert.equal(readWrapped(Buffer.from(text.replace('"memoryKiB":64', '"memoryKiB":9999999'))), null)
  assert.ok(!text.includes(root.toString('base64').slice(0, 20)))
})

test('the same key stays behind every passphrase, and the record is told of each change once', (t) => {
  const { path, keyId } = house(t)
  const { keyId: first } = rootKeyFile(path, { inUse: false, passphrase: null })
  const raw = readFileSync(path)
  assert.equal(replacePassphrase(path, { from: null, to: OLD, nowMs: 1, cost: CHEAP }), 'set')
  assert.equal(isProtected(path), true)
  assert.ok(!readFileSync(path).includes(raw))
  assert.equal(keyId(OLD), first)
  assert.throws(() => keyId(null), /is protected by a passphrase. Give it in keys.passphrase/)
  assert.throws(() => keyId(NEW), /is not opened by this passphrase, or was changed/)
  assert.throws(
    () => replacePassphrase(path, { from: NEW, to: null, nowMs: 2 }),
    /is not opened by this passphrase/,
  )
  assert.equal(replacePassphrase(path, { from: OLD, to: null, nowMs: 3 }), 'removed')
  assert.deepEqual(readFileSync(path), raw)
  assert.throws(() => keyId(OLD), /has no passphrase, but one is given/)
  const told = unrecordedChanges(path)
  assert.deepEqual(
    told?.changes.map(({ change, atMs }) => [change, atMs]),
    [
      ['set', 1],
      ['removed', 3],
    ],
  )
  told?.forget()
  assert.equal(unrecordedChanges(path), null)
})

test('a change that was cut short before it came about is not told, and leaves no open key behind', (t) => {
  const { path, keyId } = house(t)
  const { keyId: first } = rootKeyFile(path, { inUse: false, passphrase: null })
  writeFileSync(path, wrapRoot(readFileSync(path), OLD.reveal(), CHEAP))
  writeFileSync(`${path}.changes`, JSON.stringify([{ change: 'removed', atMs: 1, file: 'never came' }]))
  writeFileSync(`${path}.new`, Buffer.alloc(32))
  assert.equal(keyId(OLD), first)
  assert.deepEqual(readdirSync(join(path, '..')), ['root.key', 'root.key.changes'])
  assert.deepEqual(unrecordedChanges(path)?.changes, [])
})
