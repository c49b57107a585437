import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConversations, speakerAt } from './conversation-house.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { Client, drawing, faultsIn, storyteller } from './run-rounds.ts'

/** Runs that are watched by two clients at once, each behind a network of its own. */
const RUNS = 6

test('two clients whose network is cut anywhere in a stream are told every event once', async (t) => {
  const random = drawing(11)
  const target = await storyteller(random)
  const house = await openConversations({}, { target })
  const [wired, wireless] = [await cuttingProxy(house.url), await cuttingProxy(house.url)]
  t.after(async () => {
    await Promise.all([wired.close(), wireless.close()])
    await house.close()
    await target.close()
  })
  const cuts = { wired: 0, wireless: 0 }
  const cutting = (name: keyof typeof cuts, least: number): Parameters<typeof wired.judge>[0] => {
    // Of each connection: how many bytes of the answer come through, in the middle of an event or a frame.
    const most = new Map<number, number>()
    return (from, piece, { number, answeredBytes }) => {
      if (from === 'client') return 'pass'
      if (!most.has(number)) most.set(number, least + Math.floor(random() * 1500))
      const left = (most.get(number) ?? 0) - answeredBytes
      if (left >= piece.length) return 'pass'
      cuts[name] += 1
      return Math.max(left, 0)
    }
  }
  // The head of an answer alone has some hundred bytes; one that never gets further tells nothing.
  wired.judge(cutting('wired', 700))
  wireless.judge(cutting('wireless', 300))
  const headers = { authorization: `Bearer ${house.apiKey}` }
  for (let round = 0; round < RUNS; round += 1) {
    const { run } = await house.me.say(await house.me.begin(), `cut${round}`)
    const [first, second] = [new Client(), new Client()]
    await Promise.all([
      first.follow(run, () => speakerAt(wired.url, headers), null),
      second.follow(
        run,
        () => speakerAt(wireless.url, headers),
        () => wireless.url,
      ),
    ])
    const all = await house.me.events(run)
    assert.deepEqual([...faultsIn(first.told, all), ...faultsIn(second.told, all)], [])
  }
  t.diagnostic(JSON.stringify(cuts))
  assert.ok(cuts.wired > RUNS && cuts.wireless > RUNS, JSON.stringify(cuts))
})
