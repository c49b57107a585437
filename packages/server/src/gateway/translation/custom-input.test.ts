import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CustomInput, customArguments, customInput } from './custom-input.ts'

/** All of Unicode; the library's own lists each of them first, which takes a second. */
const character = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

test('any text comes back from the arguments it was put into, wherever they are cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: character }),
      fc.array(fc.nat({ max: 60 }), { maxLength: 8 }),
      fc.boolean(),
      (text, cuts, isEscaped) => {
        const json = customArguments(text)
        const whole = isEscaped ? json.replaceAll(/[^\x20-\x7e]/g, escapeOf) : json
        const ends = [...new Set(cuts), whole.length].toSorted((a, b) => a - b)
        const input = new CustomInput()
        const pieces = ends.map((end, at) => input.read(whole.slice(at === 0 ? 0 : ends[at - 1], end)))
        assert.equal(pieces.join('') + input.end(), text)
        assert.equal(customInput(whole), text)
      },
    ),
  )
})

const escapeOf = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

test('arguments in another form are the text themselves, and none are no text', () => {
  const input = new CustomInput()
  assert.equal(input.read('{"code":') + input.read('"x"}') + input.end(), '{"code":"x"}')
  for (const none of ['', ' ', '{}', '{ }']) assert.equal(customInput(none), '')
  assert.equal(customInput('{ "input" : "x" }'), 'x')
  assert.equal(customInput('{"input":"so f'), 'so f')
})
