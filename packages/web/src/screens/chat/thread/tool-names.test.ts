import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toolNames } from './tool-names.ts'

const operation = (id: string, title: string | null) => ({
  id,
  tool: `order_lookup__${id}`,
  title,
  zh: id === 'find_order' ? { title: '查询订单', description: '显示一个订单。' } : null,
  description: 'Announces that a customer sends an order back.',
  effect: 'write' as const,
  confirm: 'policy' as const,
  input: {},
})

const ORDERS = {
  title: 'Orders',
  zh: { title: '订单', description: '查询订单' },
  operations: [operation('announce_return', null), operation('find_order', 'Find an order')],
}

test('a tool is asked about by the title of its skill and what it does', () => {
  const { nameOf, aboutOf } = toolNames([ORDERS], false)
  assert.equal(nameOf('order_lookup__announce_return'), 'Orders: announce return')
  assert.equal(nameOf('order_lookup__find_order'), 'Orders: Find an order')
  assert.equal(aboutOf('order_lookup__announce_return'), 'Announces that a customer sends an order back')
  assert.equal(toolNames([ORDERS], true).nameOf('order_lookup__announce_return'), '订单：announce return')
  // What the author says in Chinese goes before words made of its id.
  const chinese = toolNames([ORDERS], true)
  assert.equal(chinese.nameOf('order_lookup__find_order'), '订单：查询订单')
  assert.equal(chinese.aboutOf('order_lookup__find_order'), '显示一个订单')
})

test('a tool that nobody knows keeps its own name', () => {
  const { nameOf, aboutOf } = toolNames([ORDERS], false)
  assert.equal(nameOf('gone__tool'), 'gone__tool')
  assert.equal(aboutOf('gone__tool'), null)
})
