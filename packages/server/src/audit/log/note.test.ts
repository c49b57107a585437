import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { leafHash } from './merkle.ts'
import {
  checkpointText,
  COSIGNATURE,
  isSignature,
  keyId,
  logKey,
  openNote,
  readCheckpoint,
  readVerifierKey,
  signNote,
  splitNote,
  verifierKey,
} from './note.ts'

/** The example of C2SP signed-note. */
const KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`

function pair(name: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = logKey(name, publicKey.export({ format: 'der', type: 'spki' }).subarray(12))
  return { key, sign: (text: Buffer): Buffer => sign(null, text, privateKey) }
}

test('the note of the specification is opened with its key, and a changed one is not', () => {
  const key = readVerifierKey(KEY)
  assert.ok(key)
  assert.equal(verifierKey(key), KEY)
  assert.equal(openNote(NOTE, key), 'This is an example message.\n')
  assert.equal(openNote(NOTE.replace('example message', 'exemplary text'), key), null)
  assert.equal(openNote(NOTE.replace('— ', '- '), key), null)
  assert.equal(openNote(NOTE.replace('Uw2QOkn8', 'Uw2QOkn9'), key), null)
  assert.equal(readVerifierKey(KEY.replace('530d903a', '530d903b')), null)
})

test('what one key signed is not taken for what another signed', () => {
  const [ours, theirs] = [pair('freehold/audit/a'), pair('freehold/audit/b')]
  const head = { size: 3, root: leafHash('x') }
  const note = signNote(checkpointText(ours.key.name, head), ours)
  const text = openNote(note, ours.key)
  assert.ok(text)
  assert.deepEqual(readCheckpoint(text, ours.key.name), head)
  assert.equal(readCheckpoint(text, theirs.key.name), null)
  assert.equal(openNote(note, theirs.key), null)
  const forged = signNote(text, { key: ours.key, sign: theirs.sign })
  assert.equal(openNote(forged, ours.key), null)
  // A wrong signature under our own name and id spoils the note, a stranger's is passed over.
  assert.equal(openNote(note + (forged.split('\n\n')[1] ?? ''), ours.key), null)
  assert.equal(openNote(note + (signNote(text, theirs).split('\n\n')[1] ?? ''), ours.key), text)
})

test('a witness says when it saw a checkpoint, and the time is signed with it', () => {
  const witness = pair('witness.example/w1')
  const key = { ...witness.key, type: COSIGNATURE }
  const text = checkpointText('freehold/audit/a', { size: 9, root: leafHash('y') })
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(1_700_000_000n)
  const signature = witness.sign(Buffer.from(`cosignature/v1\ntime 1700000000\n${text}`))
  const line = (at: Buffer): string =>
    `— ${key.name} ${Buffer.concat([keyId(key), at, signature]).toString('base64')}\n`
  const [good, late] = [time, Buffer.from('0000000065fffff0', 'hex')].map(
    (at) => splitNote(`${text}\n${line(at)}`)?.signatures[0],
  )
  assert.ok(good && late)
  assert.ok(isSignature(key, text, good))
  assert.ok(!isSignature(key, text, late))
})
