import assert from 'node:assert/strict'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { WriteAheadEvent } from './write-ahead.ts'
import { admitted, allLines, openBook, place, settled, shorthand } from './write-ahead-house.ts'

const FIRST = `${'0'.repeat(16)}.wal`

/** Four batches in one file: A1 A2, S1 A3, S2, S3 A4 S4. Nothing is open at the end. */
async function writtenBook(t: TestContext): Promise<{ readonly directory: string; readonly bytes: Buffer }> {
  const directory = place(t)
  const { book } = await openBook(directory)
  await Promise.all([book.admit(admitted(1)), book.admit(admitted(2))])
  book.settle(settled(1))
  await book.admit(admitted(3))
  book.settle(settled(2))
  await setImmediate()
  book.settle(settled(3))
  await book.admit(admitted(4))
  book.settle(settled(4))
  await setImmediate()
  await book.close()
  return { directory, bytes: readFileSync(join(directory, FIRST)) }
}

const ALL = 'A1 A2 A3 S1 S2 A4 S3 S4'

interface Reopened {
  readonly lines: string
  readonly damaged: readonly Extract<WriteAheadEvent, { event: 'records.damaged' }>[]
  readonly names: readonly string[]
}

/** Opens a copy whose file holds these bytes. */
async function reopened(t: TestContext, from: string, bytes: Buffer): Promise<Reopened> {
  const directory = mkdtempSync(join(place(t), 'copy-'))
  cpSync(from, directory, { recursive: true })
  writeFileSync(join(directory, FIRST), bytes)
  const { book, events } = await openBook(directory)
  const lines = shorthand(await allLines(book))
  await book.close()
  return {
    lines,
    damaged: events.filter((event) => event.event === 'records.damaged'),
    names: readdirSync(directory),
  }
}

/** How far apart a file is touched: everywhere where there is time for it. */
const stepOver = (bytes: number): number =>
  Math.max(1, Math.floor(bytes / Number(process.env['LONG_ROUNDS'] ?? 20)))

/** The lines of a file with their newline. */
function linesOf(bytes: Buffer): readonly string[] {
  return bytes.toString().split(/(?<=\n)/)
}

test('a book that nobody touched is read whole, without a word of damage', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const { lines, damaged } = await reopened(t, directory, bytes)
  assert.deepEqual([lines, damaged], [ALL, []])
})

test('a changed byte is found wherever it is, the file is kept aside, and the other batches are read', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const step = stepOver(bytes.length)
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41
    const { lines, damaged, names } = await reopened(t, directory, changed)
    // The end of the last seal may be what a crash left.
    if (at === bytes.length - 1) continue
    assert.ok(damaged.length > 0, `byte ${at}`)
    assert.ok(names.includes(`${FIRST}.damaged`), `byte ${at}`)
    assert.ok(lines.split(' ').length >= 4, `byte ${at}: ${lines}`)
    const { fromOffset, toOffset } = damaged[0]!
    assert.ok(fromOffset <= at && at < toOffset, `byte ${at}: ${fromOffset} to ${toOffset}`)
  }
})

test('a change with a matching CRC is found by the chain', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const all = linesOf(bytes)
  // The line of request 2 in place of the line of request 1: whole in itself.
  const { damaged } = await reopened(t, directory, Buffer.from([all[1], all[1], ...all.slice(2)].join('')))
  assert.equal(damaged[0]?.damage, 'changed')
})

test('a removed line, a removed batch and exchanged lines are found', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const all = linesOf(bytes)
  const seal = all.findIndex((line) => line.startsWith('#'))
  const cases = {
    'a line': all.toSpliced(1, 1),
    'the first batch': all.slice(seal + 1),
    'a batch in the middle': all.toSpliced(seal + 1, 3),
    'exchanged lines': [all[1], all[0], ...all.slice(2)],
    'exchanged batches': [
      ...all.slice(seal + 1, seal + 4),
      ...all.slice(0, seal + 1),
      ...all.slice(seal + 4),
    ],
  }
  for (const [name, changed] of Object.entries(cases)) {
    const { damaged, names } = await reopened(t, directory, Buffer.from(changed.join('')))
    assert.ok(damaged.length > 0, name)
    assert.ok(names.includes(`${FIRST}.damaged`), name)
  }
})

