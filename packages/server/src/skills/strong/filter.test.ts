import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FilterChoice } from './filter.ts'
import { seccompFilter } from './filter.ts'

const CLOSED: FilterChoice = { machine: 'x64', mayFork: false, mayTryNetwork: false }
const X64 = 0xc000003e
const ARM64 = 0xc00000b7
const ALLOWED = 0x7fff0000
const REFUSED = 0x00050001
const UNKNOWN = 0x00050026
const KILLED = 0x80000000

interface Call {
  readonly nr: number
  readonly arch?: number
  readonly args?: readonly number[]
}

/** The few instructions of classic BPF that seccomp programs are made of, as linux/net/core/filter.c runs them. */
function verdict(program: Buffer, { nr, arch = X64, args = [] }: Call): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(nr >>> 0, 0)
  data.writeUInt32LE(arch, 4)
  args.forEach((arg, n) => data.writeBigUInt64LE(BigInt(arg), 16 + 8 * n))
  let loaded = 0
  for (let at = 0; at < program.length / 8; at += 1) {
    const [code, yes, no, value] = [
      program.readUInt16LE(at * 8),
      program.readUInt8(at * 8 + 2),
      program.readUInt8(at * 8 + 3),
      program.readUInt32LE(at * 8 + 4),
    ]
    if (code === 0x06) return value
    if (code === 0x20) loaded = data.readUInt32LE(value)
    else if (code === 0x54) loaded = (loaded & value) >>> 0
    else {
      const holds = {
        0x15: loaded === value,
        0x25: loaded > value,
        0x35: loaded >= value,
        0x45: (loaded & value) !== 0,
      }
      const jump = holds[code as keyof typeof holds]
      assert.notEqual(jump, undefined, `instruction ${code}`)
      at += jump ? yes : no
    }
  }
  return assert.fail('the program ran off its end')
}

/** The numbers of unistd_64.h and of asm-generic/unistd.h. */
const DANGEROUS = {
  x64: {
    socket: 41,
    connect: 42,
    bind: 49,
    listen: 50,
    accept: 43,
    accept4: 288,
    ptrace: 101,
    unshare: 272,
    setns: 308,
    mount: 165,
    umount2: 166,
    pivot_root: 155,
    chroot: 161,
    process_vm_readv: 310,
    process_vm_writev: 311,
    bpf: 321,
    keyctl: 250,
    add_key: 248,
    request_key: 249,
    perf_event_open: 298,
    userfaultfd: 323,
    kexec_load: 246,
    kexec_file_load: 320,
    open_by_handle_at: 304,
    name_to_handle_at: 303,
    io_uring_setup: 425,
    io_uring_enter: 426,
    io_uring_register: 427,
    memfd_create: 319,
    memfd_secret: 447,
    shmget: 29,
    init_module: 175,
    finit_module: 313,
    pidfd_getfd: 438,
    process_madvise: 440,
    open_tree: 428,
    move_mount: 429,
    fsopen: 430,
    mount_setattr: 442,
    reboot: 169,
    swapon: 167,
    settimeofday: 164,
    setuid: 105,
    capset: 126,
    mknod: 133,
    syslog: 103,
    quotactl: 179,
    personality: 135,
    execveat: 322,
    fork: 57,
    vfork: 58,
    seccomp: 317,
    modify_ldt: 154,
    iopl: 172,
    kcmp: 312,
  },
  arm64: {
    socket: 198,
    connect: 203,
    bind: 200,
    listen: 201,
    ptrace: 117,
    unshare: 97,
    setns: 268,
    mount: 40,
    umount2: 39,
    pivot_root: 41,
    chroot: 51,
    process_vm_readv: 270,
    process_vm_writev: 271,
    bpf: 280,
    keyctl: 219,
    perf_event_open: 241,
    userfaultfd: 282,
    kexec_load: 104,
    open_by_handle_at: 265,
    io_uring_setup: 425,
    io_uring_enter: 426,
    memfd_create: 279,
    shmget: 194,
    init_module: 105,
    pidfd_getfd: 438,
    fsopen: 430,
    setuid: 146,
    capset: 91,
    mknodat: 33,
    personality: 92,
  },
} as const

