import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlaces, checkSums, reconcile, reconcileKilled } from './fault-reckoning.ts'
import {
  closeFaultHouse,
  newRecords,
  openFaultHouse,
  residentBytes,
  ride,
  rideAndKill,
} from './gateway-faults.ts'

const SEED = Number(process.env['SEED'] ?? 1)
const RIDE_MS = 7000
const LEFT_BYTES = 128 * 1024 * 1024

test('whatever targets do, no request is lost or ends as if it were whole, and each is charged to the millionth', async (t) => {
  const open = await openFaultHouse(SEED)
  t.after(() => closeFaultHouse(open))
  const resident: number[] = []
  for (let half = 0; half < 2; half += 1) {
    const seen = await ride(open, RIDE_MS)
    const records = await newRecords(open)
    const ends = reconcile(open, seen, records)
    t.diagnostic(`seed ${SEED}: ${JSON.stringify(ends)}`)
    for (const end of ['complete', 'refused', 'broken', 'left'])
      assert.ok((ends[end] ?? 0) > 0, `none is ${end}`)
    resident.push(residentBytes(open))
    await checkPlaces(open)
    await newRecords(open)
    await checkSums(open)
    if (half === 0) assertNoticed(open, seen, records)
  }
  const [first = 0, second = 0] = resident
  t.diagnostic(`memory ${resident.map((bytes) => (bytes / 1e6).toFixed(0)).join(', ')} MB`)
  // What a process takes settles after a minute, which only the long run can see; this sees what each request leaves.
  assert.ok(second - first < LEFT_BYTES, `${first} bytes grew to ${second}`)
})

/** Shows that what this looks for would be found. */
function assertNoticed(...[open, seen, records]: Parameters<typeof reconcile>): void {
  const whole = seen.find(({ end, stream }) => end === 'complete' && stream)
  const broken = seen.find(({ end }) => end === 'broken')
  assert.ok(whole && broken)
  const finds = (what: RegExp, others: typeof seen, found = records): void => {
    assert.throws(() => reconcile(open, others, found), what)
  }
  const without = records.filter(({ id }) => id !== whole.id)
  const own = records.filter(({ id }) => id === whole.id)
  finds(/no record/, [whole], without)
  finds(/two records/, [whole], [...own, ...own])
  finds(
    /tag-/,
    [whole],
    own.map((one) => ({ ...one, cost: (one.cost ?? 0) + 1e-6 })),
  )
  finds(/tag-/, [{ ...whole, body: whole.body.slice(0, whole.body.indexOf('end-of')) }], own)
  finds(/tag-/, [{ ...broken, end: 'complete' }])
  finds(/tag-/, [{ ...whole, id: null, end: 'lost' }])
}

test('after a kill in the middle of it whatever had begun to answer is on record and charged', async (t) => {
  const open = await openFaultHouse(SEED + 1)
  t.after(() => closeFaultHouse(open))
  const seen = await rideAndKill(open, 1500)
  const ends = reconcileKilled(open, seen, await newRecords(open))
  t.diagnostic(`seed ${SEED + 1}: ${JSON.stringify(ends)}`)
  await checkSums(open)
})
