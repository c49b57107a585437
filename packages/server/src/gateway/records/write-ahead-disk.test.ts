import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Fault } from '../../kernel/fault.ts'
import type { WriteAhead, WriteAheadEvent } from './write-ahead.ts'
import {
  MoodyDisk,
  admitted,
  allLines,
  openBook,
  place,
  requestNumber,
  settled,
  shorthand,
} from './write-ahead-house.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 4)

const names = (events: readonly WriteAheadEvent[]): readonly string[] =>
  events
    .map(({ event }) => event)
    .filter((event) => event !== 'records.written' && event !== 'records.synced')

/** `A1 U1` for what the next start finds when the power goes now. */
async function afterPowerCut(t: TestContext, disk: MoodyDisk, directory: string): Promise<string> {
  const after = join(directory, 'after')
  disk.powerCut(directory, after)
  const { book } = await openBook(after)
  t.after(() => book.close())
  return shorthand(await allLines(book))
}

test('a full disk refuses requests, and what ends meanwhile is written when there is room again', async (t) => {
  const directory = place(t)
  const disk = new MoodyDisk()
  const { book, events } = await openBook(directory, { files: disk })
  t.after(() => book.close())
  await book.admit(admitted(1))
  // A part of the next line still fits.
  disk.roomBytes = 100
  const refused = assert.rejects(book.admit(admitted(2)), { code: 'storage_full', message: /disk/ })
  book.settle(settled(2))
  book.settle(settled(1))
  await refused
  assert.ok(!book.isHealthy())
  await assert.rejects(book.admit(admitted(3)), { code: 'storage_full' })
  disk.roomBytes = Infinity
  await book.admit(admitted(4))
  assert.ok(book.isHealthy())
  assert.equal(shorthand(await allLines(book)), 'A1 A4 S1')
  assert.deepEqual(names(events), ['records.recovered', 'records.failed', 'records.works_again'])
  const again = await openBook(directory)
  t.after(() => again.book.close())
  assert.deepEqual(names(again.events), ['records.recovered'])
  assert.equal(shorthand(await allLines(again.book)), 'A1 A4 S1 U4')
})

test('what waits for a disk that was full is written though no request comes', async (t) => {
  const disk = new MoodyDisk()
  const { book } = await openBook(place(t), { files: disk, retryMs: 5 })
  t.after(() => book.close())
  await book.admit(admitted(1))
  disk.writeFails = 'EIO'
  book.settle(settled(1))
  await assert.rejects(book.admit(admitted(2)), { code: 'records_unavailable', message: /EIO/ })
  disk.writeFails = null
  const written = Promise.withResolvers<void>()
  book.onWritten(written.resolve)
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  await written.promise
  assert.equal(shorthand(await allLines(book)), 'A1 S1')
})

test('after a broken write that cannot be taken back nothing is written over it', async (t) => {
  const disk = new MoodyDisk()
  const { book } = await openBook(place(t), { files: disk })
  t.after(() => book.close())
  await book.admit(admitted(1))
  disk.roomBytes = 50
  await assert.rejects(book.admit(admitted(2)), { code: 'storage_full' })
  disk.roomBytes = Infinity
  disk.truncateFails = true
  await assert.rejects(book.admit(admitted(3)), { code: 'records_unavailable' })
  disk.truncateFails = false
  await book.admit(admitted(4))
  assert.equal(shorthand(await allLines(book)), 'A1 A4')
})

test('on a disk that is really full nothing is lost, twice or half there', { skip: noMount() }, async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'fh-full-'))
  t.after(() => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  })
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
  const directory = join(disk, 'records')
  const { book } = await openBook(directory)
  const accepted: number[] = []
  const admit = async (n: number): Promise<boolean> => {
    try {
      await book.admit(admitted(n))
      accepted.push(n)
      return true
    } catch (error) {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'storage_full')
      return false
    }
  }
  while (await admit(accepted.length + 1));
  const firstRefused = accepted.length + 1
  for (const n of accepted) book.settle(settled(n))
  await setImmediate()
  spawnSync('mount', ['-o', 'remount,size=16m', disk])
  await book.admit(admitted(firstRefused + 1))
  await book.close()
  const { book: again, events } = await openBook(directory)
  t.after(() => again.close())
  assert.deepEqual(names(events), ['records.recovered'])
  const expected = [
    ...accepted.map((n) => `A${n}`),
    `A${firstRefused + 1}`,
    ...accepted.map((n) => `S${n}`),
    `U${firstRefused + 1}`,
  ]
  assert.equal(shorthand(await allLines(again)), expected.join(' '))
})

test('a sync that failed is never repeated on the same file: a new one takes over what it covers', async (t) => {
  const directory = place(t)
  const disk = new MoodyDisk()
  const { book, events } = await openBook(directory, { files: disk, retryMs: 5 })
  t.after(() => book.close())
  await book.admit(admitted(1))
  await book.durable()
  await book.admit(admitted(2))
  disk.syncFails = 'EIO'
  await assert.rejects(book.durable(), { code: 'records_unavailable', message: /EIO/ })
  await assert.rejects(book.durable(), { code: 'records_unavailable' })
  await assert.rejects(book.admit(admitted(3)), { code: 'records_unavailable' })
  assert.ok(!book.isHealthy())
  const distrusted = [...disk.durable.keys()][0]
  const before = disk.durable.get(distrusted ?? '')
  disk.syncFails = null
  await healthy(book)
  await book.admit(admitted(4))
  await book.durable()
  assert.equal(disk.durable.get(distrusted ?? ''), before)
  assert.equal(disk.durable.size, 2)
  assert.deepEqual(names(events), ['records.recovered', 'records.failed', 'records.works_again'])
  // Only what the new file holds may be counted on.
  assert.equal(await afterPowerCut(t, disk, directory), 'A1 A2 A4 U1 U2 U4')
})

