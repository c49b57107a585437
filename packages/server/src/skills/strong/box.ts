import { lstatSync, readlinkSync } from 'node:fs'
import { Fault } from '../../kernel/fault.ts'
import type { StrongLimits, StrongMount } from './strong.ts'

/** What of this machine a box is made of. */
export interface Machinery {
  readonly bwrap: string
  readonly prlimit: string
  /** Null where skills in python cannot run. */
  readonly python: string | null
  readonly node: string
  /** Null where nothing can be recorded. */
  readonly strace: string | null
  /** Null where the network of a box cannot be entered. */
  readonly nsenter: string | null
}

export interface BoxPlan {
  readonly skill: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly limits: StrongLimits
  readonly mounts: readonly StrongMount[]
  readonly isWatched: boolean
  /** Descriptors of bubblewrap that the filter is read from and the process id written to. */
  readonly filterFd: number
  readonly infoFd: number
}

/** Whoever the program is inside; outside it is the user that `Staging` hands files to. */
export const NOBODY = 65534

const NODE_INSIDE = '/runtime/node'
/** Where systems of the last ten years keep only links into /usr, and older ones directories. */
const ROOTS = ['/lib', '/lib32', '/lib64', '/bin']
/** What libraries look up by themselves; nothing else of /etc is there. */
const LIBRARY_CACHE = '/etc/ld.so.cache'
/** What a site put there itself is nobody's business, unless that is its python. */
const SITE = '/usr/local'
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom']
const OPEN_FILES = 256
/** Threads count too, and node starts a dozen. */
const THREADS_EACH = 32
const MIB = 1024 * 1024
/**
 * What counts as written to besides the heap: the range that V8 reserves for machine code (512 MiB, of which it uses what
 * the heap's bound lets it), stacks, and 64 MiB for buffers. Measured 562 MiB with nothing running.
 */
const NODE_BESIDES_HEAP_MB = 640
const BESIDES_MB = 32

/** What holds in every box. On the command line: it holds although nothing more should come. */
export const wallWords = ({ filterFd, infoFd }: BoxPlan): readonly string[] => [
  ...'--unshare-all --die-with-parent --new-session --cap-drop ALL --hostname skill'.split(' '),
  '--uid',
  `${NOBODY}`,
  '--gid',
  `${NOBODY}`,
  '--seccomp',
  `${filterFd}`,
  '--info-fd',
  `${infoFd}`,
]

/** What this box is made of, as bubblewrap reads it from a descriptor, and so visible in no list of processes. */
export function boxArguments(machinery: Machinery, plan: BoxPlan): Buffer {
  const groups: readonly (readonly string[])[] = [
    ['--clearenv'],
    ['--ro-bind', '/usr', '/usr'],
    ...ROOTS.map(rootWords),
    machinery.python?.startsWith(SITE) === true
      ? []
      : ['--size', '4096', '--tmpfs', SITE, '--remount-ro', SITE],
    isThere(LIBRARY_CACHE) ? ['--ro-bind', LIBRARY_CACHE, LIBRARY_CACHE] : [],
    ...DEVICES.map((name) => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]),
    plan.command === 'node' ? ['--ro-bind', machinery.node, NODE_INSIDE] : [],
    ['--ro-bind', plan.skill, '/skill'],
    ...plan.mounts.map(({ from, to }) => ['--ro-bind', from, to]),
    plan.limits.tmpMb > 0 ? ['--size', `${plan.limits.tmpMb * MIB}`, '--tmpfs', '/tmp'] : [],
    // The root is in memory, and nothing would bound what is written to it.
    ['--remount-ro', '/', '--chdir', '/skill'],
    ...Object.entries({ HOME: '/tmp', PATH: '/usr/local/bin:/usr/bin:/bin', ...plan.env }).map(
      ([name, value]) => ['--setenv', name, value],
    ),
  ]
  const words = groups.flat()
  // It is what divides them: a value that has one would be several words, and one of them a mount.
  if (words.some((word) => word.includes('\0'))) {
    throw new Fault('skill_denied', 'The skill has a setting with a zero byte in it.')
  }
  return Buffer.from(words.map((word) => `${word}\0`).join(''))
}

/** What bubblewrap runs: the limits are set inside, where they count what this box has and not what all have. */
export function commandWords(machinery: Machinery, plan: BoxPlan): readonly string[] {
  return [machinery.prlimit, ...limitWords(plan), '--', ...programWords(machinery, plan), ...plan.args]
}

function programWords(machinery: Machinery, plan: BoxPlan): readonly string[] {
  const { command, limits, mounts } = plan
  if (command === 'python') return [machinery.python ?? '', '-I', '-B', '-u']
  if (command !== 'node') return [command]
  // A second wall inside the first; by itself it leaves the network open, and it was climbed before.
  return [
    NODE_INSIDE,
    // Who is watched shall meet the outer wall, where it is seen.
    ...(plan.isWatched ? [] : permissionWords(limits, mounts)),
    '--disable-proto=throw',
    '--no-addons',
    // Every thread is stopped and woken with every call, and those that V8 keeps for its own work mostly have none.
    '--v8-pool-size=1',
    `--max-old-space-size=${limits.memoryMb}`,
  ]
}

const permissionWords = (limits: StrongLimits, mounts: readonly StrongMount[]): readonly string[] => [
  '--permission',
  ...['/skill', ...mounts.map(({ to }) => to)].map((path) => `--allow-fs-read=${path}`),
  ...(limits.tmpMb > 0 ? ['--allow-fs-read=/tmp', '--allow-fs-write=/tmp'] : []),
  ...(limits.processes > 1 ? ['--allow-child-process'] : []),
]

function limitWords({ command, limits }: BoxPlan): readonly string[] {
  const besides = command === 'node' ? NODE_BESIDES_HEAP_MB : BESIDES_MB
  return [
    `--data=${(limits.memoryMb + besides) * MIB}`,
    `--nproc=${limits.processes * THREADS_EACH}`,
    `--nofile=${limits.openFiles ?? OPEN_FILES}`,
    `--fsize=${limits.tmpMb * MIB}`,
    '--core=0',
    '--memlock=65536',
    '--msgqueue=0',
    '--sigpending=128',
    '--stack=8388608',
    ...(limits.cpuSeconds === undefined ? [] : [`--cpu=${limits.cpuSeconds}`]),
  ]
}

function rootWords(path: string): readonly string[] {
  if (!isThere(path)) return []
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path]
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined
