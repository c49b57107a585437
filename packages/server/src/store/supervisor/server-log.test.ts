import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
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
