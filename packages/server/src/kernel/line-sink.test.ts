import { test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, createReadStream, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { lineSink } from './line-sink.ts'
import { testDirectory } from './test-directory.ts'

const noPipes = { skip: process.platform === 'win32' && 'no named pipes' }

function namedPipe(): string {
  const path = join(testDirectory(), 'pipe')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  return path
}

test('a line is in the file when the write returns', () => {
  const path = join(testDirectory(), 'log')
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

test('a line that may wait is written before the next one that may not', () => {
  const path = join(testDirectory(), 'log')
  const descriptor = openSync(path, 'w')
  const sink = lineSink(descriptor)
  sink.write('1\n', true)
  sink.write('2\n', true)
  assert.equal(readFileSync(path, 'utf8'), '')
  sink.write('3\n')
  assert.equal(readFileSync(path, 'utf8'), '1\n2\n3\n')
  for (let n = 0; n < 1000; n += 1) sink.write(`${'x'.repeat(99)}\n`, true)
  assert.ok(readFileSync(path).length > 66_000, 'never more waits than one write takes')
  sink.write('the last\n')
  assert.ok(readFileSync(path, 'utf8').endsWith('x\nthe last\n'))
  closeSync(descriptor)
})

test(
  'lines that may wait reach the reader in one piece, soon, without a further line',
  noPipes,
  async (t) => {
    const path = namedPipe()
    const reader = createReadStream(path)
    // Also for reading, or it would wait for the reader to open.
    const pipe = openSync(path, 'r+')
    t.after(() => closeSync(pipe))
    const sink = lineSink(pipe)
    sink.write('1\n', true)
    sink.write('2\n', true)
    const [read] = await once(reader, 'data')
    assert.equal(String(read), '1\n2\n')
  },
)

/** Three lines wait when a process ends like this; what arrives, and whether by a signal. */
async function arrives(end: string): Promise<readonly [string, boolean]> {
  const sink = JSON.stringify(join(import.meta.dirname, 'line-sink.ts'))
  const script = `import { lineSink } from ${sink}
    const { write } = lineSink(1)
    for (const line of ['1\\n', '2\\n', '3\\n']) write(line, true)
    ${end}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [arrived] = await Promise.all([text(child.stdout), once(child, 'close')])
  return [arrived, child.signalCode !== null]
}

test('a process that ends by itself leaves no line behind; only a killed one does', async () => {
  const ends = ['', 'process.exit(3)', 'throw new Error("a bug")', 'process.kill(process.pid, "SIGKILL")']
  const whole = ['1\n2\n3\n', false] as const
  assert.deepEqual(await Promise.all(ends.map(arrives)), [whole, whole, whole, ['', true]])
})

test('a full disk drops lines and does not end the server', { skip: !existsSync('/dev/full') }, () => {
  const descriptor = openSync('/dev/full', 'w')
  const sink = lineSink(descriptor)
  sink.write('x\n')
  sink.write('y\n')
  assert.equal(sink.dropped(), 2)
  for (const line of ['1\n', '2\n', '3\n']) sink.write(line, true)
  sink.write('4\n')
  assert.equal(sink.dropped(), 6, 'lines are counted, not writes')
  closeSync(descriptor)
})

test('a line that was cut short stays a line of its own', noPipes, (t) => {
  const pipe = openSync(namedPipe(), constants.O_RDWR | constants.O_NONBLOCK)
  t.after(() => closeSync(pipe))
  const room = Buffer.alloc(1024 * 1024)
  const sink = lineSink(pipe)
  sink.write(`${'x'.repeat(room.length - 1)}\n`)
  assert.equal(sink.dropped(), 1)
  const cut = readSync(pipe, room)
  assert.ok(cut > 0 && cut < room.length)
  sink.write('whole\n', true)
  sink.write('too\n')
  assert.equal(room.toString('utf8', 0, readSync(pipe, room)), '\nwhole\ntoo\n')
  sink.write('again\n')
  assert.equal(room.toString('utf8', 0, readSync(pipe, room)), 'again\n')
  assert.equal(sink.dropped(), 1)
})

test('a reader that hangs costs one wait a second, not one for each line', noPipes, (t) => {
  const pipe = openSync(namedPipe(), constants.O_RDWR | constants.O_NONBLOCK)
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
  // A wait for each of them would be ten seconds.
  assert.ok(spentMs(100) < 5000)
  assert.equal(sink.dropped(), 101)
  now = 1000
  assert.ok(spentMs(1) > 90, 'after a second the reader gets another chance')
  assert.equal(sink.dropped(), 102)
  readSync(pipe, Buffer.alloc(4096))
  sink.write('it reads again\n')
  assert.equal(sink.dropped(), 102, 'a line that fits is written whatever was before')
  for (let n = 0; n < 1000; n += 1) sink.write(line, true)
  sink.write(line)
  assert.ok(sink.dropped() > 1000, 'lines that may wait do not wait for a reader that hangs')
})
