import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once, EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, loadConfig } from './config.ts'
import type { ConfigProblem } from './problem.ts'
import type { ConfigChange, ConfigWatch } from './watch.ts'
import { watchConfig } from './watch.ts'

interface House {
  readonly file: string
  readonly watch: ConfigWatch
  readonly applied: ConfigChange[]
  readonly refused: (readonly ConfigProblem[])[]
  /** Resolves when the next outcome arrives. */
  readonly outcome: () => Promise<unknown>
  readonly env: Record<string, string>
}

function house(context: { after: (fn: () => void) => void }, text = 'log: { level: info }\n'): House {
  const dir = mkdtempSync(join(tmpdir(), 'freehold-watch-'))
  const file = join(dir, 'freehold.yaml')
  writeFileSync(file, text)
  const stop = new AbortController()
  context.after(() => {
    stop.abort()
    rmSync(dir, { recursive: true })
  })
  const env: Record<string, string> = {}
  const load = () => loadConfig({ file, env })
  const [applied, refused]: [ConfigChange[], (readonly ConfigProblem[])[]] = [[], []]
  const outcomes = new EventEmitter()
  const watch = watchConfig({
    started: load(),
    load,
    apply: (_, change) => {
      applied.push(change)
      outcomes.emit('outcome')
    },
    refused: (problems) => {
      refused.push(problems)
      outcomes.emit('outcome')
    },
    signal: stop.signal,
    settleMs: 10,
  })
  return { file, watch, applied, refused, env, outcome: () => once(outcomes, 'outcome') }
}

test('a saved change is followed without a restart, also when the editor replaces the file', async (t) => {
  const { file, watch, applied, outcome } = house(t)
  const first = outcome()
  writeFileSync(`${file}.new`, 'log: { level: debug }\n')
  renameSync(`${file}.new`, file)
  await first
  assert.deepEqual(applied, [{ changed: ['log.level'], needsRestart: [] }])
  assert.equal(watch.current().config.log.level, 'debug')
})

test('a bad file never replaces a good configuration', async (t) => {
  const { file, watch, applied, refused, outcome } = house(t)
  const first = outcome()
  writeFileSync(file, 'log: { levle: debug }\n')
  await first
  assert.equal(refused[0]?.[0]?.suggestion, 'level')
  assert.equal(watch.current().config.log.level, 'info')
  const second = outcome()
  writeFileSync(file, 'log: { level: info }  # repaired\n')
  await second
  assert.deepEqual(
    applied,
    [{ changed: [], needsRestart: [] }],
    'the repair is reported though nothing differs',
  )
})

test('a file that is empty for a moment, as while it is written, undoes nothing', async (t) => {
  const { file, watch, applied, refused, outcome } = house(t, 'log: { level: debug }\n')
  const first = outcome()
  writeFileSync(file, '# nothing yet\n')
  await first
  assert.match(refused[0]?.[0]?.message ?? '', /says nothing any more/)
  assert.equal(watch.current().config.log.level, 'debug')
  const second = outcome()
  writeFileSync(file, 'log: { level: warn }\n')
  await second
  assert.deepEqual(applied, [{ changed: ['log.level'], needsRestart: [] }])
})

test('a file that vanishes is refused and the good configuration stays', async (t) => {
  const { file, watch, refused, outcome } = house(t)
  const first = outcome()
  rmSync(file)
  await first
  assert.match(refused[0]?.[0]?.message ?? '', /no such file/)
  assert.equal(watch.current().config.log.level, 'info')
})

test('a file that becomes a link to itself is refused and followed again once repaired', async (t) => {
  const { file, watch, applied, refused, outcome } = house(t)
  const first = outcome()
  rmSync(file)
  symlinkSync('freehold.yaml', file)
  await first
  assert.match(refused.at(-1)?.[0]?.message ?? '', /cannot be read \(ELOOP\)/)
  assert.equal(watch.current().config.log.level, 'info')
  const second = outcome()
  writeFileSync(`${file}.new`, 'log: { level: warn }\n')
  renameSync(`${file}.new`, file)
  await second
  assert.deepEqual([applied.length, watch.current().config.log.level], [1, 'warn'])
})

test('keys that are read at the start only are named until they are taken back', async (t) => {
  const { file, watch, applied } = house(t, 'listen: 127.0.0.1:1\n')
  writeFileSync(file, 'listen: 127.0.0.1:2\nlog: { level: warn }\n')
  await watch.reload()
  writeFileSync(file, 'listen: 127.0.0.1:1\nlog: { level: warn }\n')
  await watch.reload()
  assert.deepEqual(applied.slice(0, 2), [
    { changed: ['listen', 'log.level'], needsRestart: ['listen'] },
    { changed: ['listen'], needsRestart: [] },
  ])
})

