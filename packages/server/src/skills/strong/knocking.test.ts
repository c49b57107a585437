import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knock } from './knocking.ts'

test('who knocks at a box that has just gone hears nothing, and waits for nobody', async () => {
  // As nsenter ends where the process is no more.
  const knocker = { nsenter: '/bin/false', node: process.execPath, owner: null }
  const at = { listeners: [{ address: '127.0.0.1', port: 8099 }], requests: ['GET / HTTP/1.1\r\n\r\n'] }
  const knocks = Array.from({ length: 40 }, () => knock(knocker, process.pid, at))
  assert.deepEqual((await Promise.all(knocks)).flat(), [])
})
