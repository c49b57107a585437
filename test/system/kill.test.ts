import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyData, open, remove } from './house.ts'
import { killRounds } from './kill.ts'

test('nothing acknowledged is lost when server and database are killed at random points', async (t) => {
  const report = await killRounds(2, Math.random)
  assert.ok(report.acknowledged > 2)
  t.diagnostic(JSON.stringify(report))
})

test('the launcher starts the server again after a kill', async () => {
  const data = await emptyData()
  const house = await open({ data, launched: true, args: ['--listen', '127.0.0.1:17071'] })
  process.kill(house.pid, 'SIGKILL')
  const deadline = Date.now() + 120_000
  for (let again = false; !again;) {
    assert.ok(Date.now() < deadline, house.output())
    again = [...house.output().matchAll(/"event":"ready"/g)].length === 2
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal((await fetch(`${house.url}/api/platform`)).status, 200)
  await house.stop()
  assert.equal(house.process.exitCode, 0)
  await remove(data)
})