test('a reload sees a secret that changed behind its reference', async (t) => {
  const { watch, applied, file, env } = house(t, '')
  env['DSN'] = 'postgres://one@db/f'
  writeFileSync(file, 'database: "${env:DSN}"\n')
  await watch.reload()
  env['DSN'] = 'postgres://two@db/f'
  await watch.reload()
  await watch.reload()
  assert.deepEqual(
    applied.slice(0, 3).map(({ changed }) => changed),
    [['database'], ['database'], []],
  )
})

test('the swap of a Kubernetes ConfigMap is seen through its symbolic links', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'freehold-map-'))
  const stop = new AbortController()
  t.after(() => {
    stop.abort()
    rmSync(dir, { recursive: true })
  })
  for (const [version, level] of [
    ['v1', 'info'],
    ['v2', 'error'],
  ] as const) {
    mkdirSync(join(dir, version))
    writeFileSync(join(dir, version, 'freehold.yaml'), `log: { level: ${level} }\n`)
  }
  symlinkSync('v1', join(dir, '..data'))
  symlinkSync('..data/freehold.yaml', join(dir, 'freehold.yaml'))
  const load = () => loadConfig({ file: join(dir, 'freehold.yaml'), env: {} })
  const { promise, resolve } = Promise.withResolvers<string>()
  watchConfig({
    started: load(),
    load,
    apply: (next) => resolve(next.config.log.level),
    refused: () => resolve('refused'),
    signal: stop.signal,
    settleMs: 10,
  })
  symlinkSync('v2', join(dir, '..tmp'))
  renameSync(join(dir, '..tmp'), join(dir, '..data'))
  assert.equal(await promise, 'error')
})

const makePair = (folder: string, cert: string, key: string): void => {
  const files = ['-keyout', key, '-out', cert, '-subj', '/CN=x', '-days', '2']
  const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', ...files]
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
}

function certifiedHouse(context: { after: (fn: () => void) => void }): House & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-pem-watch-'))
  context.after(() => rmSync(folder, { recursive: true }))
  makePair(folder, 'c.pem', 'k.pem')
  makePair(folder, 'c2.pem', 'k2.pem')
  const tls = `tls: { cert: ${join(folder, 'c.pem')}, key: ${join(folder, 'k.pem')} }\n`
  return { ...house(context, tls), folder }
}

test('a certificate is renewed without a restart: half a pair is refused, and the other half repairs it', async (t) => {
  const { folder, watch, applied, refused, outcome } = certifiedHouse(t)
  const before = watch.current().config.tls
  const first = outcome()
  renameSync(join(folder, 'c2.pem'), join(folder, 'c.pem'))
  await first
  assert.match(refused[0]?.[0]?.message ?? '', /a key that does not belong to the certificate/)
  assert.equal(watch.current().config.tls, before)
  const second = outcome()
  renameSync(join(folder, 'k2.pem'), join(folder, 'k.pem'))
  await second
  assert.deepEqual(applied, [{ changed: ['tls'], needsRestart: [] }])
  assert.notDeepEqual(watch.current().config.tls, before)
})

test('a renewed certificate is seen behind a link into another folder', async (t) => {
  const { folder, file, watch, applied, outcome } = certifiedHouse(t)
  for (const name of ['c.pem', 'k.pem']) symlinkSync(join(folder, name), `${file}.${name}`)
  const first = outcome()
  writeFileSync(file, 'tls: { cert: ./freehold.yaml.c.pem, key: ./freehold.yaml.k.pem }\n')
  await first
  const before = JSON.stringify(watch.current().config.tls)
  const second = outcome()
  writeFileSync(join(folder, 'both.pem'), readFileSync(join(folder, 'c.pem'), 'utf8').repeat(2))
  renameSync(join(folder, 'both.pem'), join(folder, 'c.pem'))
  await second
  assert.deepEqual(applied.at(-1), { changed: ['tls'], needsRestart: [] })
  assert.notEqual(JSON.stringify(watch.current().config.tls), before)
})

