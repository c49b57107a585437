import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pressed } from './shortcuts.ts'
import { keysOf, shortcutOf, SHORTCUTS } from './shortcuts.ts'

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
})
const reading = { isMac: false, isWriting: false }
const writing = { isMac: false, isWriting: true }

test('Ctrl K finds, and on a Mac it is ⌘ K', () => {
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true }), writing), 'find')
  assert.equal(shortcutOf(pressed('K', { ctrlKey: true }), reading), 'find')
  assert.equal(shortcutOf(pressed('k', { metaKey: true }), { ...reading, isMac: true }), 'find')
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true }), { ...reading, isMac: true }), null)
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true, metaKey: true }), reading), null)
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true, shiftKey: true }), reading), null)
})

test('whoever writes keeps the keys that mean something to them', () => {
  assert.equal(shortcutOf(pressed('?', { shiftKey: true }), reading), 'help')
  assert.equal(shortcutOf(pressed('?', { shiftKey: true }), writing), null)
  assert.equal(shortcutOf(pressed('ArrowUp', { altKey: true }), reading), 'previous')
  assert.equal(shortcutOf(pressed('ArrowUp', { altKey: true }), writing), null)
  assert.equal(shortcutOf(pressed('o', { ctrlKey: true, shiftKey: true }), writing), 'newChat')
})

test('a key that is used already, or that composes a character, does nothing more', () => {
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true, isComposing: true }), reading), null)
  assert.equal(shortcutOf(pressed('k', { ctrlKey: true, defaultPrevented: true }), reading), null)
})

test('no two shortcuts have the same keys, and each can be written down', () => {
  const written = SHORTCUTS.map(({ id }) => keysOf(id, false).join(' '))
  assert.equal(new Set(written).size, SHORTCUTS.length)
  assert.deepEqual(keysOf('newChat', true), ['⌘', '⇧', 'O'])
  assert.ok(written.includes('Alt ↑'))
})
