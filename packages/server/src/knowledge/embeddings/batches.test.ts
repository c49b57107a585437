import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { Batches, ClassHeld } from './batches.ts'

const one = (): Float32Array => Float32Array.of(1, 2)

test('one text that nothing may embed does not keep the others of its batch from it', async () => {
  const sizes: number[] = []
  const batches = new Batches(async (_, texts) => {
    sizes.push(texts.length)
    if (texts.includes('secret')) throw new Fault('stays_home', 'It holds a secret.')
    return texts.map(one)
  })
  const texts = Array.from({ length: 40 }, (_, at) => (at === 17 ? 'secret' : `text ${at}`))
  const vectors = await batches.vectors('internal', texts)
  assert.deepEqual(
    vectors.flatMap((vector, at) => (vector === null ? [at] : [])),
    [17],
  )
  assert.ok(sizes.length < 20)
})

test('a class that no rule leads anywhere is held after two questions', async () => {
  let asked = 0
  const batches = new Batches(async () => {
    asked++
    throw new Fault('no_route', 'No rule.')
  })
  await assert.rejects(batches.vectors('confidential', ['a', 'b', 'c']), (error) => {
    return error instanceof ClassHeld && error.class === 'confidential' && error.code === 'no_route'
  })
  assert.equal(asked, 2)
})

test('a text that is too long for the model is embedded by its beginning', async () => {
  const batches = new Batches(async (_, texts) => {
    if (texts.some(({ length }) => length > 1000)) throw new Fault('upstream_refused', 'Too long.')
    return texts.map(one)
  })
  const [vector] = await batches.vectors('public', ['word '.repeat(500)])
  assert.ok(vector)
})

test('a provider that is down ends the whole, so that it is tried again later', async () => {
  const batches = new Batches(async () => {
    throw new Fault('upstream_down', 'It is down.')
  })
  await assert.rejects(batches.vectors('public', ['a']), { code: 'upstream_down' })
})
