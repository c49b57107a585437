import { once } from 'node:events'
import { readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Machinery } from './box.ts'
import { NOBODY } from './box.ts'
import type { Box } from './bubblewrap.ts'
import { Bubblewrap } from './bubblewrap.ts'
import type { Owner } from './staging.ts'
import { Staging } from './staging.ts'
import type { StrongLimits, StrongRefusal, StrongSandbox } from './strong.ts'

export interface StrongHost {
  /** Where files may lie that boxes are shown; it is on a disk, and others may pass through it. */
  readonly directory: string
  /** The program of Node that runs inside. */
  readonly node: string
  readonly started: (seconds: number) => void
}

const SELF_TEST_MS = 20_000
const LIMITS: StrongLimits = { memoryMb: 704, processes: 1, tmpMb: 0, openFiles: 64 }
/** Distributions put them in one of these; PATH is for people. */
const PLACES = ['/usr/bin', '/usr/local/bin', '/bin', '/run/current-system/sw/bin']

/**
 * Looks for a way to run what nobody trusts, and really tries whether it holds: a program in a box does its worst, and
 * the kernel's account of it is read from outside. What did not pass is no sandbox.
 */
export async function testStrong(host: StrongHost): Promise<StrongSandbox | StrongRefusal> {
  const { platform, arch } = process
  if (platform !== 'linux') return refusal(`it is made of what Linux offers, and this is ${platform}.`)
  if (arch !== 'x64' && arch !== 'arm64') return refusal(`no filter was written for ${arch}.`)
  const bwrap = await find('bwrap')
  if (bwrap === null) return refusal('bubblewrap is not installed (package bubblewrap, program bwrap).')
  const prlimit = await find('prlimit')
  if (prlimit === null) return refusal('prlimit is not installed (package util-linux).')
  const owner: Owner | null = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : null
  const staging = await Staging.open(host.directory, owner)
  const machinery: Machinery = {
    bwrap,
    prlimit,
    node: (await canEnter(host.node, owner)) ? host.node : await staging.program(host.node),
    python: await find('python3'),
    strace: await find('strace'),
    nsenter: await find('nsenter'),
  }
  const sandbox = new Bubblewrap({ machinery, machine: arch, staging, owner, started: host.started })
  const reason = await weakness(sandbox, machinery, staging)
  if (reason === null) return sandbox
  await sandbox.close()
  return refusal(reason)
}

const refusal = (reason: string): StrongRefusal => ({ backend: null, reason })

/** What does not hold, or null. */
async function weakness(sandbox: Bubblewrap, machinery: Machinery, staging: Staging): Promise<string | null> {
  const outside = await somethingOutside(staging)
  try {
    const box = await sandbox.open({
      files: new Map([
        ['probe.js', await readFile(join(import.meta.dirname, 'probe.js'))],
        ['package.json', Buffer.from('{"type":"module"}')],
      ]),
      // As a program like any other: the walls are tested, and not what node does by itself.
      command: '/runtime/node',
      args: ['/skill/probe.js', JSON.stringify(outside.named)],
      env: {},
      limits: LIMITS,
      mounts: [{ from: machinery.node, to: '/runtime/node' }],
    })
    const timer = setTimeout(() => box.kill(), SELF_TEST_MS)
    try {
      return await judge(box)
    } finally {
      clearTimeout(timer)
      box.kill()
      await box.exited
    }
  } finally {
    outside.close()
  }
}

async function judge(box: Box): Promise<string | null> {
  const complaint = text(box.stderr)
  const [line] = await Promise.race([
    once(createInterface({ input: box.stdout }), 'line'),
    box.exited.then(() => [null]),
  ])
  if (line === null) return `no box can be made: ${firstLine(await complaint) || 'it ended without a word.'}`
  const tried = z.record(z.string(), z.string()).parse(JSON.parse(String(line)))
  const through = Object.entries(tried).filter(([, became]) => became === 'done')
  if (through.length > 0)
    return `what must not be possible in a box was: ${through.map(([name]) => name).join(', ')}.`
  return await keptByTheKernel(box)
}

/** What the kernel says of the program while it runs. */
async function keptByTheKernel({ keeper }: Box): Promise<string | null> {
  const program = keeper === null ? undefined : await childOf(keeper)
  if (program === undefined) return 'the process in the box cannot be found from outside.'
  const status = await readFile(`/proc/${program}/status`, 'latin1')
  const limits = await readFile(`/proc/${program}/limits`, 'latin1')
  const says = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
  const bound = (name: string): number => Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(limits)?.[1])
  if (says('Seccomp') !== '2') return 'the filter of system calls is not in force.'
  if (says('NoNewPrivs') !== '1') return 'a program in the box could gain rights.'
  if (/[1-9a-f]/.test(says('CapPrm') + says('CapEff') + says('CapBnd')))
    return 'a program in the box has capabilities.'
  if (/^0\b/.test(says('Uid'))) return 'a program in the box runs as root of this machine.'
  if (
    bound('Max open files') !== LIMITS.openFiles ||
    !(bound('Max data size') > 0) ||
    !(bound('Max processes') > 0)
  ) {
    return 'the limits of a program in the box are not in force.'
  }
  for (const kind of ['net', 'pid', 'ipc', 'mnt', 'uts', 'user']) {
    const [inside, ours] = await Promise.all([
      readlink(`/proc/${program}/ns/${kind}`),
      readlink(`/proc/self/ns/${kind}`),
    ])
    if (inside === ours) return `a program in the box shares the ${kind} namespace of this server.`
  }
  return null
}

async function childOf(keeper: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${keeper}/task/${keeper}/children`, 'latin1')
  const [first = ''] = children.split(' ')
  return first === '' ? undefined : Number(first)
}

/** What the program must not reach: a port, a socket and a file that are there, and open to all. */
async function somethingOutside(staging: Staging): Promise<{
  readonly named: { readonly port: number; readonly socket: string; readonly file: string }
  readonly close: () => void
}> {
  const directory = await staging.scratch()
  const file = join(directory, 'file')
  const socket = join(directory, 'socket')
  await writeFile(file, 'canary', { mode: 0o444 })
  const servers = [createServer(), createServer()] as const
  servers[0].listen(0, '127.0.0.1')
  servers[1].listen({ path: socket, writableAll: true, readableAll: true })
  await Promise.all(servers.map((server) => once(server, 'listening')))
  // It listens on a port, so its address is not a path.
  const { port } = servers[0].address() as AddressInfo
  return {
    named: { port, socket, file },
    close: () => servers.forEach((server) => server.close()),
  }
}

async function find(name: string): Promise<string | null> {
  for (const place of PLACES) {
    const file = join(place, name)
    if ((await stat(file).catch(() => null))?.isFile() === true) return file
  }
  return null
}

/** Whether somebody without rights gets at a file: everybody may pass each directory above it and run it. */
async function canEnter(file: string, owner: Owner | null): Promise<boolean> {
  if (owner === null) return true
  for (let at = file; ; at = dirname(at)) {
    const { mode } = await stat(at)
    if ((mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let all = ''
  for await (const chunk of stream) if (all.length < 4096) all += String(chunk)
  return all
}

const firstLine = (all: string): string => /^.*[A-Za-z].*$/m.exec(all)?.[0] ?? ''
