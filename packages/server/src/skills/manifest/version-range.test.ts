import { test } from 'node:test'
import assert from 'node:assert/strict'
import { compareVersions, isInRange, isRange } from './version-range.ts'

test('versions are ordered as semver.org has it', () => {
  const order = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '2.0.0',
  ]
  const shuffled = order.toReversed().toSorted(compareVersions)
  assert.deepEqual(shuffled, order)
  assert.equal(compareVersions('1.0.0+a', '1.0.0+b'), 0)
})

test('a range holds for the versions that it names', () => {
  const cases: readonly (readonly [range: string, inside: string, outside: string])[] = [
    ['>=1.2.0 <2.0.0', '1.9.9', '2.0.0'],
    ['>=1.2 <2', '1.2.0', '1.1.9'],
    ['^1.2.3', '1.9.0', '2.0.0'],
    ['^0.2.3', '0.2.9', '0.3.0'],
    ['^0.0.3', '0.0.3', '0.0.4'],
    ['~1.2.3', '1.2.9', '1.3.0'],
    ['1.2', '1.2.7', '1.3.0'],
    ['1.2.3', '1.2.3', '1.2.4'],
    ['<=1.2.3', '1.2.3', '1.2.4'],
    ['>1.2.3', '1.2.4', '1.2.3'],
  ]
  for (const [range, inside, outside] of cases) {
    assert.deepEqual([isInRange(inside, range), isInRange(outside, range)], [true, false], range)
  }
  assert.ok(isInRange('9.9.9', '*'))
  for (const range of ['', 'later', '>= 1.0.0', '1.x', '1.0.0 || 2.0.0'])
    assert.equal(isRange(range), false, range)
})
