import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integersWithin, numbersWithin } from './number-grammar.ts'

/** These rules use only what regular expressions have too. */
function matches(rule: string | null): (text: string) => boolean {
  const pattern = (rule ?? '(?!)')
    .replaceAll(/"([^"]*)"/g, (_, text: string) => text.replaceAll('.', '\\.'))
    .replaceAll(' ', '')
  return (text) => new RegExp(`^(?:${pattern})$`).test(text)
}

test('exactly the integers within the bounds fit', () => {
  for (const [min, max] of [
    [0, 0],
    [1, 50],
    [-3, 40],
    [7, 105],
    [-250, -9],
    [99, 1001],
    [0.5, 12.5],
    [-1000, 1000],
  ] as const) {
    const fits = matches(integersWithin({ min, max }))
    for (let value = -1100; value <= 1100; value += 1) {
      assert.equal(fits(String(value)), value >= min && value <= max, `${value} in ${min}..${max}`)
    }
    assert.ok(!fits('01') && !fits('-0') && !fits('1.0') && !fits(''))
  }
})

test('without one of the bounds numbers stay as short as can be exact', () => {
  assert.ok(matches(integersWithin({ min: 3 }))('999999999999999'))
  assert.ok(!matches(integersWithin({ min: 3 }))('1000000000000000'))
  assert.ok(!matches(integersWithin({ min: 3 }))('2'))
  assert.ok(matches(integersWithin({ max: -3 }))('-999999999999999'))
  assert.equal(integersWithin({ min: 2, max: 1 }), null)
  assert.equal(integersWithin({ min: 0.1, max: 0.9 }), null)
})

test('fractions lie within the bounds too', () => {
  for (const [min, max] of [
    [0, 31.5],
    [-2, 3],
    [-1, 0],
    [5, 5],
  ] as const) {
    const fits = matches(numbersWithin({ min, max }))
    for (let value = -400; value <= 400; value += 1) {
      const text = (value / 10).toFixed(1)
      if (fits(text)) assert.ok(Number(text) >= min && Number(text) <= max, `${text} in ${min}..${max}`)
    }
    assert.ok(fits(String(min)))
  }
  assert.ok(matches(numbersWithin({ min: 0, max: 31.5 }))('30.99'))
  assert.ok(matches(numbersWithin({ min: -2, max: 3 }))('-1.5'))
})
