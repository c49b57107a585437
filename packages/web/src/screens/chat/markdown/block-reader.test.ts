import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockReader } from './block-reader.ts'
import { blocksOf } from './parse.ts'

const PARAGRAPH =
  'The route of an **answer** is told by its chip, see [1] and `route.explain`, or [the guide](https://example.org/a).\n\n'
const SAMPLE = [
  '# A title\n\n',
  PARAGRAPH,
  '- one\n- two\n\n  with more\n- three\n\n',
  '1. first\n\n2. second\n\n3. third\n\n',
  '```ts\nconst a = 1\n\nconst b = 2\n```\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '> quoted\n> more\n\n',
  '$$\na^2 + b^2 = c^2\n$$\n\n',
  'Title below\n===\n\n',
].join('')

const said = ({ closed, open }: ReturnType<BlockReader['read']>): string[] =>
  [...closed, ...open].map(({ token }) => `${token.type} ${token.raw.trimEnd()}`)

test('a text that comes letter by letter becomes the same blocks as one that comes whole', () => {
  const reader = new BlockReader()
  for (let end = 1; end <= SAMPLE.length; end += 1) reader.read(SAMPLE.slice(0, end))
  assert.deepEqual(
    said(reader.read(SAMPLE)),
    blocksOf(SAMPLE)
      .filter(({ type }) => type !== 'space')
      .map((token) => `${token.type} ${token.raw.trimEnd()}`),
  )
})

test('each block knows where it stands', () => {
  const reader = new BlockReader()
  for (let end = 1; end <= SAMPLE.length; end += 7) reader.read(SAMPLE.slice(0, end))
  const { closed, open } = reader.read(SAMPLE)
  for (const { at, token } of [...closed, ...open]) assert.ok(SAMPLE.slice(at).startsWith(token.raw))
})

test('what is closed stays the same object', () => {
  const reader = new BlockReader()
  const [first] = reader.read(`${PARAGRAPH}more of\nit`).closed
  assert.ok(first)
  assert.equal(reader.read(`${PARAGRAPH}more of\nit, and more`).closed[0], first)
})

test('a text that was replaced is read from its beginning', () => {
  const reader = new BlockReader()
  reader.read(`${PARAGRAPH}one\nmore`)
  assert.deepEqual(said(reader.read('other')), ['paragraph other'])
})

/** About 20 KB of what answers are made of. */
const ANSWER = SAMPLE.repeat(Math.ceil(20_000 / SAMPLE.length))
const DELTAS = 2000
const piece = Math.ceil(ANSWER.length / DELTAS)

function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** How many times the work of parsing the whole once it takes to read it as it comes. */
function readingAsItComes(): number {
  const once = cpuMs(() => {
    for (let round = 0; round < 5; round += 1) blocksOf(ANSWER)
  })
  return (cpuMs(readInPieces) * 5) / once
}

function readInPieces(): void {
  const reader = new BlockReader()
  for (let end = piece; end < ANSWER.length + piece; end += piece) reader.read(ANSWER.slice(0, end))
}

test('an answer of 20 KB in 2,000 pieces costs a few parsings, where parsing all of it each time costs a thousand', (t) => {
  let least = readingAsItComes()
  // The first time the code is not compiled yet.
  for (let more = 0; more < 3 && least >= 80; more += 1) least = Math.min(least, readingAsItComes())
  t.diagnostic(`${cpuMs(readInPieces).toFixed(0)} ms of CPU`)
  assert.ok(least < 80, `${least.toFixed(1)} times`)
})
