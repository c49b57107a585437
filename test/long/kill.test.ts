import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killRounds } from '../system/kill.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)

test(`nothing acknowledged is lost in ${ROUNDS} kills`, async (t) => {
  const report = await killRounds(ROUNDS, Math.random)
  assert.equal(report.serverKills + report.databaseKills, ROUNDS)
  t.diagnostic(JSON.stringify(report))
})
