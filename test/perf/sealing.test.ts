import assert from 'node:assert/strict'
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { keyRing } from '../../packages/server/src/store/keys/key-ring.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { managedModel, openGateway } from '../system/gateway-house.ts'
import type { GatewayHouse } from '../system/gateway-house.ts'
import { captureServer, ordinary } from '../system/gateway-upstream.ts'

const TURNS = 100
const ROUNDS = 3
const MOST_SHARE = 0.05
/** Of the kernel's clock, as /proc counts. */
const TICK_MS = 10

const cpuMs = ({ pid }: GatewayHouse): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** What one turn of a masked conversation encrypts and decrypts, each call in an egress batch of its own. */
function sealingOfATurn(): () => void {
  const key = () => createSecretKey(randomBytes(32))
  const keys = { keks: [{ version: 1, key: key(), sealsFromMs: 0 }], blind: key() }
  const ring = keyRing(tenantId(randomUUID()), () => keys)
  const at = (table: string, column: string) => ({ table, row: 'r', column })
  const vault = { dek: at('privacy_vault', 'dek'), value: at('privacy_vault', 'minted_sealed') }
  const batch = { dek: at('egress_batch', 'dek'), value: at('egress_batch', 'calls_sealed') }
  const minted = Buffer.alloc(400, 'x')
  const calls = Buffer.alloc(2048, 'x')
  const first = ring.newDek(vault.dek)
  const kept = first.dek.seal(vault.value, minted)
  return () => {
    ring.blind('privacy_vault.conversation', 'somebody something')
    ring.blind('conversation', 'somebody something')
    ring.openDek(vault.dek, first.wrapped).open(vault.value, kept)
    ring.newDek(vault.dek).dek.seal(vault.value, minted)
    ring.newDek(batch.dek).dek.seal(batch.value, calls)
  }
}

test('encryption takes at most a twentieth of what a turn costs without the model', async (t) => {
  const target = await captureServer(ordinary)
  const house = await openGateway({
    targets: [managedModel(target.url)],
    routes: [
      { when: { class: ['public', 'internal', 'confidential'] }, to: ['cloud'], desensitise: 'strict' },
    ],
  })
  t.after(async () => {
    await house.close()
    await target.close()
  })
  const turn = async (n: number): Promise<void> => {
    const content = `Write to anna.schmidt${n}@example.org about the lamp number ${n}, please.`
    const body = { model: 'm', messages: [{ role: 'user', content }] }
    const answer = await house.post('/v1/chat/completions', body, { 'x-freehold-conversation': `c${n}` })
    assert.equal(answer.status, 200, await answer.text())
  }
  const seal = sealingOfATurn()
  for (let n = 0; n < TURNS; n += 1) {
    await turn(n)
    seal()
  }
  const shares: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = cpuMs(house)
    for (let n = 0; n < TURNS; n += 1) await turn(round * TURNS + n)
    const turnMs = (cpuMs(house) - before) / TURNS
    const from = process.cpuUsage()
    for (let n = 0; n < TURNS * 10; n += 1) seal()
    const { user, system } = process.cpuUsage(from)
    const sealMs = (user + system) / 1000 / TURNS / 10
    shares.push(sealMs / turnMs)
    t.diagnostic(`a turn ${turnMs.toFixed(2)} ms of CPU, its encryption ${sealMs.toFixed(3)} ms`)
  }
  const median = shares.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 1
  t.diagnostic(`${(median * 100).toFixed(1)} % of a turn`)
  assert.ok(median <= MOST_SHARE, `${median}`)
})
