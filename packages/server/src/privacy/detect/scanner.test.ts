import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as always, constantFrom, property } from 'fast-check'
import { RECOGNISERS } from '../recognisers/all.ts'
import type { Recogniser } from './recogniser.ts'
import { runsOf } from './recogniser.ts'
import { createScanner } from './scanner.ts'

const CONTEXT = { language: null, key: null }
const isWord = (sign: string | undefined): boolean => sign !== undefined && /^[A-Za-z0-9]$/.test(sign)

/** Where the anchor of a recogniser lets it be tried, in the plainest words. */
function mayBegin(text: string, at: number, { starts, anchor }: Recogniser): boolean {
  const first = text[at] ?? ''
  if (!starts.test(first)) return false
  if (!isWord(first) || anchor === undefined) return true
  const beginsWord = !isWord(text[at - 1])
  if (anchor === 'digits') {
    return beginsWord || (/\d/.test(first) && /[A-Za-z]/.test(text[at - 1] ?? ''))
  }
  const word = /^[A-Za-z0-9]+/.exec(text.slice(at))?.[0] ?? ''
  return beginsWord && (anchor === 'word' || /\d/.test(word))
}

/** The same with one global expression for each recogniser, the slow way. */
function plainly(text: string, recognisers: readonly Recogniser[]): string[] {
  const found: string[] = []
  for (const recogniser of recognisers) {
    const global = new RegExp(recogniser.pattern.source, `${recogniser.pattern.flags.replace('y', '')}g`)
    for (let match = global.exec(text); match !== null; match = global.exec(text)) {
      global.lastIndex = match.index + 1
      const [value] = match
      if (!mayBegin(text, match.index, recogniser)) continue
      const candidate = { value, text, start: match.index, end: match.index + value.length, context: CONTEXT }
      const verdict = recogniser.judge(candidate)
      if (verdict !== null)
        found.push(JSON.stringify([recogniser.id, candidate.start, candidate.end, verdict]))
    }
  }
  return found.toSorted()
}

function scanned(text: string, recognisers: readonly Recogniser[]): string[] {
  const found: string[] = []
  const told = recognisers.map((recogniser) => ({
    ...recogniser,
    judge(candidate: Parameters<Recogniser['judge']>[0]) {
      const verdict = recogniser.judge(candidate)
      if (verdict !== null)
        found.push(JSON.stringify([recogniser.id, candidate.start, candidate.end, verdict]))
      return verdict
    },
  }))
  createScanner(told)(text, CONTEXT)
  return found.toSorted()
}

const PIECES = [
  '13800138000',
  '+86 ',
  '010-12345678',
  '110101199003078515',
  'X',
  '6222021234567890123',
  '4111 1111 1111 1111',
  'DE89370400440532013000',
  'anna@example.org',
  '@',
  'https://example.org/a?b=1',
  '10.1.2.3',
  'fe80::1',
  ':',
  'aa:bb:cc:dd:ee:ff',
  '京A12345',
  'E12345678',
  '电话',
  'passport ',
  'tel: ',
  '1990-03-05',
  '出生',
  ' ',
  '-',
  '.',
  ',',
  '(555) 123-4567',
  '39.9042, 116.4074',
  '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
  'MRN ',
  'a',
  'F',
  '7',
  '\n',
  '北纬39.9度',
] as const

test('the scanner finds what plain global expressions find, wherever they may begin', () => {
  const texts = array(constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))
  always(
    property(texts, (text) => {
      assert.deepEqual(scanned(text, RECOGNISERS), plainly(text, RECOGNISERS), text)
    }),
    { numRuns: Number(process.env['LONG_ROUNDS'] ?? 15) },
  )
})

test('the comparison notices a recogniser that is left out', () => {
  const text = 'mail anna@example.org'
  const without = RECOGNISERS.filter(({ id }) => id !== 'email')
  assert.notDeepEqual(scanned(text, without), plainly(text, RECOGNISERS))
})

test('a candidate is found at each of its starts and by each recogniser', () => {
  const digits = (id: string, anchor?: Recogniser['anchor']): Recogniser => ({
    id,
    type: 'PHONE',
    starts: /\d/,
    ...(anchor && { anchor }),
    pattern: /\d{2}/y,
    judge: () => ({ score: 1 }),
  })
  const scan = createScanner([digits('anywhere'), digits('words', 'word'), digits('runs', 'digits')])
  const found = scan('123 a45', CONTEXT).map(({ source, start }) => `${source} ${start}`)
  assert.deepEqual(found, ['anywhere 0', 'words 0', 'runs 0', 'anywhere 1', 'anywhere 5', 'runs 5'])
})

test('a form is tried only at words of a length that it can begin with, and at all that are longer than any', () => {
  const tried: number[] = []
  const ofThree: Recogniser = {
    id: 'three',
    type: 'PHONE',
    starts: /\d/,
    anchor: 'number',
    runs: runsOf(3),
    pattern: /\d/y,
    judge({ start }) {
      tried.push(start)
      return null
    },
  }
  createScanner([ofThree])(`1 12 123 1234 ${'1'.repeat(40)}`, CONTEXT)
  assert.deepEqual(tried, [5, 14])
})

test('no pattern has an unbounded quantifier, every one is sticky', () => {
  for (const { id, pattern } of RECOGNISERS) {
    const unbounded = /(?<!\\)[*+](?![^[]*\])|\{\d+,\}/
    const source = pattern.source.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '')
    assert.ok(pattern.sticky && !unbounded.test(source), id)
  }
})
