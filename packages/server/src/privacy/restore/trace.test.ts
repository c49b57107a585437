import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRestorer, mayRestore } from './restorer.ts'

const MINTED = [
  { placeholder: '[PERSON_k7f2_1]', value: 'Anna' },
  { placeholder: '[EMAIL_k7f2_1]', value: 'a@b.org' },
]
const restorer = () => createRestorer(MINTED)
const answer = (json: string): Buffer =>
  Buffer.from(`{"choices":[{"index":0,"message":{"role":"assistant","content":"${json}"}}]}`)
const escaped = (text: string): string =>
  text.replaceAll(/[^]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const fullWidth = (text: string): string =>
  text.replaceAll(/[A-Za-z\d]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0))

const PLACEHOLDER = '[PERSON_k7f2_1]'

test('a placeholder is put back in a whole answer in every spelling of its nonce', () => {
  for (const spelled of [
    PLACEHOLDER,
    'PERSON_k7f2_1',
    '[person_K7F2_1]',
    '[Person K7f2 1]',
    '[PERSON_k 7f2_1]',
    '[PERSON_k7\u00a0f\u200b2_1]',
    '[PERSON_k7\u3000f 2\u2060_1]',
    escaped(PLACEHOLDER),
    '[PERSON_\\u006b7f2_1]',
    fullWidth(PLACEHOLDER),
    fullWidth('person_K7F2_1'),
    `[PERSON_${fullWidth('k')}7f2_1]`,
    '[PERSON_k7f2\\\\_1]',
  ]) {
    const body = answer(`It is ${spelled}.`)
    assert.equal(mayRestore(MINTED, body), true, spelled)
    assert.match(restorer().whole('chat', body).toString(), /It is \[?Anna\]?\./, spelled)
  }
})

test('an answer without a trace of the nonce goes as it came', () => {
  for (const said of [
    'The quick brown fox, [note] and PERSON_abcd_1, k7 and f2, k7f.',
    '你好，世界！真的？（是）“对”：好；',
    'a line\\nand \\"words\\" and C:\\\\temp',
  ]) {
    assert.equal(mayRestore(MINTED, answer(said)), false, said)
    assert.equal(restorer().whole('chat', answer(said)).toString(), answer(said).toString())
  }
  // It stands for nothing, and that is counted.
  const made = restorer()
  made.whole('chat', answer('[PERSON_k7f2_9]'))
  assert.equal(made.unknown, 1)
})
