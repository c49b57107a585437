import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Minted } from './automaton.ts'
import { Automaton } from './automaton.ts'
import { TextChannel } from './text-channel.ts'

const ANNA = 'Anna "Änni" [PERSON_k7f2_12]\n🦊'
const MINTED: readonly Minted[] = [
  { placeholder: '[PERSON_k7f2_1]', value: ANNA },
  { placeholder: '[PERSON_k7f2_12]', value: '王芳' },
  { placeholder: '[CN_RESIDENT_ID_k7f2_1]', value: '11010519491231002X' },
  { placeholder: '[IP_k7f2_3]', value: '192.0.2.7' },
]

function restoring(minted: readonly Minted[] = MINTED) {
  const automaton = new Automaton(minted)
  const tally = { restored: 0, unknown: 0 }
  const channel = (): TextChannel => new TextChannel(automaton, { nesting: null, tally, isCited: false })
  return { channel, tally, at: (text: string) => channel().push(text, true) }
}

function inPieces(channel: TextChannel, pieces: readonly string[]): string {
  return pieces.map((piece) => channel.push(piece, false)).join('') + channel.push('', true)
}

const piecesOf = (text: string, length: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  )

for (const [spelling, restored] of [
  ['for [PERSON_k7f2_1]!', `for ${ANNA}!`],
  ['[PERSON_k7f2_12]', '王芳'],
  ['[person_K7F2_12]', '王芳'],
  ['PERSON_k7f2_12', '王芳'],
  ['PERSON_k7f2_12，您好', '王芳，您好'],
  ['联系PERSON_k7f2_12。', '联系王芳。'],
  ["PERSON_k7f2_12's", "王芳's"],
  ['userPERSON_k7f2_12', 'user王芳'],
  ['【PERSON_k7f2_12】', '王芳'],
  ['（PERSON_k7f2_12）', '王芳'],
  ['<PERSON_k7f2_12>', '王芳'],
  ['［ＰＥＲＳＯＮ＿ｋ７ｆ２＿１２］', '王芳'],
  ['\\u003cPERSON_k7f2_12\\u003e', '王芳'],
  ['\\\\u005bPERSON_k7f2_12\\\\u005d', '王芳'],
  ['\\u005b\\u0050ERSON\\u005fk7f2_12\\u005D', '王芳'],
  ['**[PERSON_k7f2_12]**, `PERSON_k7f2_12` and __PERSON_k7f2_12__', '**王芳**, `王芳` and __王芳__'],
  ['\\[CN\\_RESIDENT\\_ID\\_k7f2\\_1\\]', '11010519491231002X'],
  ['C:\\Users\\[PERSON_k7f2_12]\\x', 'C:\\Users\\王芳\\x'],
  ['\\\\host\\[PERSON_k7f2_12]', '\\\\host\\王芳'],
  ['[ PERSON _ k7f2_12 ]', '王芳'],
  ['[PERSON k7f2 12]', '王芳'],
  ['[CN-RESIDENT-ID-k7f2-1]', '11010519491231002X'],
  ['[\u200bPERSON_\u00adk7f2_12]', '王芳'],
  ['[see PERSON_k7f2_12]', '[see 王芳]'],
  ['[PERSON_k7f2_12, IP_k7f2_3]', '[王芳, 192.0.2.7]'],
  ['[[PERSON_k7f2_12]]', '[王芳]'],
  ['[PERSON_k7f2_12][IP_k7f2_3]', '王芳192.0.2.7'],
  ['[PERSON_[PERSON_k7f2_12]', '[PERSON_王芳'],
  ['call(PERSON_k7f2_12)', 'call(王芳)'],
  [
    'https://a.example/?q=%5BPERSON_k7f2_12%5D&r=%5bIP%5Fk7f2%5F3%5D',
    'https://a.example/?q=%E7%8E%8B%E8%8A%B3&r=192.0.2.7',
  ],
] as const) {
  test(`a model that writes ${spelling} means the value`, () => {
    const { at, tally, channel } = restoring()
    assert.equal(at(spelling), restored)
    assert.equal(tally.unknown, 0)
    for (let cut = 1; cut < spelling.length; cut += 1)
      assert.equal(inPieces(channel(), [spelling.slice(0, cut), spelling.slice(cut)]), restored)
  })
}

for (const [text, unknown] of [
  ['[PERSON_zzzz_1]', 0],
  ['[PERSON_k7f2]', 1],
  ['[PERSON_k7f2_2] and [PERSON_k7f2_123]', 2],
  ['[NAME_k7f2_1]', 1],
  ['[PERSON_k7f2_01]', 1],
  ['xperson_k7f2_1', 1],
  ['[PERSON     _k7f2_1', 1],
  ['[note] [PERSON_k7 [PERSON] PERSON _k7 f', 0],
  ['person k7f and P, I, C\\', 0],
  ['5 %, %5, %5B, %5BPERSON and 100%', 0],
] as const) {
  test(`${text} is left alone, and ${unknown} of it are counted, however it is cut`, () => {
    for (let length = 1; length <= text.length; length += 1) {
      const { channel, tally } = restoring()
      assert.equal(inPieces(channel(), piecesOf(text, length)), text)
      assert.equal(tally.unknown, unknown)
    }
  })
}