test('damage is told once, and its file is read to the end and never deleted', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  bytes[20] = 0
  writeFileSync(join(directory, FIRST), bytes)
  const { book: first } = await openBook(directory)
  await first.close()
  const { book, events } = await openBook(directory)
  t.after(() => book.close())
  assert.deepEqual(
    events.filter(({ event }) => event === 'records.damaged'),
    [],
  )
  // A1 and A2 are lost with their batch.
  assert.equal(shorthand(await allLines(book)), 'A3 S1 S2 A4 S3 S4')
  await book.shipped(book.writtenTo)
  assert.ok(readdirSync(directory).includes(`${FIRST}.damaged`))
})

test('a file that is missing in the middle is told', async (t) => {
  const directory = place(t)
  const { book } = await openBook(directory, { segmentBytes: 100 })
  for (const n of [1, 2, 3]) await book.admit(admitted(n))
  await book.close()
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.wal'))
    .toSorted()
  mkdirSync(join(directory, 'elsewhere'))
  cpSync(join(directory, names[1]!), join(directory, 'elsewhere', names[1]!))
  truncateSync(join(directory, names[1]!))
  const { book: next, events } = await openBook(directory)
  t.after(() => next.close())
  const damaged = events.filter((event) => event.event === 'records.damaged')
  assert.deepEqual(
    damaged.map(({ damage, fromOffset }) => [damage, fromOffset]),
    [['missing', Number(names[1]!.slice(0, 16))]],
  )
  assert.equal(shorthand(await allLines(next)), 'A1 A3 U1 U3')
})

test('a write that was cut short anywhere loses only the lines that are not whole', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const text = bytes.toString()
  // Where the last batch begins.
  const seals = [...text.matchAll(/^#.*\n/gm)].map(
    (match) => Buffer.byteLength(text.slice(0, match.index)) + match[0].length,
  )
  const from = seals.at(-2) ?? 0
  const order = ALL.split(' ')
  for (let length = from; length <= bytes.length; length += stepOver(bytes.length - from)) {
    const cut = bytes.subarray(0, length)
    const whole = linesOf(cut).filter((line) => line.endsWith('\n') && !line.startsWith('#')).length
    const { lines, damaged } = await reopened(t, directory, cut)
    assert.deepEqual(damaged, [], `at ${length}`)
    assert.equal(lines.replace(/ U.*/, ''), order.slice(0, whole).join(' '), `at ${length}`)
  }
})

test('zeros behind the last write, as some file systems leave them, are taken away', async (t) => {
  const { directory, bytes } = await writtenBook(t)
  const { lines, damaged } = await reopened(t, directory, Buffer.concat([bytes, Buffer.alloc(4096)]))
  assert.deepEqual([lines, damaged], [ALL, []])
})

test('what was open is closed as unknown exactly once, charged with its reservation, however often it starts', async (t) => {
  const directory = place(t)
  const { book: first } = await openBook(directory)
  await Promise.all([1, 2, 3].map((n) => first.admit(admitted(n))))
  first.settle(settled(2))
  await setImmediate()
  const events: WriteAheadEvent[] = []
  for (let start = 0; start < 4; start += 1) {
    const opened = await openBook(directory)
    events.push(...opened.events)
    // Every other time the process dies without closing.
    if (start % 2 === 0) await opened.book.close()
  }
  const { book } = await openBook(directory)
  t.after(() => book.close())
  const lines = await allLines(book)
  assert.equal(shorthand(lines), 'A1 A2 A3 S2 U1 U3')
  const closed = events.flatMap((event) => (event.event === 'records.recovered' ? [event.closed] : []))
  assert.deepEqual(closed, [2, 0, 0, 0])
  const { reservedTokens, reservedMicros } = admitted(1)
  const last = lines.at(-2)?.record
  assert.ok(last !== undefined && 'inputTokens' in last)
  assert.deepEqual(
    [last.inputTokens, last.estimated, last.costMicros, last.code, last.atMs],
    [reservedTokens, true, reservedMicros, 'unknown', 1_753_000_002_000],
  )
})