test('a file that was missing when the configuration named it is taken once it is there', async (t) => {
  const { folder, file, watch, refused, outcome } = certifiedHouse(t)
  mkdirSync(join(folder, 'later'))
  const later = join(folder, 'later', 'k.pem')
  renameSync(join(folder, 'k2.pem'), `${later}.new`)
  const first = outcome()
  writeFileSync(file, `tls: { cert: ${join(folder, 'c2.pem')}, key: ${later} }\n`)
  await first
  assert.match(refused[0]?.[0]?.message ?? '', /does not exist/)
  const second = outcome()
  renameSync(`${later}.new`, later)
  await second
  assert.equal((watch.current().config.tls as { paths: { key: string } }).paths.key, later)
})

test('a secret that a target reads from a file is followed', async (t) => {
  const { file, watch, outcome } = house(t)
  const target = 'name: a, kind: service, zone: private, url: "https://10.0.0.1"'
  const first = outcome()
  writeFileSync(`${file}.key`, 'one')
  writeFileSync(file, `targets: [{ ${target}, auth: { apiKey: "\${file:freehold.yaml.key}" } }]\n`)
  await first
  const second = outcome()
  writeFileSync(`${file}.key`, 'two')
  await second
  const [one] = watch.current().config.targets
  assert.ok(one?.auth && 'apiKey' in one.auth)
  assert.equal(one.auth.apiKey.reveal(), 'two')
})

test('TLS is switched on at the next start, and so is asking for client certificates', async (t) => {
  const { folder, file, watch, applied } = certifiedHouse(t)
  const pair = `cert: ${join(folder, 'c.pem')}, key: ${join(folder, 'k.pem')}`
  for (const tls of ['off', `{ ${pair}, clientCa: ${join(folder, 'c.pem')} }`, `{ ${pair} }`]) {
    writeFileSync(file, `tls: ${tls}\n`)
    await watch.reload()
  }
  assert.deepEqual(
    applied.slice(0, 3).map(({ needsRestart }) => needsRestart),
    [['tls'], ['tls'], []],
  )
})

test('a folder in which something else is written all the time does not put the reading off', async (t) => {
  const { file, watch, outcome } = house(t)
  const noise = setInterval(() => writeFileSync(`${file}.log`, 'x'), 1)
  t.after(() => clearInterval(noise))
  const first = outcome()
  writeFileSync(file, 'log: { level: warn }\n')
  await first
  assert.equal(watch.current().config.log.level, 'warn')
})

test('a change between the reading and the watching is seen', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'freehold-gap-'))
  const stop = new AbortController()
  t.after(() => {
    stop.abort()
    rmSync(dir, { recursive: true })
  })
  const file = join(dir, 'freehold.yaml')
  writeFileSync(file, 'log: { level: info }\n')
  const load = () => loadConfig({ file, env: {} })
  const started = load()
  writeFileSync(file, 'log: { level: error }\n')
  const { promise, resolve } = Promise.withResolvers<string>()
  watchConfig({
    started,
    load,
    apply: (next) => resolve(next.config.log.level),
    refused: () => resolve('refused'),
    signal: stop.signal,
    settleMs: 10,
  })
  assert.equal(await promise, 'error')
})

test('a folder that cannot be watched is told once, and the rest is followed', async (t) => {
  const { file, watch, refused, applied, outcome } = house(t)
  const first = outcome()
  writeFileSync(file, 'tls: { cert: nowhere/c.pem, key: nowhere/k.pem }\n')
  await first
  assert.deepEqual(refused.length, 2)
  assert.match(refused[1]?.[0]?.message ?? '', /changes can no longer be seen \(ENOENT\): send SIGHUP/)
  await watch.reload()
  assert.deepEqual(refused.length, 3, 'refused again, but not told again that it cannot be seen')
  const second = outcome()
  writeFileSync(file, 'log: { level: info }\n')
  await second
  assert.deepEqual([refused.length, applied.length], [3, 1])
})

test('who applies may still refuse, and a bug there reaches the one who asked', async () => {
  const started = loadConfig({ env: {} })
  let thrown: Error = new ConfigError([])
  const refused: unknown[] = []
  const watch = watchConfig({
    started,
    load: () => loadConfig({ env: { FREEHOLD_LOG__LEVEL: 'warn' } }),
    apply: () => {
      throw thrown
    },
    refused: (problems) => refused.push(problems),
    signal: AbortSignal.abort(),
  })
  await watch.reload()
  assert.deepEqual([refused.length, watch.current().config.log.level], [1, 'info'])
  thrown = new TypeError('a bug')
  await assert.rejects(watch.reload(), TypeError)
})