test('text that nothing can begin in goes out at once, and is the same string', () => {
  const { channel } = restoring()
  const one = channel()
  for (const piece of ['The quick ', 'brown 狐狸 🦊 ', 'jumps [1] over x[0]. '])
    assert.equal(one.push(piece, false), piece)
  assert.equal(one.held, '')
})

test('a placeholder of another form is no placeholder', () => {
  for (const placeholder of ['[PERSON]', 'PERSON_k7f2_1', '[PERSON_k7f2_0]', '[PERSON_k7f2_1] '])
    assert.throws(() => restoring([{ placeholder, value: 'x' }]), TypeError)
})

const MANY: readonly Minted[] = ['PERSON', 'EMAIL', 'CN_RESIDENT_ID', 'IP'].flatMap((type) =>
  Array.from({ length: 1000 }, (_, at) => ({
    placeholder: `[${type}_k7f2_${at + 1}]`,
    value: `{${type} "${at}"}\n[IP_k7f2_1]`,
  })),
)
const VALUES = new Map(MANY.map(({ placeholder, value }) => [placeholder, value]))
const LONGEST = Math.max(...MANY.map(({ placeholder }) => placeholder.length))

const live = fc.integer({ min: 0, max: MANY.length - 1 }).map((at) => MANY[at]?.placeholder ?? '')
const SOME = MANY.slice(0, 20)
const decoy = fc.constantFrom(
  '[note] ',
  '[PERSON_k7 ',
  '[PERSON_k7f2_',
  '[IP_k7f2_1001] ',
  'PERSON ',
  '[',
  '\\',
  '\\u00',
  '\\u005b',
  '%5B',
  '%5',
  '🦊',
  '。（',
  ' a i p ',
)
const mixture = fc.array(
  fc.oneof(
    fc.constantFrom(...SOME.map(({ placeholder }) => placeholder)),
    decoy,
    fc.string(),
    fc.string({ unit: 'grapheme' }),
  ),
  {
    maxLength: 12,
  },
)

test('among decoys and thousands of placeholders each is restored once, as if all had come at once', () => {
  const { at } = restoring(MANY)
  fc.assert(
    fc.property(
      fc.array(fc.oneof(live, fc.constantFrom('[note] ', 'x ', '狐狸 ', '[PERSON_k7 ', '🦊')), {
        maxLength: 20,
      }),
      (parts) => {
        assert.equal(at(parts.join('')), parts.map((part) => VALUES.get(part) ?? part).join(''))
      },
    ),
    { numRuns: 5 * Number(process.env['LONG_ROUNDS'] ?? 20) },
  )
})

test('whatever the text and however it is cut, the pieces say what the whole says', () => {
  fc.assert(
    fc.property(mixture, fc.integer({ min: 1, max: 7 }), (parts, length) => {
      const text = parts.join('')
      const { channel, tally } = restoring(SOME)
      const expected = channel().push(text, true)
      const whole = { ...tally }
      assert.equal(inPieces(channel(), piecesOf(text, length)), expected)
      assert.deepEqual(tally, { restored: 2 * whole.restored, unknown: 2 * whole.unknown })
    }),
    { numRuns: 5 * Number(process.env['LONG_ROUNDS'] ?? 20) },
  )
})

test('less than one placeholder is held back, and four characters more of what is tolerated', () => {
  const { channel } = restoring(MANY)
  const one = channel()
  let most = 0
  for (const { placeholder } of MANY.slice(0, 200))
    for (const character of `${placeholder} [ ${placeholder.slice(1, -1).replaceAll('_', ' _')}  ] [PERSON_`) {
      one.push(character, false)
      most = Math.max(most, one.held.length)
    }
  assert.ok(most < LONGEST + 4, String(most))
  one.push('a'.repeat(30), false)
  assert.equal(one.held, '')
})

test('a hostile text is not read more often than a harmless one of twice its parts', () => {
  const reads = (text: string): number => {
    const automaton = new Automaton(SOME)
    let count = 0
    const match = automaton.match.bind(automaton)
    automaton.match = (...place) => {
      count += 1
      return match(...place)
    }
    const channel = new TextChannel(automaton, {
      nesting: null,
      tally: { restored: 0, unknown: 0 },
      isCited: false,
    })
    inPieces(channel, piecesOf(text, 16))
    return count
  }
  for (const part of ['[', '[PERSON_k7f2_', 'CN_RESIDENT_', '\\', '[ ', '[PERSON_k7f2_1 '])
    assert.ok(reads(part.repeat(2000)) <= 2.5 * reads(part.repeat(1000)), part)
})
