import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isConsistent } from '../../packages/server/src/audit/log/merkle.ts'
import type { TreeHead } from '../../packages/server/src/audit/log/merkle.ts'
import type { NoteKey } from '../../packages/server/src/audit/log/note.ts'
import {
  COSIGNATURE,
  isSignature,
  keyId,
  openNote,
  readCheckpoint,
  splitNote,
  verifierKey,
} from '../../packages/server/src/audit/log/note.ts'
import { readingOf } from '../../packages/server/src/audit/log/reading.ts'
import type { Signed } from '../../packages/server/src/audit/log/sequencer.ts'
import { Witnesses } from '../../packages/server/src/audit/sending/witnesses.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { createLog } from '../../packages/server/src/kernel/log.ts'
import type { AuditHouse } from './audit-house.ts'
import { openAuditHouse } from './audit-house.ts'

let house: AuditHouse
let server: Server
let witnesses: Witnesses
let log = ''

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const witness: NoteKey = {
  name: 'witness.example/w1',
  type: COSIGNATURE,
  publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12),
}
/** What the witness keeps: the largest log that it saw. */
let seen: TreeHead = { size: 0, root: Buffer.alloc(0) }
let signsWith = privateKey

/** A witness by the text of C2SP tlog-witness. */
function addCheckpoint(body: string): { readonly status: number; readonly text: string } {
  const at = body.indexOf('\n\n')
  const [old = '', ...proof] = body.slice(0, at).split('\n')
  const text = openNote(body.slice(at + 2), house.signer.key)
  const head = text === null ? null : readCheckpoint(text, house.signer.key.name)
  if (text === null || head === null) return { status: 403, text: '' }
  if (old !== `old ${seen.size}`) return { status: 409, text: `${seen.size}\n` }
  const hashes = proof.map((line) => Buffer.from(line, 'base64'))
  if (seen.size === 0 ? proof.length > 0 : !isConsistent(seen, head, hashes)) return { status: 422, text: '' }
  seen = head
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)))
  const signed = sign(null, Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`), signsWith)
  return {
    status: 200,
    text: `— ${witness.name} ${Buffer.concat([keyId(witness), time, signed]).toString('base64')}\n`,
  }
}

before(async () => {
  house = await openAuditHouse()
  server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { status, text } =
      request.url === '/log/add-checkpoint' && request.method === 'POST'
        ? addCheckpoint(Buffer.concat(parts).toString())
        : { status: 404, text: '' }
    response.writeHead(status).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  witnesses = open()
})
after(async () => {
  await witnesses.close()
  server.close()
  await house.close()
})

function open(): Witnesses {
  return new Witnesses({
    settings: [
      { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`, key: verifierKey(witness) },
    ],
    dialler: createDialler(),
    reading: readingOf(house.store, house.keys, house.signer.key),
    directory: join(house.data, 'audit'),
    log: createLog({ level: 'info', write: (line) => (log += line) }),
  })
}

async function grown(count: number): Promise<Signed> {
  await house.happen(count)
  const signed = (await house.sequencer().round()).at(-1)
  assert.ok(signed)
  return signed
}

const witnessed = (): string => readFileSync(join(house.data, 'audit', 'witnessed'), 'utf8')

function isWitnessed({ size }: Signed): boolean {
  const parts = splitNote(witnessed())
  return (
    parts?.text.split('\n')[1] === String(size) &&
    parts.signatures.some((one) => isSignature(witness, parts.text, one)) &&
    openNote(witnessed(), house.signer.key) !== null
  )
}

test('a witness cosigns the log as it grows, and so does one that was asked by another process before', async () => {
  const first = await grown(40)
  await witnesses.ask(first)
  assert.ok(isWitnessed(first))
  const second = await grown(300)
  await witnesses.ask(second)
  assert.ok(isWitnessed(second))
  await witnesses.close()
  // It knows nothing of what was seen: the witness says so, and is asked again.
  witnesses = open()
  const third = await grown(5)
  await witnesses.ask(third)
  assert.ok(isWitnessed(third))
  assert.equal(log, '')
  assert.ok((await house.verify([witnessed()])).ok)
})

test('a witness that has seen a longer log, and one that signs with another key, are told of', async () => {
  const kept = witnessed()
  const last = await grown(5)
  const before_ = seen
  seen = { size: last.size + 100, root: last.root }
  await witnesses.ask(last)
  assert.match(
    log,
    /"event":"audit.send_failed","receiver":"witness","name":"witness.example:w1","code":"ahead"/,
  )
  seen = before_
  signsWith = generateKeyPairSync('ed25519').privateKey
  log = ''
  await witnesses.close()
  witnesses = open()
  await witnesses.ask(last)
  assert.match(log, /"code":"wrong_signature"/)
  assert.equal(witnessed(), kept)
})