test('what was written while a sync went well is taken over when the next one fails', async (t) => {
  const directory = place(t)
  const disk = new MoodyDisk()
  const { book } = await openBook(directory, { files: disk, retryMs: 5 })
  t.after(() => book.close())
  const gate = Promise.withResolvers<void>()
  disk.gate = gate.promise
  await book.admit(admitted(1))
  const first = book.durable()
  await book.admit(admitted(2))
  gate.resolve()
  await first
  disk.syncFails = 'EIO'
  await assert.rejects(book.durable(), { code: 'records_unavailable' })
  disk.syncFails = null
  await healthy(book)
  assert.equal(await afterPowerCut(t, disk, directory), 'A1 A2 U1 U2')
})

test('what a failed sync leaves to be written again is whole, however much was written meanwhile', async (t) => {
  const directory = place(t)
  const disk = new MoodyDisk()
  const { book } = await openBook(directory, { files: disk, retryMs: 5, recentBytes: 512 * 1024 })
  t.after(() => book.close())
  const gate = Promise.withResolvers<void>()
  disk.gate = gate.promise
  const numbers = Array.from({ length: 40 }, (_, n) => n)
  for (const n of numbers) await book.admit(admitted(n, { config: 'x'.repeat(50 * 1024) }))
  disk.syncFails = 'EIO'
  gate.resolve()
  await assert.rejects(book.durable(), { code: 'records_unavailable' })
  disk.syncFails = null
  await healthy(book)
  const expected = ['A', 'U'].flatMap((kind) => numbers.map((n) => `${kind}${n}`))
  assert.equal(await afterPowerCut(t, disk, directory), expected.join(' '))
})

test('a disk that hangs refuses requests before the memory is full of them', async (t) => {
  const disk = new MoodyDisk()
  const { book } = await openBook(place(t), { files: disk })
  const gate = Promise.withResolvers<void>()
  disk.gate = gate.promise
  for (let n = 1; n <= 16; n += 1) await book.admit(admitted(n, { config: 'x'.repeat(2 ** 20) }))
  await assert.rejects(book.admit(admitted(18)), { code: 'records_unavailable', message: /too slowly/ })
  gate.resolve()
  await book.durable()
  await book.admit(admitted(19))
  await book.close()
})

test('a power cut takes no request whose durability was awaited, and takes some where it was not', async (t) => {
  const lost = { awaited: 0, notAwaited: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ['awaited', 'notAwaited'] as const) {
      const directory = place(t)
      const disk = new MoodyDisk()
      const { book } = await openBook(directory, { files: disk, segmentBytes: 2000, gatherMs: 60_000 })
      const promised: number[] = []
      for (let n = 1; n <= 20 + round; n += 1) {
        await book.admit(admitted(n))
        if (way === 'awaited') await book.durable()
        promised.push(n)
      }
      void book.admit(admitted(99))
      const after = join(directory, 'after')
      disk.powerCut(directory, after)
      const { book: next } = await openBook(after)
      const found = new Set((await allLines(next)).map(({ record }) => record.request))
      lost[way] += promised.filter((n) => !found.has(requestNumber(n))).length
      await next.close()
      await book.close()
    }
  }
  assert.equal(lost.awaited, 0)
  assert.ok(lost.notAwaited > 0)
})

test('a kill takes no request that was admitted, and takes some where there is no file', async (t) => {
  const lost = { withFile: 0, without: 0 }
  for (let round = 0; round < Math.max(1, ROUNDS / 4); round += 1) {
    for (const way of ['withFile', 'without'] as const) {
      const directory = place(t)
      const promised = await killed(directory, way === 'withFile')
      assert.ok(promised.length >= 200)
      const { book } = await openBook(directory)
      const found = new Set((await allLines(book)).map(({ record }) => record.request))
      lost[way] += promised.filter((request) => !found.has(request)).length
      await book.close()
    }
  }
  assert.equal(lost.withFile, 0)
  assert.ok(lost.without > 0)
})

/** Requests that a process said were admitted before it was killed in the middle of more. */
async function killed(directory: string, enabled: boolean): Promise<readonly string[]> {
  const program = `
    import { writeSync } from 'node:fs'
    import { admitted, openBook, settled } from ${JSON.stringify(new URL('write-ahead-house.ts', import.meta.url).href)}
    const { book } = await openBook(${JSON.stringify(directory)}, { enabled: ${enabled}, segmentBytes: 20000 })
    for (let n = 0; ; n += 8) {
      await Promise.all(Array.from({ length: 8 }, async (_, i) => {
        await book.admit(admitted(n + i))
        writeSync(1, admitted(n + i).request + '\\n')
        book.settle(settled(n + i))
      }))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const promised: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    promised.push(line)
    if (promised.length === 200) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return promised.filter((line) => line.length === requestNumber(0).length)
}

/** Resolves when requests are admitted again. */
async function healthy(book: WriteAhead): Promise<void> {
  while (!book.isHealthy()) await setImmediate()
}

/** Why no disk can be mounted here, or false. */
function noMount(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  const probe = '/tmp/fh-mount-probe'
  mkdirSync(probe, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe])
  if (status === 0) spawnSync('umount', [probe])
  rmSync(probe, { recursive: true, force: true })
  return status === 0 ? false : 'may not mount'
}
