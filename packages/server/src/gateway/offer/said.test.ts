import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saidBy } from './said.ts'

const KEY = 'sk-proj-abcdefghijklmnop'
const said = (body: unknown, credential: readonly string[] = ['authorization', `Bearer ${KEY}`]) =>
  saidBy({ body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }, credential)

test('what a target says is found where model APIs put it', () => {
  assert.equal(said({ error: { message: 'no such model' } }), 'no such model')
  assert.equal(said({ error: 'no such model' }), 'no such model')
  assert.equal(said({ message: 'no such model' }), 'no such model')
  assert.equal(said({ detail: 'Not Found' }), 'Not Found')
})

test('what is no such text is not shown', () => {
  for (const body of ['<h1>Oh no</h1>', '', '[]', { error: { message: 7 } }, { error: { message: ' \n ' } }])
    assert.equal(said(body), null)
})

test('a credential is left out, also where only a part of it comes back', () => {
  assert.equal(said({ error: `bad key ${KEY}.` }), 'bad key […]')
  assert.equal(said({ error: 'bad key sk-proj-ab***mnop here' }), 'bad key […] here')
  assert.equal(said({ error: 'bad key ***jklmnop' }), 'bad key […]')
  assert.equal(said({ error: 'pin 1234' }, ['x-key', '1234']), 'pin […]')
})

test('it is one short printable line', () => {
  assert.equal(said({ error: 'a\u0007b\u202Ec\n\nd\u2028e' }), 'a b c d e')
  const long = said({ error: '😀'.repeat(300) })
  assert.ok(long !== null && long.length <= 201 && long.isWellFormed())
})
