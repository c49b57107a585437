import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folded } from './characters.ts'
import { FormFinder } from './form-finder.ts'
import { runsOf, SignRuns } from './sign-runs.ts'

const FORMS = [
  'anna schmidt',
  'schmidt',
  '49301234567',
  'hunter 2x',
  '王平',
  '海淀区王平路',
  'a1b2c3',
  'иван',
].map(folded)
const PIECES = [
  'Anna',
  'SCHMIDT',
  'schmidt,',
  '+49 30',
  '1234567',
  '1',
  '12345',
  '王',
  '平',
  '海淀区',
  '路',
  'Иван',
  'hunter_2x',
  'A1B2',
  'C3',
  '--',
]
const GAPS = [' ', '', ' - ', '\n', '.', '    ']

/** The same numbers each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

test('what is found in a text is never told to be missing from it', () => {
  const finder = new FormFinder(FORMS)
  const roll = dice(1)
  let hits = 0
  for (let round = 0; round < 3000; round += 1) {
    let text = ''
    for (let n = 1 + roll(8); n > 0; n -= 1)
      text += `${PIECES[roll(PIECES.length)]}${GAPS[roll(GAPS.length)]}`
    const signs = new SignRuns(['', text])
    finder.scan(text, (form) => {
      hits += 1
      assert.ok(signs.mayHold(runsOf(FORMS[form] ?? '')), `${FORMS[form]} in ${text}`)
      return false
    })
  }
  assert.ok(hits > 1000, `${hits} hits say little`)
})

test('most of what does not stand in a text is told without reading it', () => {
  const roll = dice(2)
  const word = (): string =>
    Array.from({ length: 4 + roll(6) }, () => String.fromCharCode(97 + roll(26))).join('')
  const signs = new SignRuns([Array.from({ length: 400 }, word).join(' ')])
  const held = Array.from({ length: 2000 }, word).filter((form) => signs.mayHold(runsOf(form)))
  assert.ok(held.length < 200, `${held.length} of 2000 would be looked for in vain`)
  const chinese = new SignRuns(['海淀区王平路的张三和李四在北京市朝阳区开会'.repeat(20)])
  assert.ok(!chinese.mayHold(runsOf('赵六')))
  assert.ok(chinese.mayHold(runsOf('李四')))
})
