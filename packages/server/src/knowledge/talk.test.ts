import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Talk } from './talk.ts'
import { talkOf } from './talk.ts'

const SAID: Readonly<Record<Exclude<Talk, 'question'>, readonly string[]>> = {
  greeting: ['Hello!', 'hi there :)', 'Good morning everybody', '您好！', '你好啊', '大家早上好'],
  thanks: ['Thank you so much!', 'ok, thanks', '谢谢啦', '非常感谢你', '好的，谢谢'],
  farewell: ['Bye!', 'see you on Monday', '再见啦', '拜拜～'],
  help: ['What can you do?', 'can you help me', '你能做些什么？', '你是什么'],
}

test('greetings, thanks, goodbyes and calls for help are told from questions', () => {
  for (const [talk, texts] of Object.entries(SAID))
    for (const text of texts) assert.equal(talkOf(text), talk, text)
})

test('what asks for something in the documents is never taken for talk', () => {
  for (const text of [
    'Can I help in the community garden?',
    'Who is the chair of the committee?',
    'What can be done about the noise?',
    'Good morning shift: when does it begin?',
    'And in 2023?',
    'Why?',
    '早班几点上班？',
    '谁能批准加班？',
    '谢师宴在哪里办？',
    '为什么？',
    `Hello! ${'Please read this. '.repeat(10)}`,
  ])
    assert.equal(talkOf(text), 'question', text)
})
