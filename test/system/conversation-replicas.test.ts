import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStreet } from './budget-houses.ts'
import { SlowModel, speakerAt, textOf } from './conversation-house.ts'
import { openSocket } from './socket-client.ts'

test('a run is followed, stopped and continued from another replica', async () => {
  const street = await openStreet({ limits: {} })
  try {
    const first = await street.open()
    const second = await street.open()
    const headers = { authorization: `Bearer ${first.apiKey}` }
    const [here, there] = [speakerAt(first.url, headers), speakerAt(second.url, headers)]
    const model = new SlowModel()
    street.target.answer(model.script)
    const conversation = await here.begin({ model: 'house' })
    while ((await fetch(`${second.url}/api/conversations/${conversation}`, { headers })).status !== 200)
      await new Promise((resolve) => setTimeout(resolve, 50))

    const { run } = await here.say(conversation, 'Tell me a story.')
    await model.says('Once ')
    const [mine, theirs] = [here.events(run), there.events(run)]
    const socket = await openSocket(`${second.url}/api/ws`, { headers })
    socket.send({ type: 'subscribe', run })
    await model.says('upon a time.')
    await model.ends()
    await socket.until('ended')
    await socket.end()
    assert.deepEqual(await theirs, await mine)
    assert.equal(textOf(await theirs), 'Once upon a time.')

    const stopped = await here.say(conversation, 'Another.')
    await model.says('One, ')
    await there.events(stopped.run, 0, ({ type }) => type === 'text')
    const { state } = await there.call<{ state: string }>('POST', `/api/runs/${stopped.run}/stop`)
    assert.equal(state, 'stopped')
    await street.target.seen.at(-1)?.left
    model.again()

    const lost = await here.say(conversation, 'A last one.')
    await model.says('Far ', 'away')
    const before = await there.events(lost.run, 0, ({ type }) => type === 'text')
    await first.kill()
    const rest = await there.events(lost.run, before.length)
    assert.equal(rest.at(-1)?.type, 'run.interrupted')
    assert.deepEqual((await there.events(lost.run)).slice(0, before.length), before)
    assert.equal((await there.messages(conversation)).at(-1)?.role, 'user')
    model.again()
    await there.call('POST', `/api/runs/${lost.run}/continue`)
    await model.says('Near.')
    await model.ends()
    assert.equal(await there.over(lost.run), 'completed')
    const answer = (await there.messages(conversation)).at(-1)
    assert.deepEqual([answer?.id, answer?.text], [lost.answer, 'Near.'])
  } finally {
    await street.close()
  }
})
