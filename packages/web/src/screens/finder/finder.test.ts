import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLACES } from './places.ts'
import { best, fit, marked } from './ranking.ts'

const found = (query: string) =>
  best(query, PLACES, {
    textOf: ({ title, words }) => [`${title.en} ${title.zh}`, words],
    most: 3,
  }).map(({ to }) => to)

test('a screen is found by its name and by other words for it, in both languages', () => {
  assert.equal(found('templ')[0], '/chat/templates')
  assert.equal(found('模板')[0], '/chat/templates')
  assert.equal(found('chatgpt')[0], '/chat/import')
  assert.equal(found('脱敏')[0], '/trust')
  assert.equal(found('single sign-on')[0], '/admin/sign-in')
  assert.equal(found('破窗')[0], '/admin/emergency')
  assert.equal(found('PASSKEY')[0], '/account')
  assert.deepEqual(found('zebra'), [])
})

test('what begins with the words stands before what merely holds them', () => {
  assert.ok(fit('chat', 'Chat') > fit('chat', 'New chat'))
  assert.ok(fit('chat', 'New chat') > fit('hat', 'New chat'))
  assert.ok(fit('port', 'Import') > fit('port', 'Other', 'port'))
  assert.equal(fit('new zebra', 'New chat'), 0)
  assert.ok(fit('ｃｈａｔ', 'Chat') > 0, 'full-width letters are letters')
})

test('the words that were looked for are marked, whatever they are made of', () => {
  assert.deepEqual(marked('a (key) for Keys', '(key'), [
    { text: 'a ', isHit: false },
    { text: '(key', isHit: true },
    { text: ') for Keys', isHit: false },
  ])
  assert.deepEqual(
    marked('重置密钥', '密钥').map(({ isHit }) => isHit),
    [false, true],
  )
})

test('each screen stands in the table once', () => {
  assert.equal(new Set(PLACES.map(({ to }) => to)).size, PLACES.length)
  assert.ok(PLACES.every(({ title, words }) => title.en !== '' && title.zh !== '' && words !== ''))
})
