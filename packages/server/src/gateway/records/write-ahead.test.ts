import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Admitted } from './ledger.ts'
import { MoodyDisk, admitted, allLines, openBook, place, settled, shorthand } from './write-ahead-house.ts'

test('what was admitted and settled is read as it was written, with places that lead from line to line', async (t) => {
  const { book } = await openBook(place(t))
  t.after(() => book.close())
  await Promise.all([book.admit(admitted(1)), book.admit(admitted(2, { mode: 'strict', findings: {} }))])
  book.settle(settled(1))
  book.settle(settled(2, { state: 'failed', status: null, costMicros: 12, estimated: true }))
  await setImmediate()
  const lines = await allLines(book)
  assert.deepEqual(
    lines.map(({ record }) => record),
    [
      admitted(1),
      admitted(2, { mode: 'strict', findings: {} }),
      settled(1),
      settled(2, { state: 'failed', status: null, costMicros: 12, estimated: true }),
    ],
  )
  const ends = lines.map(({ next }) => next)
  assert.equal(lines[0]?.offset, 0)
  assert.equal(lines[1]?.offset, ends[0])
  assert.ok((lines[2]?.offset ?? 0) >= (ends[1] ?? 0))
  assert.equal(ends.at(-1), book.writtenTo)
  assert.deepEqual(await book.read(book.writtenTo, 1000), [])
})

test('all requests of one turn share one write, and all who wait share one sync', async (t) => {
  const { book } = await openBook(place(t))
  t.after(() => book.close())
  const before = book.statistics()
  await Promise.all(Array.from({ length: 50 }, (_, n) => book.admit(admitted(n))))
  assert.equal(book.statistics().writes - before.writes, 1)
  assert.equal(book.statistics().lines - before.lines, 50)
  await Promise.all(Array.from({ length: 50 }, () => book.durable()))
  assert.equal(book.statistics().syncs - before.syncs, 1)
})

test('a sync that is under way does not count for who came after it began', async (t) => {
  const disk = new MoodyDisk()
  const { book } = await openBook(place(t), { files: disk })
  t.after(() => book.close())
  const gate = Promise.withResolvers<void>()
  disk.gate = gate.promise
  await book.admit(admitted(1))
  const first = book.durable()
  await book.admit(admitted(2))
  const second = book.durable()
  const before = book.statistics().syncs
  gate.resolve()
  await first
  assert.equal(book.statistics().syncs - before, 1)
  await second
  assert.equal(book.statistics().syncs - before, 2)
})

test('a written line is synced soon though nobody waits for it', async (t) => {
  const synced = Promise.withResolvers<void>()
  let isWaiting = false
  const { book } = await openBook(place(t), {
    onEvent({ event }) {
      if (isWaiting && event === 'records.synced') synced.resolve()
    },
  })
  t.after(() => book.close())
  isWaiting = true
  // Its timer does not keep a process alive.
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  await book.admit(admitted(1))
  await synced.promise
})

test('the shipper is woken by what is written, until it has heard enough', async (t) => {
  const { book } = await openBook(place(t))
  t.after(() => book.close())
  const woken = Promise.withResolvers<void>()
  let calls = 0
  const stop = book.onWritten(() => {
    calls += 1
    woken.resolve()
  })
  void book.admit(admitted(1))
  await woken.promise
  stop()
  await book.admit(admitted(2))
  assert.equal(calls, 1)
})

test('what ends without having been admitted is not written', async (t) => {
  const { book } = await openBook(place(t))
  t.after(() => book.close())
  book.settle(settled(7))
  await book.admit(admitted(8))
  assert.equal(shorthand(await allLines(book)), 'A8')
})

test('a restart goes on behind what was written, under the same id', async (t) => {
  const directory = place(t)
  const first = await openBook(directory)
  await first.book.admit(admitted(1))
  first.book.settle(settled(1))
  await first.book.close()
  const second = await openBook(directory)
  assert.equal(second.book.id, first.book.id)
  assert.equal(second.book.writtenTo, first.book.writtenTo)
  await second.book.admit(admitted(2))
  second.book.settle(settled(2))
  await second.book.close()
  const third = await openBook(directory)
  t.after(() => third.book.close())
  assert.equal(shorthand(await allLines(third.book)), 'A1 S1 A2 S2')
  assert.deepEqual(
    third.events.filter(({ event }) => event === 'records.damaged'),
    [],
  )
})

