import { test } from 'node:test'
import assert from 'node:assert/strict'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

test('a secret gives its value to the one who asks for it by name', () => {
  assert.equal(new Secret('Canary').reveal(), 'Canary')
})

test('a secret shows in no other way', () => {
  const secret = new Secret('Canary')
  const shown = [
    String(secret),
    secret.toString(),
    JSON.stringify({ secret }),
    inspect({ deep: { deeper: { secret } } }, { depth: 9, showHidden: true }),
    format('%s %o %O %j', secret, secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
  ]
  for (const text of shown) assert.ok(!text.includes('Canary'), text)
})

test('the check above finds a value that is not wrapped', () => {
  assert.ok(inspect({ secret: 'Canary' }).includes('Canary'))
})
