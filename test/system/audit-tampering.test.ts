import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ATTACKS, keep, SIGNINGS } from './audit-attacks.ts'
import type { AuditHouse } from './audit-house.ts'
import { openAuditHouse } from './audit-house.ts'
import { asSuperuser } from './cluster.ts'

/** Places of each kind of attack; test:long sets a hundred. */
const POSITIONS = Number(process.env['AUDIT_POSITIONS'] ?? 3)

let house: AuditHouse
let size = 0
/** What somebody noted down before anything was done: one line of the checkpoint file. */
let trusted = ''
let bringBack: () => Promise<void>

before(async () => {
  house = await openAuditHouse()
  // In several rounds, as time goes by: there are checkpoints of many sizes.
  for (const count of [3, 20, 150, 1, 180]) {
    await house.happen(count)
    await house.settle()
  }
  trusted = house.checkpoints().trim().split('\n').at(-1) ?? ''
  size = Number((JSON.parse(trusted) as { checkpoint: string }).checkpoint.split('\n')[1])
  bringBack = await keep(house)
})
after(() => house.close())

test('a log that nobody touched is sound, with every entry opened', async () => {
  const verdict = await house.verify([trusted])
  assert.deepEqual([verdict.problems, verdict.warnings], [[], []])
  assert.deepEqual([verdict.ok, verdict.size, verdict.entries, verdict.trusted], [true, size, size, size])
  assert.ok(size > 512, 'it has more than two tiles')
  // Every checkpoint that ever left the database is one that it grew out of.
  assert.ok((await house.verify([house.checkpoints()])).ok)
})

/** Drawn from a seed, so that a failure can be drawn again. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`a superuser who would ${name} is found out, wherever it is`, async () => {
    const random = drawing(name.length * 7919)
    for (let turn = 0; turn < POSITIONS; turn += 1) {
      const leaf = 1 + Math.floor(random() * (size - 2))
      const signing = SIGNINGS[turn % SIGNINGS.length] ?? 'unsigned'
      await asSuperuser(house.data, (db) => attack({ db, house, leaf, signing, random }))
      const verdict = await house.verify([trusted])
      await bringBack()
      assert.ok(!verdict.ok, `${name} at ${leaf} of ${size}, signed with ${signing}, was not seen`)
    }
  })
}

test('without a checkpoint from before, a log that was cut to an old one passes for sound', async () => {
  const attack = ATTACKS['truncate']
  assert.ok(attack)
  const leaf = Math.floor(size / 2)
  await asSuperuser(house.data, (db) => attack({ db, house, leaf, signing: 'unsigned', random: Math.random }))
  const [blind, seeing] = [await house.verify([]), await house.verify([trusted])]
  await bringBack()
  assert.ok(blind.ok, JSON.stringify(blind.problems))
  assert.match(blind.warnings.join(), /no earlier checkpoint/)
  assert.deepEqual(
    seeing.problems.map(({ kind }) => kind),
    ['truncated'],
  )
})

test('after all attacks were undone the log is sound again', async () => {
  assert.ok((await house.verify([trusted])).ok)
})
