import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Automaton } from './automaton.ts'
import { Nesting } from './nesting.ts'
import { TextChannel } from './text-channel.ts'

const VALUE = 'Anna "Änni"\n\\O\'Neil\\ [PERSON_k7f2_2] \u2028 🦊 {"a":1}'
const automaton = new Automaton([
  { placeholder: '[PERSON_k7f2_1]', value: VALUE },
  { placeholder: '[PHONE_k7f2_1]', value: '+49 30 "1"' },
])

function restored(json: string, length = json.length || 1, isJson = true): string {
  const tally = { restored: 0, unknown: 0 }
  const channel = new TextChannel(automaton, { nesting: new Nesting(isJson), tally, isCited: false })
  const pieces = Array.from({ length: Math.ceil(json.length / length) }, (_, at) =>
    channel.push(json.slice(at * length, (at + 1) * length), false),
  )
  return pieces.join('') + channel.push('', true)
}

/** What the model meant. */
type Meant = string | number | boolean | null | readonly Meant[] | { readonly [name: string]: Meant }

/** The same with values, and with JSON in strings read. */
function meant(value: Meant): Meant {
  if (typeof value === 'string') {
    const inner = parsed(value)
    return inner === undefined ? value.replaceAll('[PERSON_k7f2_1]', () => VALUE) : meant(inner)
  }
  if (Array.isArray(value)) return value.map(meant)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.replaceAll('[PERSON_k7f2_1]', () => VALUE), meant(one)]),
  )
}

function opened(value: Meant): Meant {
  if (typeof value === 'string') {
    const inner = parsed(value)
    return inner === undefined ? value : opened(inner)
  }
  if (Array.isArray(value)) return value.map(opened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, opened(one)]))
}

function parsed(text: string): Meant | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // All that JSON can be.
    return typeof value === 'object' && value !== null ? (value as Meant) : undefined
  } catch {
    return undefined
  }
}

const word = fc.constantFrom(
  'a',
  '',
  '[PERSON_k7f2_1]',
  'to [PERSON_k7f2_1]: "hi"',
  '[note',
  '\\',
  '"',
  '\n',
  '王芳 🦊',
  'C:\\new',
)
// No name that is one escape: V8 13.6 reads `\"` as the `\\` that it saw in the same place before.
const name = word.filter((one) => one.length !== 1 || one === 'a')
const leaf: fc.Arbitrary<Meant> = fc.oneof(word, fc.constantFrom(1.5, true, null))
const around = (inner: fc.Arbitrary<Meant>): fc.Arbitrary<Meant> =>
  fc.oneof(
    fc.array(inner, { maxLength: 3 }),
    fc.dictionary(name, inner, { maxKeys: 3, noNullPrototype: true }),
  )
// JSON in a string, as agents hand it on.
const packed = (inner: fc.Arbitrary<Meant>): fc.Arbitrary<Meant> =>
  around(inner).map((value) => JSON.stringify(value))
const deeper = (inner: fc.Arbitrary<Meant>): fc.Arbitrary<Meant> =>
  fc.oneof(leaf, around(inner), packed(inner))
const container = around(deeper(deeper(deeper(leaf))))
const ascii = (json: string): string =>
  json.replaceAll(/[^ -~]|[[\]](?=PERSON)|(?<=k7f2_1)\]/g, (one) =>
    one === '[' || one === ']' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

test('arguments stay valid JSON and mean the values, at every depth of JSON in strings, however they are cut', () => {
  fc.assert(
    fc.property(container, fc.integer({ min: 1, max: 7 }), fc.boolean(), (value, length, isAscii) => {
      const json = isAscii ? ascii(JSON.stringify(value)) : JSON.stringify(value)
      const result = restored(json, length)
      assert.deepEqual(opened(JSON.parse(result) as Meant), meant(opened(value)))
    }),
    { numRuns: 5 * Number(process.env['LONG_ROUNDS'] ?? 20) },
  )
})

test('a placeholder that a model escaped is restored where it stands', () => {
  assert.deepEqual(
    JSON.parse(restored('{"a":"\\u005bPERSON_k7f2_1\\u005D, \\\\u003cPERSON_k7f2_1\\\\u003e"}')),
    {
      a: `${VALUE}, ${VALUE}`,
    },
  )
})

test('a placeholder without quotes becomes a string', () => {
  for (const [json, value] of [
    ['{"phone": [PHONE_k7f2_1], "n": 1}', { phone: '+49 30 "1"', n: 1 }],
    ['{"phones": [[PHONE_k7f2_1], PHONE_k7f2_1]}', { phones: ['+49 30 "1"', '+49 30 "1"'] }],
  ] as const)
    for (let length = 1; length < 9; length += 1) assert.deepEqual(JSON.parse(restored(json, length)), value)
})

test('a text that only looks like JSON is text', () => {
  for (const text of [
    '[note] he said "[PERSON_k7f2_1]"',
    '{x "[PERSON_k7f2_1]"',
    '[PERSON_k7f2_1] "[PERSON_k7f2_1]"',
  ])
    assert.deepEqual(JSON.parse(restored(JSON.stringify({ text }))), {
      text: text.replaceAll('[PERSON_k7f2_1]', () => VALUE),
    })
})

test('what is JSON only perhaps is treated as such while it can be', () => {
  assert.deepEqual(JSON.parse(restored('{"a":["[PERSON_k7f2_1]"]}', 3, false)), { a: [VALUE] })
  assert.equal(restored('see "[PERSON_k7f2_1]"', 3, false), `see "${VALUE}"`)
})

test('broken arguments keep every character of their own', () => {
  const broken = '{"a": "[PERSON_k7f2_1]", b: \'x\', "c": "[PERSON_k7f2_1]'
  const value = JSON.stringify(VALUE).slice(1, -1)
  assert.equal(
    restored(broken, 5),
    broken.replaceAll('[PERSON_k7f2_1]', () => value),
  )
})