test('files that were shipped are deleted, and the place survives a restart', async (t) => {
  const directory = place(t)
  const { book } = await openBook(directory, { segmentBytes: 500 })
  for (let n = 1; n <= 12; n += 1) {
    await book.admit(admitted(n))
    book.settle(settled(n))
    await setImmediate()
  }
  const segments = (): readonly string[] => readdirSync(directory).filter((name) => name.endsWith('.wal'))
  assert.ok(segments().length > 6)
  const lines = await allLines(book)
  const tenth = lines.find(({ kind, record }) => kind === 'settled' && record.request === settled(10).request)
  await book.shipped(tenth?.next ?? 0)
  assert.ok(segments().length < 6)
  assert.equal(shorthand(await allLines(book)), 'A11 S11 A12 S12')
  await book.shipped(book.writtenTo)
  assert.equal(book.unshippedBytes, 0)
  const end = book.writtenTo
  await book.close()
  const again = await openBook(directory, { segmentBytes: 1000 })
  t.after(() => again.book.close())
  assert.deepEqual([again.book.shippedTo, again.book.writtenTo], [end, end])
  assert.deepEqual(
    again.events.filter(({ event }) => event === 'records.damaged'),
    [],
  )
})

test('a request that is open when the file with its admission is deleted is still closed after a crash', async (t) => {
  const directory = place(t)
  const { book } = await openBook(directory, { segmentBytes: 1000 })
  await book.admit(admitted(1))
  for (let n = 2; n <= 9; n += 1) {
    await book.admit(admitted(n))
    book.settle(settled(n))
    await setImmediate()
  }
  await book.shipped(book.writtenTo)
  assert.ok(!existsSync(`${directory}/${'0'.repeat(16)}.wal`))
  // No close: the process is gone.
  const { book: next } = await openBook(directory)
  t.after(() => next.close())
  const lines = await allLines(next)
  assert.equal(shorthand(lines.filter(({ kind }) => kind === 'settled')), 'U1')
})

test('strict requests are refused when nine tenths may wait no longer, the others when all may not', async (t) => {
  const directory = place(t)
  let maxUnshippedBytes = Infinity
  const { book } = await openBook(directory, { maxUnshippedBytes: () => maxUnshippedBytes })
  t.after(() => book.close())
  await book.admit(admitted(1))
  const ask = (mode: Admitted['mode']): Promise<void> => book.admit(admitted(2, { mode }))
  maxUnshippedBytes = book.unshippedBytes * 1.05
  await assert.rejects(ask('strict'), { code: 'records_unavailable', message: /wait for the database/ })
  assert.ok(book.isHealthy())
  maxUnshippedBytes = book.unshippedBytes
  await assert.rejects(ask('async'), { code: 'records_unavailable' })
  assert.ok(!book.isHealthy())
  await book.shipped(book.writtenTo)
  await ask('strict')
})

test('requests are refused while less is free than the reserve, which is looked up once a second', async (t) => {
  let nowMs = 0
  let looks = 0
  const disk = new MoodyDisk()
  disk.freeBytes = () => Promise.resolve((looks += 1) > 1 ? 10 : 1000)
  const { book, events } = await openBook(place(t), {
    files: disk,
    reserveBytes: () => 100,
    clock: { now: () => nowMs },
  })
  t.after(() => book.close())
  nowMs = 999
  await book.admit(admitted(1))
  assert.equal(looks, 1)
  nowMs = 1000
  await book.admit(admitted(2))
  await assert.rejects(book.admit(admitted(3)), { code: 'storage_full', message: /storage\.reserveBytes/ })
  assert.ok(!book.isHealthy())
  assert.equal(looks, 2)
  assert.ok(events.some(({ event }) => event === 'records.full'))
  book.settle(settled(1))
  await setImmediate()
  assert.equal(shorthand(await allLines(book)), 'A1 A2 S1')
})

test('after the end nothing is admitted', async (t) => {
  const { book } = await openBook(place(t))
  await book.admit(admitted(1))
  await book.close()
  await assert.rejects(book.admit(admitted(2)), { code: 'records_unavailable' })
  book.settle(settled(1))
  await setImmediate()
})

test('without a file the shipper reads the same lines from memory, and as many may wait', async (t) => {
  const directory = place(t)
  const { book } = await openBook(directory, { enabled: false, maxUnshippedBytes: () => 2048 })
  await book.admit(admitted(1))
  await book.durable()
  book.settle(settled(1))
  book.settle(settled(9))
  await book.admit(admitted(2))
  assert.equal(shorthand(await allLines(book)), 'A1 S1 A2')
  await assert.rejects(
    book.admit(admitted(3, { mode: 'strict' })).then(() => book.admit(admitted(4, { mode: 'strict' }))),
    {
      code: 'records_unavailable',
    },
  )
  const lines = await allLines(book)
  await book.shipped(lines[1]?.next ?? 0)
  assert.equal(shorthand(await allLines(book)), 'A2 A3')
  assert.deepEqual(readdirSync(directory), [])
})
