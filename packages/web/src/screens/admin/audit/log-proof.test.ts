import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  canonicalJson,
  commitmentOf,
  isContinued,
  isIncluded,
  openCheckpoint,
  readProof,
} from './log-proof.ts'

const sha = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest()
const leaf = (entry: string): Buffer => sha(Buffer.of(0), Buffer.from(entry))

/** RFC 6962 section 2.1, word for word. */
function tree(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha()
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  const k = split(leaves.length)
  return sha(Buffer.of(1), tree(leaves.slice(0, k)), tree(leaves.slice(k)))
}
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...path(m, leaves.slice(0, k)), tree(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), tree(leaves.slice(0, k))]
}

function consistency(m: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [tree(leaves)]
  const k = split(leaves.length)
  return m <= k
    ? [...consistency(m, leaves.slice(0, k), isWhole), tree(leaves.slice(k))]
    : [...consistency(m - k, leaves.slice(k), false), tree(leaves.slice(0, k))]
}

const text = (hash: Buffer): string => hash.toString('base64')

test('an entry is found in the tree that it is in, and in no other', async () => {
  for (let size = 1; size <= 20; size += 1) {
    const entries = Array.from({ length: size }, (_, at) => `entry ${at}`)
    const leaves = entries.map(leaf)
    const root = text(tree(leaves))
    for (const [index, entry] of entries.entries()) {
      const hashes = path(index, leaves).map(text)
      assert.equal(await isIncluded(entry, { index, hashes }, { size, root }), true)
      assert.equal(await isIncluded(`${entry}!`, { index, hashes }, { size, root }), false)
      assert.equal(await isIncluded(entry, { index: index + 1, hashes }, { size, root }), false)
      if (size > 1)
        assert.equal(await isIncluded(entry, { index, hashes: hashes.slice(1) }, { size, root }), false)
    }
  }
})

test('a log that grew is known again, and one that was rewritten is not', async () => {
  const leaves = Array.from({ length: 20 }, (_, at) => leaf(`entry ${at}`))
  const other = leaves.with(2, leaf('another'))
  for (let from = 1; from <= 20; from += 1)
    for (let to = from; to <= 20; to += 1) {
      const proof = consistency(from, leaves.slice(0, to)).map(text)
      const first = { size: from, root: text(tree(leaves.slice(0, from))) }
      const second = { size: to, root: text(tree(leaves.slice(0, to))) }
      assert.equal(await isContinued(first, second, proof), true, `${from} to ${to}`)
      const forged = { size: to, root: text(tree(other.slice(0, to))) }
      if (to > 2) assert.equal(await isContinued(first, forged, proof), false)
      if (from < to) assert.equal(await isContinued(second, first, proof), false)
    }
})

test('a checkpoint counts only with the signature of the key that one trusts', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const material = Buffer.concat([Buffer.of(1), raw])
  const id = sha(Buffer.from('freehold/x\n'), material).subarray(0, 4)
  const key = `freehold/x+${id.toString('hex')}+${text(material)}`
  const body = `freehold/x\n17\n${text(sha())}\n`
  const signature = text(Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]))
  const note = `${body}\n— freehold/x ${signature}\n— witness.example ${signature}\n`
  assert.deepEqual(await openCheckpoint(note, key), { origin: 'freehold/x', size: 17, root: text(sha()) })
  assert.equal(await openCheckpoint(note.replace('17', '16'), key), null)
  assert.equal(await openCheckpoint(`${body}\n`, key), null)
  assert.equal(await openCheckpoint(note, key.replace('freehold/x', 'freehold/y')), null)
})

test('a field is what was committed to, whatever the order of its members', async () => {
  assert.equal(
    canonicalJson({ b: [1, 'ü', null], a: { d: false, c: undefined } }),
    '{"a":{"d":false},"b":[1,"ü",null]}',
  )
  const salt = text(Buffer.alloc(32, 7))
  assert.equal(
    await commitmentOf('detail', { a: 1, b: 2 }, salt),
    await commitmentOf('detail', { b: 2, a: 1 }, salt),
  )
  assert.notEqual(await commitmentOf('detail', 1, salt), await commitmentOf('actor', 1, salt))
})

test('what is no proof is refused', () => {
  assert.throws(() => readProof('hello'), /no proof/)
  assert.deepEqual(readProof('c2sp.org/tlog-proof@v1\nindex 3\nAA==\n\nnote\n'), {
    index: 3,
    hashes: ['AA=='],
    note: 'note\n',
  })
})
