import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from './budget-houses.ts'
import { ask, costly, idOf } from './budget-houses.ts'
import { asSuperuser, serverProcesses, signalServer } from './cluster.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import { captureServer } from './gateway-upstream.ts'

test('without its database a house serves from what it holds, then refuses, and afterwards everything fits', async (t) => {
  const target = await captureServer(costly)
  const house = await openGateway({
    targets: [privateModel(target.url, { price: { in: 1e6, out: 1e6 } })],
    routes: [{ to: ['house'] }],
    circuit: { failures: 0 },
  })
  t.after(async () => {
    await house.close()
    await target.close()
  })
  const key = await house.key('--limit', 'tokensPerDay=100000')
  const free = await house.key()
  const say = (who = key): Promise<Asked> => ask(house, who, { completion: 50, delayMs: 0 })
  for (let n = 0; n < 10; n += 1) assert.equal((await say()).status, 200)
  signalServer(house.data, 'SIGSTOP')
  const answers: Asked[] = []
  do answers.push(await say())
  while (answers.at(-1)?.status === 200)
  const refused = answers.at(-1)
  assert.ok(answers.length > 2, 'it held something')
  assert.deepEqual([refused?.status, refused?.retryAfterS], [503, 1])
  assert.match(refused?.message ?? '', /limit tokensPerDay=100000 of the key .* cannot be told: the database/)
  // Nobody counts what this one spends.
  assert.equal((await say(free)).status, 200)
  signalServer(house.data, 'SIGCONT')
  assert.ok(serverProcesses(house.data).length > 0)
  let again = await say()
  while (again.status === 503) again = await say()
  assert.equal(again.status, 200)
  assert.equal((await house.cli('usage')).status, 0)
  const { rows } = await asSuperuser(house.data, (client) =>
    client.query<{ spent: string; leased: string; recorded: string; held: string }>(
      `SELECT spent, leased,
        (SELECT sum(input_tokens + output_tokens) FROM request_record WHERE principal = $1) AS recorded,
        (SELECT sum(amount) FROM budget_lease WHERE budget = 'key:' || $1) AS held
       FROM budget_counter WHERE budget = 'key:' || $1`,
      [idOf(key)],
    ),
  )
  const [row] = rows
  assert.equal(row?.spent, row?.recorded)
  assert.equal(row?.leased, row?.held)
  await house.stop()
})
