import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlaces, checkSums, reconcile, reconcileKilled } from '../system/fault-reckoning.ts'
import {
  closeFaultHouse,
  newRecords,
  openFaultHouse,
  residentBytes,
  ride,
  rideAndKill,
} from '../system/gateway-faults.ts'

const MINUTES = Number(process.env['LONG_MINUTES'] ?? 30)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const RIDE_MS = 20_000

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0

test(`targets fail in every way for ${MINUTES} minutes: nothing is lost, all is charged, memory stays as it is`, async (t) => {
  const open = await openFaultHouse(SEED)
  t.after(() => closeFaultHouse(open))
  const total: Record<string, number> = {}
  const resident: number[] = []
  for (const until = Date.now() + MINUTES * 60_000; Date.now() < until;) {
    const seen = await ride(open, RIDE_MS)
    for (const [end, count] of Object.entries(reconcile(open, seen, await newRecords(open))))
      total[end] = (total[end] ?? 0) + count
    resident.push(residentBytes(open))
    await checkPlaces(open)
    await newRecords(open)
    await checkSums(open)
  }
  // The first rides fill what every server fills once.
  const warm = resident.slice(Math.ceil(resident.length / 6))
  const [first, second] = [median(warm.slice(0, warm.length >> 1)), median(warm.slice(warm.length >> 1))]
  t.diagnostic(
    JSON.stringify({
      seed: SEED,
      rides: resident.length,
      ...total,
      first,
      second,
      resident: resident.map((bytes) => Math.round(bytes / 1e6)),
    }),
  )
  assert.ok(second <= first * 1.1, `${first} bytes grew to ${second}`)
})

test('killed again and again: whatever had begun to answer is on record and charged', async (t) => {
  const open = await openFaultHouse(SEED + 1)
  t.after(() => closeFaultHouse(open))
  const total: Record<string, number> = {}
  for (let round = 0; round < Math.max(2, MINUTES); round += 1) {
    const seen = await rideAndKill(open, 3000)
    for (const [end, count] of Object.entries(reconcileKilled(open, seen, await newRecords(open))))
      total[end] = (total[end] ?? 0) + count
    await checkSums(open)
  }
  t.diagnostic(JSON.stringify({ seed: SEED + 1, ...total }))
})
