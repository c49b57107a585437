import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { WrittenLine } from './source.ts'
import type { WriteAhead } from './write-ahead.ts'
import {
  admitted,
  allLines,
  openBook,
  place,
  readLine,
  requestNumber,
  settled,
  shorthand,
} from './write-ahead-house.ts'

/** Nothing stays in memory, and every line is read from its file. */
const NOTHING = 0
const KIB = 1024

async function written(book: WriteAhead, numbers: readonly number[], change: { config?: string } = {}) {
  for (const n of numbers) {
    await book.admit(admitted(n, change))
    book.settle(settled(n))
    await setImmediate()
  }
}

test('the lines are the same whether they are in memory or have to be read from the file', async (t) => {
  const { book: fromMemory } = await openBook(place(t), { segmentBytes: 3000 })
  const { book: fromFiles } = await openBook(place(t), { segmentBytes: 3000, recentBytes: NOTHING })
  t.after(() => Promise.all([fromMemory.close(), fromFiles.close()]))
  const numbers = Array.from({ length: 40 }, (_, n) => n)
  await written(fromMemory, numbers)
  await written(fromFiles, numbers)
  const lines = await allLines(fromMemory)
  assert.equal(lines.length, 80)
  assert.equal(lines.at(-1)?.next, fromMemory.writtenTo)
  assert.deepEqual(await allLines(fromFiles), lines)
})

test('what was written lately is shipped though its file cannot be read, and what is older is not', async (t) => {
  for (const recentBytes of [undefined, NOTHING]) {
    const directory = place(t)
    const { book } = await openBook(directory, recentBytes === undefined ? {} : { recentBytes })
    await written(book, [1, 2])
    await book.durable()
    for (const name of readdirSync(directory)) if (name.endsWith('.wal')) rmSync(join(directory, name))
    if (recentBytes === NOTHING) await assert.rejects(allLines(book), { code: 'ENOENT' })
    else assert.equal(shorthand(await allLines(book)), 'A1 S1 A2 S2')
    await book.close()
  }
})

test('a shipper that falls behind what is in memory gets every line once, and catches up', async (t) => {
  const { book } = await openBook(place(t), { recentBytes: 512 * KIB, segmentBytes: 600 * KIB })
  t.after(() => book.close())
  // Not even one of these fits where batches are usually put together.
  const large = { config: 'x'.repeat(100 * KIB) }
  const lines: string[] = []
  let at = 0
  const ship = async (): Promise<number> => {
    const read = await book.read(at, 200 * KIB)
    for (const line of read) {
      assert.ok(line.offset >= at)
      lines.push(shorthand([readLine(line)]))
      at = line.next
    }
    await book.shipped(at)
    return read.length
  }
  for (let round = 0; round < 3; round += 1) {
    const first = round * 10
    await written(
      book,
      Array.from({ length: 9 }, (_, n) => first + n),
      large,
    )
    await written(book, [first + 9])
    await ship()
  }
  while ((await ship()) > 0);
  assert.deepEqual(lines, Array.from({ length: 30 }, (_, n) => [`A${n}`, `S${n}`]).flat())
  assert.equal(at, book.writtenTo)
  await written(book, [30])
  assert.equal(await ship(), 2)
})

test('a line in the hands of the shipper stays as it is while much more is written', async (t) => {
  const { book } = await openBook(place(t), { recentBytes: 512 * KIB })
  t.after(() => book.close())
  await written(book, [1])
  const held: readonly WrittenLine[] = await book.read(0, KIB)
  const change = { config: 'y'.repeat(50 * KIB) }
  for (let n = 2; n < 42; n += 1) {
    await written(book, [n], change)
    await book.durable()
  }
  assert.equal(shorthand(held.map(readLine)), 'A1 S1')
  assert.deepEqual(
    (await allLines(book)).slice(0, 2).map(({ record }) => record.request),
    [requestNumber(1), requestNumber(1)],
  )
})

test('a process that dies before it notes how far it shipped hands out the same lines in the same places', async (t) => {
  const directory = place(t)
  const { book } = await openBook(directory)
  await written(book, [1, 2, 3])
  const before = await allLines(book)
  await book.shipped(book.writtenTo)
  assert.equal(book.unshippedBytes, 0)
  // No close: the process is gone.
  const { book: next, events } = await openBook(directory)
  t.after(() => next.close())
  assert.equal(next.shippedTo, 0)
  assert.deepEqual(await allLines(next), before)
  await written(next, [4])
  assert.ok(((await allLines(next)).at(-1)?.offset ?? 0) >= (before.at(-1)?.next ?? 0))
  assert.deepEqual(
    events.filter(({ event }) => event === 'records.damaged'),
    [],
  )
})
