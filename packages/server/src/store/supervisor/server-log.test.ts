import assert from 'node:assert/strict'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openServerLog } from './server-log.ts'

test('the log of the database never outgrows twice its cap and keeps the newest lines', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-log-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'postgres.log')
  const log = openServerLog(path, 1000)
  for (let n = 0; n < 500; n += 1) log.write(Buffer.from(`line ${n}\n`))
  log.close()
  log.write(Buffer.from('after the end\n'))
  assert.deepEqual(readdirSync(directory).sort(), ['postgres.log', 'postgres.log.1'])
  for (const name of readdirSync(directory)) assert.ok(statSync(join(directory, name)).size <= 1000)
  assert.match(readFileSync(path, 'utf8'), /line 499\n$/)
})

test('the reason why a server gave up is remembered', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-log-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const log = openServerLog(join(directory, 'postgres.log'))
  t.after(() => log.close())
  assert.equal(log.lastFailure(), '')
  log.write(Buffer.from('2026 LOG:  starting\n2026 FATAL:  could not map memory\n2026 LOG:  shut down\n'))
  assert.equal(log.lastFailure(), 'FATAL:  could not map memory')
})

test('a log that cannot be turned over drops lines, keeps out of other files and goes on later', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-log-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'postgres.log')
  const log = openServerLog(path, 10)
  t.after(() => log.close())
  log.write(Buffer.from('line one\n'))
  mkdirSync(`${path}.1`)
  log.write(Buffer.from('line two\n'))
  // Takes the lowest free descriptor: the log's own, had it been closed.
  const other = openSync(join(directory, 'other'), 'w')
  log.write(Buffer.from('line three\n'))
  closeSync(other)
  assert.deepEqual([statSync(join(directory, 'other')).size, readFileSync(path, 'utf8')], [0, 'line one\n'])
  rmdirSync(`${path}.1`)
  log.write(Buffer.from('line four\n'))
  assert.deepEqual(
    [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')],
    ['line one\n', 'line four\n'],
  )
})

test('a new file that cannot be opened at the turn is opened with later lines', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-log-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'postgres.log')
  const log = openServerLog(path, 10)
  t.after(() => log.close())
  log.write(Buffer.from('line one\n'))
  const aside = `${directory}.aside`
  renameSync(directory, aside)
  log.write(Buffer.from('line two\n'))
  renameSync(aside, directory)
  renameSync(path, `${path}.1`)
  log.write(Buffer.from('line three\n'))
  assert.deepEqual(
    [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')],
    ['line one\n', 'line three\n'],
  )
})
