import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import { Waiting } from './waiting.ts'

const tenant = tenantId('018f0000-0000-7000-8000-000000000001')

test('whoever waits hears an answer that was given before, here, or while the database was away', async () => {
  const given = new Map([['early', 'yes']])
  const reported: unknown[] = []
  let isAway = false
  const waiting = new Waiting<string>(
    async (_, ids) => {
      if (isAway) throw new Error('away')
      return new Map([...given].filter(([id]) => ids.includes(id)))
    },
    (error) => reported.push(error),
  )
  const { signal } = new AbortController()
  assert.equal(await waiting.answer(tenant, 'early', signal), 'yes')
  const [first, second] = [waiting.answer(tenant, 'here', signal), waiting.answer(tenant, 'here', signal)]
  isAway = true
  given.set('here', 'no')
  await waiting.look(tenant)
  await waiting.look()
  assert.equal(reported.length, 1)
  isAway = false
  await waiting.look()
  assert.deepEqual(await Promise.all([first, second]), ['no', 'no'])
})

test('whoever is called off waits no more, and nothing is looked for any more', async () => {
  let looks = 0
  const waiting = new Waiting<string>(
    async () => {
      looks += 1
      return new Map()
    },
    () => undefined,
  )
  const off = new AbortController()
  const answer = waiting.answer(tenant, 'never', off.signal)
  off.abort(new Error('stopped'))
  await assert.rejects(answer, /stopped/)
  await waiting.look()
  assert.equal(looks, 1)
})
