import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Partings } from './parting.ts'

function house() {
  const due = new Set<() => void>()
  const partings = new Partings((send) => {
    due.add(send)
    return () => due.delete(send)
  })
  const pass = () => {
    for (const send of due) send()
    due.clear()
  }
  return { partings, pass }
}

const settled = () => new Promise((resolve) => void setImmediate(resolve))

test('what is deleted is hidden at once and sent when the time to undo is over', async () => {
  const { partings, pass } = house()
  const sent: string[] = []
  partings.part({ ids: ['a', 'b'], send: async () => sent.push('a b') })
  assert.deepEqual([...partings.hidden], ['a', 'b'])
  assert.deepEqual(sent, [])
  pass()
  await settled()
  assert.deepEqual(sent, ['a b'])
  assert.deepEqual([...partings.hidden], ['a', 'b'])
})

test('what is undone is shown again and never sent', async () => {
  const { partings, pass } = house()
  const sent: string[] = []
  const undo = partings.part({ ids: ['a'], send: async () => sent.push('a') })
  partings.part({ ids: ['b'], send: async () => sent.push('b') })
  undo()
  assert.deepEqual([...partings.hidden], ['b'])
  pass()
  await partings.sendAll()
  assert.deepEqual(sent, ['b'])
})

test('when the page goes, what waits is sent once, and cannot be undone any more', async () => {
  const { partings, pass } = house()
  const sent: string[] = []
  const undo = partings.part({ ids: ['a'], send: async () => sent.push('a') })
  await partings.sendAll()
  undo()
  pass()
  await settled()
  assert.deepEqual(sent, ['a'])
  assert.deepEqual([...partings.hidden], ['a'])
})

test('what the server refuses to delete is shown again, with the reason', async () => {
  const { partings } = house()
  const refusals: unknown[] = []
  partings.part({
    ids: ['a'],
    send: () => Promise.reject(new Error('on hold')),
    onRefused: (error) => refusals.push(error),
  })
  await partings.sendAll()
  assert.deepEqual([...partings.hidden], [])
  assert.equal(String(refusals[0]), 'Error: on hold')
})
