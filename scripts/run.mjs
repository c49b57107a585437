// Runs on whatever Node the machine has (20 or newer) and without dependencies: it brings the rest.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules', '.bin')
const launcher = join(root, 'packages/server/bin/freehold.js')

/** Installs the locked dependencies when the lock file is not the one that was installed last. */
function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const mark = join(root, 'node_modules', '.freehold-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  console.log('Installing the locked dependencies (npm ci) …')
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: 'inherit' })
  if (npm.status !== 0) {
    console.error('npm ci failed. Freehold needs the npm registry once, for this step only.')
    process.exit(npm.status ?? 1)
  }
  writeFileSync(mark, lock)
}

function environment() {
  const path = `${bin}:${process.env.PATH ?? ''}`
  return { ...process.env, PATH: path, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile') }
}

/** One step in the foreground; resolves to its exit status. `said`: what it says is kept there until it ends. */
function step(command, args, { env = {}, said } = {}) {
  return new Promise((resolve) => {
    const stdio = said === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd: root, env: { ...environment(), ...env }, stdio })
    child.stdout?.on('data', (part) => said.push(part))
    child.stderr?.on('data', (part) => said.push(part))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve(127)
    })
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

/** Steps beside each other, whose words come one after the other; the first that failed decides. */
const together = (steps) => async () => {
  const ends = steps.map((run) => {
    const said = []
    return run(said).then((status) => ({ status, said }))
  })
  let failed = 0
  for (const end of ends) {
    const { status, said } = await end
    process.stdout.write(Buffer.concat(said))
    failed ||= status
  }
  return failed
}

async function inOrder(steps) {
  for (const run of steps) {
    const status = await run()
    if (status !== 0) process.exit(status)
  }
}

const nodeTest =
  (patterns, { flags = [], env = () => ({}) } = {}) =>
  () =>
    step('node', ['--test', '--test-timeout=600000', ...flags, ...patterns], { env: env() })

const UNIT = ['packages/*/src/**/*.test.ts', 'test/*.test.ts']

/** In as many processes as there are cores: a process for each file costs more than most files. */
async function unit() {
  const shards = Math.min(Math.max(availableParallelism(), 1), 4)
  const ends = Array.from({ length: shards }, async (_, at) => {
    const said = at === 0 ? undefined : []
    const flags = [
      '--test',
      '--test-timeout=300000',
      '--test-isolation=none',
      // Most of what tests make is young garbage: with more room for it less is collected.
      '--max-semi-space-size=32',
      // Each process has the other core beside it.
      '--single-threaded-gc',
      `--test-shard=${at + 1}/${shards}`,
    ]
    const status = await step('node', [...flags, ...UNIT], { said })
    return { status, said: said ?? [] }
  })
  const statuses = []
  for (const end of ends) {
    const { status, said } = await end
    process.stdout.write(Buffer.concat(said))
    statuses.push(status)
  }
  return statuses.find((status) => status !== 0) ?? 0
}

/** The unit tests that draw by chance: those that know of more rounds than the few of the unit suite. */
const drawn = () =>
  readdirSync(join(root, 'packages/server/src'), { recursive: true })
    .map((name) => `packages/server/src/${name}`)
    .filter(
      (path) => path.endsWith('.test.ts') && readFileSync(join(root, path), 'utf8').includes('LONG_ROUNDS'),
    )
/** A directory that is gone with this process; the database's own user passes through it. */
const passing = (place, prefix) => {
  const directory = mkdtempSync(join(place, prefix))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
  chmodSync(directory, 0o711)
  return directory
}

/** A data directory that was started once, which the houses of the tests begin with. */
const prepared = (said) => {
  process.env.PREPARED_HOUSE = passing(tmpdir(), 'fh-')
  return step('node', ['test/system/prepare-data.ts', process.env.PREPARED_HOUSE], { said })
}

/** For the tests that start houses and measure nothing. */
const quickHouses = {}

const preparedProgram = (said) => {
  const made = join(root, 'node_modules', '.cache', 'program')
  quickHouses.PREPARED_PROGRAM = join(made, 'freehold.js')
  return step('node', ['test/system/prepare-program.ts', made], { said })
}

const MEMORY = '/dev/shm'
const GIB = 2 ** 30

/**
 * The houses of the tests lie in memory where there is plenty of it and programs may run from there: nothing asks
 * their disks for more than a killed process leaves behind. What a power cut leaves is asked by the long suite.
 */
const inMemory = () => {
  if (!existsSync(MEMORY) || (process.availableMemory?.() ?? 0) < 8 * GIB) return 0
  const { bavail, bsize } = statfsSync(MEMORY)
  if (bavail * bsize < 4 * GIB) return 0
  const place = passing(MEMORY, 'fh-')
  const probe = join(place, 'probe')
  writeFileSync(probe, '#!/bin/sh\n', { mode: 0o755 })
  if (spawnSync(probe).status === 0) quickHouses.TMPDIR = place
  return 0
}
const style = (said) => step('oxfmt', ['--check', '.'], { said })
const lint = (said) => step('oxlint', ['--type-aware', '--type-check', '--deny-warnings', '.'], { said })
const systemPackages = () => step('bash', ['scripts/system-packages.sh'])
const longPackages = () => step('bash', ['scripts/system-packages.sh', 'long'])
const unused = (said) => step('knip', [], { said })
const referencePages = (said) => step('node', ['scripts/docs.mjs', '--check'], { said })
const web = () => step('node', ['scripts/web.mjs'])
const check = [together([style, lint, unused, referencePages]), unit]

const TASKS = {
  start: (args) => [web, () => step('node', [launcher, 'up', ...args])],
  check: () => check,
  'test:unit': () => [unit],
  test: () => [
    systemPackages,
    ...check,
    web,
    together([prepared, preparedProgram]),
    inMemory,
    // A house waits for its database.
    nodeTest(['test/system/*.test.ts', ...drawn()], {
      flags: ['--test-concurrency=4'],
      env: () => ({ ...quickHouses, LONG_ROUNDS: '60' }),
    }),
    nodeTest(['test/browser/*.test.ts'], {
      flags: ['--test-concurrency=3'],
      env: () => ({ ...quickHouses, PICTURES: 'none' }),
    }),
    // What is measured is measured alone, as it is and on the disks there are.
    nodeTest(['test/perf/*.test.ts'], { flags: ['--test-concurrency=1'] }),
  ],
  'test:long': () => [
    longPackages,
    web,
    prepared,
    nodeTest([...drawn(), 'test/long/*.test.ts', 'test/browser/**/*.test.ts'], {
      flags: ['--test-concurrency=1', '--test-timeout=0'],
      env: () => ({ LONG_ROUNDS: process.env.LONG_ROUNDS ?? '200' }),
    }),
  ],
  bench: (args) => [() => step('node', ['test/perf/gateway/bench.ts', ...args])],
  web: () => [web],
  screenshots: () => [systemPackages, web, () => step('node', ['test/browser/screenshots.ts'])],
  build: () => [web, () => step('node', ['scripts/build.mjs'])],
}

const [task = '', ...args] = process.argv.slice(2)
const steps = TASKS[task]
if (!steps) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(TASKS).join('|')}`)
  process.exit(2)
}
installDependencies()
await inOrder(steps(args))
