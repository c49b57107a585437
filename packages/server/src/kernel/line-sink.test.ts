import { test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lineSink } from './line-sink.ts'

test('a line is in the file when the write returns', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'freehold-lines-')), 'log')
  const descriptor = openSync(path, 'w')
  const sink = lineSink(descriptor)
  sink.write('{"event":"一"}\n')
  sink.write('{"event":"two"}\n')
  assert.equal(readFileSync(path, 'utf8'), '{"event":"一"}\n{"event":"two"}\n')
  assert.equal(sink.dropped(), 0)
  closeSync(descriptor)
  sink.write('after the reader left\n')
  assert.equal(sink.dropped(), 1, 'a closed descriptor drops the line and does not throw')
})

test('a full disk drops lines and does not end the server', { skip: !existsSync('/dev/full') }, () => {
  const descriptor = openSync('/dev/full', 'w')
  const sink = lineSink(descriptor)
  sink.write('x\n')
  sink.write('y\n')
  assert.equal(sink.dropped(), 2)
  closeSync(descriptor)
})

test(
  'a reader that hangs costs one wait a second, not one for each line',
  { skip: process.platform === 'win32' && 'no named pipes' },
  (t) => {
    const path = join(mkdtempSync(join(tmpdir(), 'freehold-lines-')), 'pipe')
    assert.equal(spawnSync('mkfifo', [path]).status, 0)
    const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    t.after(() => closeSync(pipe))
    let now = 0
    const sink = lineSink(pipe, () => now)
    const line = `${'x'.repeat(1023)}\n`
    while (sink.dropped() === 0) sink.write(line)
    const spentMs = (lines: number): number => {
      const begun = performance.now()
      for (let n = 0; n < lines; n += 1) sink.write(line)
      return performance.now() - begun
    }
    now = 999
    assert.ok(spentMs(100) < 90)
    assert.equal(sink.dropped(), 101)
    now = 1000
    assert.ok(spentMs(1) > 90, 'after a second the reader gets another chance')
    assert.equal(sink.dropped(), 102)
    readSync(pipe, Buffer.alloc(4096))
    sink.write('it reads again\n')
    assert.equal(sink.dropped(), 102, 'a line that fits is written whatever was before')
  },
)
