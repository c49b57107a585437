import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import type { StrongSandbox } from '../../packages/server/src/skills/strong/strong.ts'
import { openStrong } from '../../packages/server/src/skills/strong/strong.ts'
import { testStrong } from '../../packages/server/src/skills/strong/self-test.ts'
import { escapes, probes, spoken, theOutside, withoutStrong } from './skill-sandbox-house.ts'

const skip = await withoutStrong()
const LIMITS = { memoryMb: 64, processes: 1, tmpMb: 1 }
let strong: StrongSandbox
let outside: Awaited<ReturnType<typeof theOutside>>

before(async () => {
  outside = await theOutside()
  if (skip !== false) return
  const found = await testStrong({ directory: tmpdir(), node: process.execPath, started: () => undefined })
  assert.equal(found.backend, 'bubblewrap')
  strong = found
})
after(async () => {
  await outside.close()
  if (skip === false) await strong.close()
})

async function probed(name: 'skill-probes.py' | 'skill-probes.mjs', ...more: string[]) {
  const box = await openStrong(strong, {
    files: new Map([[name, probes(name)]]),
    command: name.endsWith('.py') ? 'python' : 'node',
    args: [`/skill/${name}`, JSON.stringify(outside.named), ...more],
    env: {},
    limits: LIMITS,
  })
  return spoken(box)
}

test('no call of a program in the strong sandbox reaches anything outside', { skip }, async () => {
  const { out, errors } = await probed('skill-probes.py')
  assert.deepEqual(escapes(out), {}, errors)
  assert.ok(Object.keys(JSON.parse(out) as object).length >= 70)
  assert.deepEqual(outside.reached, [])
})

test(
  'no program of Node reaches anything outside, with its own permissions and without them',
  { skip },
  async () => {
    const guarded = await probed('skill-probes.mjs')
    assert.deepEqual(escapes(guarded.out), {}, guarded.errors)
    const bare = await spoken(
      await openStrong(strong, {
        files: new Map([['skill-probes.mjs', probes('skill-probes.mjs')]]),
        command: '/runtime/bare',
        args: ['/skill/skill-probes.mjs', JSON.stringify(outside.named)],
        env: {},
        // V8 reserves room for machine code, which counts where the box does not know that it is Node.
        limits: { ...LIMITS, memoryMb: 1536 },
        mounts: [{ from: process.execPath, to: '/runtime/bare' }],
      }),
    )
    assert.deepEqual(escapes(bare.out), {}, bare.errors)
    assert.ok(Object.keys(JSON.parse(bare.out) as object).length >= 30)
    assert.deepEqual(outside.reached, [])
  },
)

test(
  'a program that calls the kernel in the words of another machine ends at once',
  { skip: skip || process.arch !== 'x64' },
  async () => {
    const { out, code } = await probed('skill-probes.py', '--wrong-machine')
    assert.equal(out, 'about to\n')
    // 128 and SIGSYS.
    assert.equal(code, 128 + 31)
  },
)

test(
  'where a watched program listens nobody hears it, and what it tried is written down',
  { skip },
  async () => {
    const box = await openStrong(strong, {
      files: new Map([
        [
          'listen.mjs',
          Buffer.from(`
          import { createServer, connect } from 'node:net'
          import { lookup } from 'node:dns'
          import { readFile } from 'node:fs'
          connect(443, '203.0.113.9').on('error', () => undefined)
          lookup('canary.example', () => undefined)
          readFile('/etc/shadow', () => undefined)
          const server = createServer().listen(0, '0.0.0.0', () => console.log(server.address().port))
          process.stdin.on('end', () => process.exit(7)).resume()
        `),
        ],
      ]),
      command: 'node',
      args: ['/skill/listen.mjs'],
      env: {},
      limits: LIMITS,
      record: true,
    })
    let out = ''
    for await (const piece of box.stdout) {
      out += String(piece)
      if (out.includes('\n')) break
    }
    const refused = await new Promise((resolve) => {
      connect(Number(out), '127.0.0.1')
        .once('connect', () => resolve(null))
        .once('error', (error) => resolve('code' in error && error.code))
    })
    assert.equal(refused, 'ECONNREFUSED')
    box.stdin.end()
    const { code, record } = await box.exited
    assert.equal(code, 7)
    assert.ok(record)
    assert.deepEqual(record.listens, [{ family: 'inet', address: '0.0.0.0', port: 0 }])
    assert.ok(record.connects.some(({ address, port }) => address === '203.0.113.9' && port === 443))
    assert.deepEqual(record.names, ['canary.example'])
    const shadow = record.opened.filter(({ path }) => path === '/etc/shadow')
    assert.deepEqual(shadow, [{ path: '/etc/shadow', forWriting: false, succeeded: false }])
    assert.equal(record.isCut, false)
  },
)

/** Runs the same probes with less around them. */
async function unguarded(
  command: string,
  args: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const child = spawn(command, args, { ...owner, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(probes('skill-probes.py'))
  let out = ''
  for await (const piece of child.stdout) out += String(piece)
  return escapes(out)
}

const OPEN = [
  'a file of the machine',
  '/etc/passwd',
  'TCP to this machine',
  'UDP',
  'a Unix socket',
  'an abstract Unix socket',
  'listening',
  'starting a process',
  'memory that nobody counts',
  'memfd',
  'ptrace of itself',
  'performance counters',
]
/** What is left open by namespaces alone, as many sandboxes have them. */
const BEHIND_NAMESPACES = [
  'listening',
  'a netlink socket',
  'starting a process',
  'a process in namespaces',
  'memfd',
  'ptrace of itself',
]

test('the same probes find their way out where nothing is in the way', { skip }, async () => {
  const words = (only: readonly string[]) => [
    '-',
    JSON.stringify(outside.named),
    '--only',
    JSON.stringify(only),
  ]
  const plain = await unguarded('/usr/bin/python3', words(OPEN))
  assert.deepEqual(Object.keys(plain).toSorted(), OPEN.toSorted())
  assert.deepEqual([...new Set(outside.reached)].toSorted(), ['abstract', 'tcp', 'udp', 'unix'])
  outside.reached.length = 0
  const box =
    '--unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --tmpfs /tmp'
  const withoutFilter = await unguarded('bwrap', [
    ...box.split(' '),
    '--',
    '/usr/bin/python3',
    ...words([...BEHIND_NAMESPACES, 'TCP to this machine', 'a file of the machine']),
  ])
  assert.deepEqual(Object.keys(withoutFilter).toSorted(), BEHIND_NAMESPACES.toSorted())
  assert.deepEqual(outside.reached, [])
})
