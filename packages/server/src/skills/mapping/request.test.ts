import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { RequestMapping } from '@freehold/contract/skill-operation.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestFor } from './request.ts'

const made = (mapping: Partial<RequestMapping>, input: Record<string, unknown>) =>
  requestFor({ method: 'GET', path: '/', ...mapping }, 'https://a.example/v1/', input)

test('values of a path stay in their segment, whatever they hold', () => {
  const url = (id: unknown): string => made({ path: '/orders/{id}/lines' }, { id }).url
  assert.equal(url('7'), 'https://a.example/v1/orders/7/lines')
  assert.equal(url(7), 'https://a.example/v1/orders/7/lines')
  assert.equal(url('a/b?c#d'), 'https://a.example/v1/orders/a%2Fb%3Fc%23d/lines')
  assert.equal(url('../x'), 'https://a.example/v1/orders/..%2Fx/lines')
  assert.equal(url('%2e%2e'), 'https://a.example/v1/orders/%252e%252e/lines')
  assert.equal(url('中 文'), 'https://a.example/v1/orders/%E4%B8%AD%20%E6%96%87/lines')
  for (const id of ['', '.', '..', undefined, null, {}, ['a'], '\ud800']) {
    assert.throws(
      () => url(id),
      (error) => error instanceof Fault && error.code === 'invalid',
      typeof id,
    )
  }
})

test('what the input leaves out is left out of query, headers and body', () => {
  const mapping: Partial<RequestMapping> = {
    method: 'POST',
    query: { q: '{q}', page: '{page}', fixed: 1, tags: '{tags}' },
    headers: { 'X-Of': 'for {who}', 'X-Page': '{page}' },
    body: {
      name: '{name}',
      deep: { list: ['{a}', '{b}', 'x {name} y', 'x {b} y'] },
      whole: '{object}',
      n: 1,
    },
  }
  const { url, headers, body } = made(mapping, {
    q: 'a&b',
    tags: ['x', 'y z'],
    name: 'n',
    a: 1,
    who: 'me',
    object: { k: [1] },
  })
  assert.equal(url, 'https://a.example/v1/?q=a%26b&fixed=1&tags=x&tags=y%20z')
  assert.deepEqual(headers, {
    accept: 'application/json',
    'content-type': 'application/json',
    'x-of': 'for me',
  })
  assert.deepEqual(JSON.parse(body?.toString() ?? ''), {
    name: 'n',
    deep: { list: [1, 'x n y'] },
    whole: { k: [1] },
    n: 1,
  })
})

test('no value ends a header, and none of the prototype is a value', () => {
  for (const who of ['a\r\nx: y', 'a\nb', 'a\0', 'ü']) {
    assert.throws(() => made({ headers: { 'X-Of': '{who}' } }, { who }), Fault)
  }
  assert.equal(
    made({ query: { a: '{constructor}', b: '{who.constructor}' } }, { who: {} }).url,
    'https://a.example/v1/',
  )
})

test('a form is encoded field by field, and a list is the field several times', () => {
  const { headers, body } = made(
    { method: 'POST', form: { to: '{to}', text: '{text}', left: '{left}', n: 1 } },
    { to: ['a', 'b'], text: 'x & y=z' },
  )
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(body?.toString(), 'to=a&to=b&text=x%20%26%20y%3Dz&n=1')
})
