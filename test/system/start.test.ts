import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { Speaker } from './ask.ts'
import { serverProcesses } from './cluster.ts'
import { emptyData, freehold, open, preparedData, remove, serverEntry } from './house.ts'

const root = process.getuid?.() === 0

test('a taken port is named, and the exit code says so', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  assert.ok(address && typeof address === 'object')
  const data = await emptyData()
  const ran = await freehold(['up', '--data', data, '--listen', `127.0.0.1:${address.port}`])
  assert.equal(ran.status, 6)
  assert.match(ran.stderr, new RegExp(`127\\.0\\.0\\.1:${address.port}`))
  taken.close()
  await remove(data)
})

test('a second Freehold on the same data directory is refused by name', async () => {
  const house = await open()
  const ran = await freehold(['up', '--data', house.data, '--listen', '127.0.0.1:0'])
  assert.equal(ran.status, 5)
  assert.match(ran.stderr, new RegExp(`process ${house.process.pid}`))
  await house.stop()
  await remove(house.data)
})

test('a data directory of a newer version is refused and not touched', async () => {
  const data = await emptyData()
  await writeFile(join(data, 'format.json'), JSON.stringify({ format: 99 }))
  const ran = await freehold(['up', '--data', data, '--listen', '127.0.0.1:0'])
  assert.equal(ran.status, 5)
  assert.match(ran.stderr, /newer Freehold/)
  assert.deepEqual(JSON.parse(await readFile(join(data, 'format.json'), 'utf8')), { format: 99 })
  await remove(data)
})

test('a wrong configuration is refused with line, column and a suggestion, before anything starts', async () => {
  const data = await emptyData()
  const file = join(data, 'freehold.yaml')
  await writeFile(file, 'listen: 127.0.0.1:0\nlgo:\n  level: info\nsso: {}\n')
  const ran = await freehold(['up', '--data', join(data, 'd'), '--config', file])
  assert.equal(ran.status, 3)
  assert.match(ran.stderr, /freehold\.yaml:2:1 .*log/)
  assert.match(ran.stderr, /freehold\.yaml:4:1 /)
  await remove(data)
})

test('an address that others can reach needs a word about TLS', async () => {
  const data = await emptyData()
  const ran = await freehold(['up', '--data', data, '--listen', '0.0.0.0:0'])
  assert.equal(ran.status, 3)
  assert.match(ran.stderr, /tls: off/)
  await remove(data)
})

test('the configuration is reloaded on SIGHUP, and a bad one never replaces a good one', async () => {
  const data = await preparedData()
  const file = join(data, 'freehold.yaml')
  await writeFile(file, 'listen: 127.0.0.1:0\nlog: { level: info }\n')
  const house = await open({ data, args: ['--config', file] })
  const seen = async (pattern: RegExp): Promise<void> => {
    const deadline = Date.now() + 60_000
    while (!pattern.test(house.output())) {
      assert.ok(Date.now() < deadline, house.output())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await writeFile(file, 'listen: 127.0.0.1:0\nlog: { level: loud }\n')
  house.process.kill('SIGHUP')
  await seen(/config\.refused/)
  assert.equal((await fetch(`${house.url}/api/platform`)).status, 200)
  const me = new Speaker(house.url, await house.key())
  const collection = await me.collection('Limits')
  const text = new Uint8Array(Buffer.from('A file of more than ten bytes.'))
  assert.equal((await me.addFile(collection, 'a.txt', text)).status, 201)
  await writeFile(file, 'listen: 127.0.0.1:0\nknowledge: { maxFileBytes: 10 }\n')
  house.process.kill('SIGHUP')
  await seen(/config\.applied/)
  assert.equal((await me.addFile(collection, 'b.txt', text)).status, 413)
  await house.stop()
  await remove(data)
})

test('probes, metrics and a clean stop', async () => {
  const house = await open()
  for (const probe of ['livez', 'readyz', 'startupz']) {
    assert.equal((await fetch(`${house.url}/${probe}`)).status, 200, probe)
  }
  await fetch(`${house.url}/api/platform`)
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_database_up 1$/m)
  assert.match(metrics, /^freehold_http_requests_total\{/m)
  const forwarded = await fetch(`${house.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
  assert.equal(forwarded.status, 401)
  await house.stop()
  assert.equal(house.process.exitCode, 0)
  await remove(house.data)
})

test(
  'a full disk is refused in words, nothing is half-stored, and freeing it is enough',
  { skip: root ? false : 'needs root to mount a small disk' },
  async () => {
    const disk = await emptyData()
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m,mode=755', 'tmpfs', disk]).status, 0)
    try {
      const house = await open({ data: join(disk, 'd'), args: ['--listen', '127.0.0.1:0'] })
      const me = new Speaker(house.url, await house.key())
      const collection = await me.collection('Full')
      const filler = join(disk, 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M', 'count=400'])
      const text = new Uint8Array(Buffer.from('The basement is dry. '.repeat(40_000)))
      const refused = await me.addFile(collection, 'big.txt', text)
      assert.deepEqual([refused.status, refused.body.error.code], [507, 'storage_full'])
      assert.deepEqual((await me.documents(collection)).body.data, [])
      spawnSync('rm', [filler])
      assert.equal((await me.addFile(collection, 'big.txt', text)).status, 201)
      await house.stop()
    } finally {
      spawnSync('umount', ['-l', disk])
      await remove(disk)
    }
  },
)

test(
  'data lies where only its owner reads it',
  { skip: root ? false : 'checks ownership as root' },
  async () => {
    const data = await emptyData()
    await mkdir(data, { recursive: true })
    const house = await open({ data })
    const mode = (path: string): string =>
      spawnSync('stat', ['-c', '%a', join(data, path)], { encoding: 'utf8' }).stdout.trim()
    assert.deepEqual([mode('control.sock'), mode('keys/root.key'), mode('pg')], ['600', '600', '700'])
    await house.stop()
    await remove(data)
  },
)

test('a server that is told to end while it still starts leaves nothing running', async () => {
  const data = await emptyData()
  const child = spawn(
    process.execPath,
    [serverEntry, 'up', '--json', '--data', data, '--listen', '127.0.0.1:0'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  child.stderr.on('data', (part: Buffer) => {
    log += part.toString('utf8')
    if (log.includes('database.started') && !child.killed) child.kill('SIGTERM')
  })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0, log)
  assert.match(log, /database\.stopped/)
  assert.deepEqual(serverProcesses(data), [])
  await remove(data)
})
