import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillPath, withQuery } from './address.ts'

test('what stands in a path leads nowhere else', () => {
  assert.equal(
    fillPath('/api/documents/{id}/text', { id: 'a/b?c#d 名' }),
    '/api/documents/a%2Fb%3Fc%23d%20%E5%90%8D/text',
  )
  for (const id of ['', '.', '..'])
    assert.throws(() => fillPath('/api/documents/{id}/text', { id }), { code: 'invalid', param: 'id' })
  assert.throws(() => fillPath('/services/{name}/{path}', { name: 'pay', path: 'a/../../api/keys' }), {
    param: 'path',
  })
})

test('the path of a service keeps its slashes', () => {
  assert.equal(
    fillPath('/services/{name}/{path}', { name: 'pay', path: 'v1/bills/7' }),
    '/services/pay/v1/bills/7',
  )
})

test('what is left out of a query is not sent', () => {
  assert.equal(withQuery('/api/keys', { after: undefined, limit: 3 }), '/api/keys?limit=3')
  assert.equal(withQuery('/api/keys', {}), '/api/keys')
})
