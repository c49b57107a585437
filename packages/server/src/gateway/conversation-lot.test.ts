import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import { tenantId } from '../store/tenant-id.ts'
import { beginningOf, ConversationLot } from './conversation-lot.ts'

const who: Pick<Caller, 'tenant' | 'principal'> = {
  tenant: tenantId('00000000-0000-4000-8000-000000000001'),
  principal: { kind: 'key', id: 'k1', name: null },
}
const key = (fields: Readonly<Record<string, unknown>>, conversation: string | null = null, of = who) =>
  new ConversationLot(of, { conversation, beginning: () => beginningOf(fields) }, null).key()

const user = (content: unknown) => ({ role: 'user', content })
const assistant = { role: 'assistant', content: 'Good morning.' }

test('each request of a growing conversation has the same place, in every API', () => {
  const grown = [
    [
      { messages: [{ role: 'system', content: 'Be brief' }, user('hi')] },
      { messages: [{ role: 'system', content: 'Be brief' }, user('hi'), assistant, user('and now?')] },
    ],
    [
      {
        system: [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral' } }],
        messages: [user([{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }])],
      },
      { system: 'Be brief', messages: [user('hi'), assistant, user('and now?')] },
    ],
    [
      { instructions: 'Be brief', input: 'hi' },
      { instructions: 'Be brief', input: [user([{ type: 'input_text', text: 'hi' }]), assistant, user('?')] },
    ],
  ]
  for (const [first = {}, later = {}] of grown) assert.equal(key(first), key(later))
})

test('another first message, caller, tenant or name is another place, and a name counts alone', () => {
  const fields = { messages: [user('hi')] }
  const others = [
    key({ messages: [user('hello')] }),
    key({ system: 'Be brief', messages: [user('hi')] }),
    key(fields, 'talk'),
    key(fields, null, { ...who, principal: { ...who.principal, id: 'k2' } }),
    key(fields, null, { ...who, tenant: tenantId('00000000-0000-4000-8000-000000000002') }),
  ]
  assert.equal(new Set([key(fields), ...others]).size, 6)
  assert.equal(key({ messages: [user('something else')] }, 'talk'), key(fields, 'talk'))
})

test('what clients make up costs little and never fails', () => {
  let deep: unknown = 'x'
  for (let n = 0; n < 10_000; n += 1) deep = [deep]
  const odd = [
    {},
    { messages: 7 },
    { messages: [null, 3, { role: 'user' }] },
    { input: deep },
    { input: [[1, 2]] },
  ]
  for (const fields of odd) assert.equal(typeof beginningOf(fields), 'string')
  assert.equal(beginningOf({ input: 'x'.repeat(1_000_000) }).length, 65_536)
})
