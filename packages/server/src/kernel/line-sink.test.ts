import { test } from 'node:test'
import assert from 'node:assert/strict'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
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
