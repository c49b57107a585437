import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestIn } from './request-id.ts'

test('the id of a request is found in whatever was pasted', () => {
  const id = 'req_0123456789abcdef01234567'
  for (const text of [id, ` ${id}\n`, `https://ai.example.org/trust/requests/${id}`, `请求 ${id}`])
    assert.equal(requestIn(text), id)
  for (const text of ['', 'req_0123', `${id}89`, 'what was requested']) assert.equal(requestIn(text), null)
})
