import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filled, partsOf } from './fill.ts'

test('what is said for a variable stands wherever it is named', () => {
  const text = 'Write to {{ name }} about {{topic}}; {{name}} is busy.'
  assert.equal(filled(text, { name: 'Ada', topic: '$& keys' }), 'Write to Ada about $& keys; Ada is busy.')
  assert.equal(filled(text, { name: 'Ada', topic: '' }), 'Write to Ada about {{topic}}; Ada is busy.')
  assert.equal(filled('你好 {{名字}}', { 名字: '李雷' }), '你好 李雷')
})

test('the variables of a prompt can be told from its words', () => {
  assert.deepEqual(
    partsOf('To {{name}}: {{ }} hi').map(({ text, isVariable }) => (isVariable ? `<${text}>` : text)),
    ['To ', '<{{name}}>', ': {{ }} hi'],
  )
})
