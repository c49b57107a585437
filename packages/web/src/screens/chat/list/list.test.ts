import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationView } from '@freehold/sdk'
import { groupOf, itemsOf } from './groups.ts'
import { withHead, withRow, withTail } from './known.ts'
import { all, extended, NOTHING, toggled } from './selection.ts'

const row = (id: string, updatedAt: string, more: Partial<ConversationView> = {}): ConversationView => ({
  id,
  title: id,
  model: null,
  instructions: null,
  tags: [],
  project: null,
  class: 'internal',
  pinned: false,
  archived: false,
  temporary: false,
  keepPrivate: false,
  expiresAt: null,
  leaf: null,
  run: null,
  createdAt: updatedAt,
  updatedAt,
  ...more,
})
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 30, 12, minute)).toISOString()
const ids = (known: { readonly rows: readonly ConversationView[] }) =>
  known.rows.map(({ id }) => id).join(' ')

test('a long list is brought up to date by its first page', () => {
  const first = withHead(undefined, { data: [row('e', at(5)), row('d', at(4))], next: 'd' })
  const known = withTail(first, { data: [row('c', at(3)), row('b', at(2))], next: 'b' })
  // Somebody speaks in b, c is deleted elsewhere and not seen yet, d is deleted.
  const now = withHead(known, { data: [row('b', at(6)), row('e', at(5))], next: 'e' })
  assert.equal(ids(now), 'b e d c')
  const later = withHead(now, { data: [row('b', at(6)), row('c', at(3))], next: 'c' })
  assert.equal(ids(later), 'b c')
  assert.equal(now.next, 'b')
})

test('a list in which more happened than a page holds begins anew', () => {
  const known = withHead(undefined, { data: [row('b', at(2)), row('a', at(1))], next: 'a' })
  const now = withHead(known, { data: [row('z', at(9)), row('y', at(8))], next: 'y' })
  assert.equal(ids(now), 'z y')
  assert.equal(now.next, 'y')
})

test('a first page that was looked through in vain takes nothing away', () => {
  const known = withTail(withHead(undefined, { data: [], next: 'z' }), { data: [row('b', at(2))], next: 'b' })
  assert.equal(withHead(known, { data: [], next: 'y' }), known)
  assert.deepEqual(withHead(known, { data: [], next: null }).rows, [])
})

test('a conversation that changed stands where it belongs, or nowhere', () => {
  const known = withHead(undefined, { data: [row('c', at(3)), row('a', at(1))], next: 'a' })
  assert.equal(ids(withRow(known, row('b', at(2)), true)), 'c b a')
  assert.equal(ids(withRow(known, row('c', at(3)), false)), 'a')
  assert.equal(
    ids(withRow(known, row('0', at(0)), true)),
    'c a',
    'what lies below the end comes with its page',
  )
  assert.equal(ids(withRow({ ...known, next: null }, row('0', at(0)), true)), 'c a 0')
})

test('conversations stand below the day, the week and the month in which they were spoken in', () => {
  const now = new Date(2026, 10, 30, 9)
  const on = (month: number, day: number) => row('a', new Date(2026, month, day, 23).toISOString())
  assert.equal(groupOf(on(10, 30), now), 'today')
  assert.equal(groupOf(on(10, 29), now), 'yesterday')
  assert.equal(groupOf(on(10, 24), now), 'week')
  assert.equal(groupOf(on(10, 2), now), 'month')
  assert.equal(groupOf(on(8, 30), now), '2026-09')
  const items = itemsOf([row('p', at(0))], [on(10, 30), on(10, 30), on(8, 30)], now)
  assert.deepEqual(
    items.map((item) => (item.kind === 'heading' ? item.group : item.row.id)),
    ['pinned', 'p', 'today', 'a', 'a', '2026-09', 'a'],
  )
})

test('ten thousand conversations are grouped within one frame of work', () => {
  const rows = Array.from({ length: 10_000 }, (_, count) => row(`${count}`, at(-count * 60)))
  assert.equal(
    itemsOf([], rows, new Date(at(0))).filter(({ kind }) => kind === 'conversation').length,
    10_000,
  )
})

test('conversations are ticked one by one, as a range and all at once', () => {
  const order = ['a', 'b', 'c', 'd']
  const one = toggled(NOTHING, 'b')
  assert.deepEqual([...extended(one, 'd', order).ids], ['b', 'c', 'd'])
  assert.deepEqual([...extended(one, 'a', order).ids].toSorted(), ['a', 'b'])
  assert.deepEqual([...toggled(one, 'b').ids], [])
  assert.deepEqual([...all(one, order).ids], order)
  assert.deepEqual([...all(all(one, order), order).ids], [])
})