test('no call that opens a way out is let through, on either machine', () => {
  for (const [machine, calls] of Object.entries(DANGEROUS)) {
    const arch = machine === 'x64' ? X64 : ARM64
    const program = seccompFilter({ ...CLOSED, machine: machine === 'x64' ? 'x64' : 'arm64' })
    for (const [name, nr] of Object.entries(calls)) {
      assert.equal(verdict(program, { nr, arch }), REFUSED, `${machine} ${name}`)
    }
  }
})

test('what a program needs for its work is let through', () => {
  const x64 = seccompFilter(CLOSED)
  for (const nr of [0, 1, 3, 9, 10, 11, 12, 13, 59, 202, 228, 231, 257, 281, 318]) {
    assert.equal(verdict(x64, { nr }), ALLOWED, `${nr}`)
  }
  const arm64 = seccompFilter({ ...CLOSED, machine: 'arm64' })
  for (const nr of [56, 57, 63, 64, 98, 113, 214, 215, 221, 222, 226, 278]) {
    assert.equal(verdict(arm64, { nr, arch: ARM64 }), ALLOWED, `${nr}`)
  }
})

test('calls of another instruction set, and of the x32 one, end the program', () => {
  const program = seccompFilter(CLOSED)
  assert.equal(verdict(program, { nr: 1, arch: ARM64 }), KILLED)
  assert.equal(verdict(program, { nr: 1, arch: 0x40000003 }), KILLED)
  assert.equal(verdict(program, { nr: 0x40000000 + 1 }), KILLED)
  assert.equal(verdict(program, { nr: 0xffffffff }), KILLED)
})

test('threads can be started, processes only where that was granted, namespaces never', () => {
  const thread = 0x3d0f00
  const fork = 0x01200011
  const newUser = 0x10000000
  for (const mayFork of [false, true]) {
    const program = seccompFilter({ ...CLOSED, mayFork })
    assert.equal(verdict(program, { nr: 56, args: [thread] }), ALLOWED)
    assert.equal(verdict(program, { nr: 56, args: [fork] }), mayFork ? ALLOWED : REFUSED)
    assert.equal(verdict(program, { nr: 57 }), mayFork ? ALLOWED : REFUSED)
    assert.equal(verdict(program, { nr: 56, args: [thread | newUser] }), REFUSED)
    // Its flags cannot be read, so libraries are told to use the other one.
    assert.equal(verdict(program, { nr: 435 }), UNKNOWN)
  }
})

test('memory that no limit counts cannot be had, and no terminal be typed into', () => {
  const program = seccompFilter(CLOSED)
  const mmap = (flags: number): number => verdict(program, { nr: 9, args: [0, 4096, 3, flags] })
  assert.deepEqual([mmap(0x22), mmap(0x1), mmap(0x21), mmap(0x4021)], [ALLOWED, ALLOWED, REFUSED, REFUSED])
  const ioctl = (request: number): number => verdict(program, { nr: 16, args: [0, request] })
  assert.deepEqual([ioctl(0x5401), ioctl(0x5412), ioctl(0x541c)], [ALLOWED, REFUSED, REFUSED])
})

test('who is watched may make sockets of the internet and no others', () => {
  const watched = seccompFilter({ ...CLOSED, mayTryNetwork: true })
  const socket = (family: number): number => verdict(watched, { nr: 41, args: [family, 1] })
  assert.deepEqual([1, 2, 10].map(socket), [ALLOWED, ALLOWED, ALLOWED])
  // Netlink, packets, virtual machines' sockets, and the kernel's ciphers.
  assert.deepEqual([16, 17, 40, 38].map(socket), [REFUSED, REFUSED, REFUSED, REFUSED])
  const pair = (family: number): number => verdict(seccompFilter(CLOSED), { nr: 53, args: [family] })
  assert.deepEqual([pair(1), pair(2)], [ALLOWED, REFUSED])
})

test('a call that is newer than the table does not exist', () => {
  assert.equal(verdict(seccompFilter(CLOSED), { nr: 463 }), UNKNOWN)
})
