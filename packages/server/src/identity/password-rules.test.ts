import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireGoodPassword } from './password-rules.ts'

const isRefused = (password: string, name: string | null = 'Anna Schmidt'): boolean => {
  try {
    requireGoodPassword(password, name)
    return false
  } catch {
    return true
  }
}

test('a password of common words, a name, a run or a repetition is refused however long it is', () => {
  for (const password of [
    'passwordpassword',
    'Password123456789',
    'anna schmidt 1987',
    'annaschmidtannaschmidt',
    'aaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnopqrs',
    '12345678901234567890',
    'qwertyuiopasdfghjkl',
    'freehold freehold freehold',
    'abababababababababab',
    'correct horse battery staple',
    '111111222222333333',
    'woaini1314 5201314 woaini',
  ])
    assert.ok(isRefused(password), password)
})

test('words that do not belong together, in any script, are a good password', () => {
  for (const password of [
    'copper lantern drifts quietly',
    'tangled-otter-marmalade',
    'Zwölf Boxkämpfer jagen Viktor',
    '月亮走过窗前的旧木船慢慢停下来了',
    'xK9#vq2Lw8!mZ4tR',
  ])
    assert.ok(!isRefused(password), password)
})

test('a short part of a name does not spoil a password', () => {
  assert.ok(!isRefused('copper lantern drifts', 'Li X'))
})
