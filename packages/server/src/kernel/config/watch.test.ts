import { test } from 'node:test'
import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
