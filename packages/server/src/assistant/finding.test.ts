import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finder } from './finding.ts'

test('a text is found as it reads on the page', () => {
  for (const [sought, said] of [
    ['black swallow', 'A **Black** swallow came.'],
    ['npm start', 'Run `npm\n  start` there.'],
    ['a.b', 'It is a.b here.'],
    ['龙井茶', '请告诉我西湖龙井茶的采摘时间。'],
    ['Café', 'the cafe\u0301 of yesterday'],
    ['(c) [d', 'what (C) [D is'],
  ] as const)
    assert.notEqual(finder(sought)(said), null, sought)
})

test('what is not there is not found, nor what is nothing', () => {
  assert.equal(finder('a.b')('It is axb here.'), null)
  assert.equal(finder('black swallow')('blackswallow'), null)
  assert.equal(finder('**')('A **bold** word.'), null)
})

test('what stands around it is shown', () => {
  const found = finder('needle')(`${'hay '.repeat(100)}needle${' hay'.repeat(100)}`) ?? ''
  assert.match(found, /^….*hay needle hay.*…$/)
  assert.ok(found.length < 180, found)
})
