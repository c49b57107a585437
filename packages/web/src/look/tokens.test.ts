import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const text = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

/** The colours of one palette: those of `:root`, and what a later block says otherwise. */
function palette(block: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const start of [':root {', block]) {
    const from = text.indexOf(start)
    const body = text.slice(from, text.indexOf('}', from))
    for (const [, name = '', hex = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)) found.set(name, hex)
  }
  return found
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['paper', 'desk', 'sheet', 'sunk']
const WORDS = ['ink', 'soft', 'accent', 'alarm', 'caution', 'local', 'private', 'managed']
const PAIRS: readonly (readonly [string, string])[] = [
  ...GROUNDS.flatMap((ground) => WORDS.map((word) => [word, ground] as const)),
  ...['local', 'private', 'managed', 'alarm', 'caution'].map((tone) => [tone, `${tone}-tint`] as const),
  ['accent', 'tint'],
  ['ink', 'tint'],
  ['soft', 'tint'],
  ['ink', 'mark'],
  ['on-accent', 'accent'],
  ['on-alarm', 'alarm'],
  ['paper', 'ink'],
]

for (const [look, block] of [
  ['light', ':root {'],
  ['dark', ":root[data-look='dark'] {"],
] as const)
  test(`every word can be read on every ground, ${look}`, () => {
    const colours = palette(block)
    const weak = PAIRS.map(([word, ground]) => {
      const ratio = contrast(colours.get(word) ?? '#000000', colours.get(ground) ?? '#000000')
      return [word, ground, Math.round(ratio * 100) / 100] as const
    }).filter(([, , ratio]) => ratio < 4.5)
    assert.deepEqual(weak, [])
    // The edge of a control, WCAG 2.2 criterion 1.4.11.
    for (const ground of ['paper', 'sheet'])
      assert.ok(contrast(colours.get('edge') ?? '', colours.get(ground) ?? '') >= 3, ground)
  })

test('the system’s dark look is the chosen one', () => {
  const chosen = palette(":root[data-look='dark'] {")
  const systems = palette(":root:not([data-look='light']) {")
  assert.ok(chosen.size > 20)
  assert.deepEqual(systems, chosen)
})
