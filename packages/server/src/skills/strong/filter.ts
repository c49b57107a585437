import type { SyscallNumbers } from './syscalls.ts'
import { HARMLESS } from './syscalls.ts'

export type Machine = 'x64' | 'arm64'

export interface FilterChoice {
  readonly machine: Machine
  /** Whether it may start other processes; threads it always may. */
  readonly mayFork: boolean
  /**
   * Internet sockets can be made and lead nowhere, for there is no network around it: whoever watches sees where it
   * wanted to. Without it no socket can be made at all.
   */
  readonly mayTryNetwork: boolean
}

/** <linux/audit.h>: the instruction sets a call may come from. */
const AUDIT_ARCH: Readonly<Record<Machine, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
/** Newest call that this table was made against; libraries take "no such call" for newer ones and go on. */
const NEWEST = 462

// <linux/bpf_common.h>, <linux/seccomp.h>, <asm-generic/errno.h>
const LOAD = 0x20
const AND = 0x54
const IF_EQUAL = 0x15
const IF_ABOVE = 0x25
const IF_AT_LEAST = 0x35
const IF_ANY_BIT = 0x45
const RETURN = 0x06
const KILL = 0x80000000
const ALLOW = 0x7fff0000
const REFUSE = 0x00050001
const NO_SUCH_CALL = 0x00050026
const PLACE_OF_NUMBER = 0
const PLACE_OF_MACHINE = 4
const placeOfArgument = (n: number): number => 16 + 8 * n

const CLONE_THREAD = 0x10000
/** Every CLONE_NEW… flag that `clone` takes. */
const CLONE_NAMESPACES = 0x7e020000
const MAP_SHARED_ANONYMOUS = 0x21
const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
/** They type into the terminal of whoever started us. */
const TERMINAL_TAKEOVERS = [0x5412, 0x541c]

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number]
const returns = (action: number): Instruction => [RETURN, 0, 0, action]
/** The first of two instructions that follow where it holds, else the second. */
const choice = (test: number, value: number, yes: number, no: number): readonly Instruction[] => [
  [test, 0, 1, value],
  returns(yes),
  returns(no),
]
const oneOf = (values: readonly number[], yes: number, no: number): readonly Instruction[] => [
  ...values.flatMap((value): Instruction[] => [[IF_EQUAL, 0, 1, value], returns(yes)]),
  returns(no),
]
const argument = (n: number): Instruction => [LOAD, 0, 0, placeOfArgument(n)]

interface Rule {
  readonly call: SyscallNumbers
  readonly judge: (choice: FilterChoice) => readonly Instruction[]
}

const always = (action: number) => (): readonly Instruction[] => [returns(action)]
const toNetwork = ({ mayTryNetwork }: FilterChoice): readonly Instruction[] => [
  returns(mayTryNetwork ? ALLOW : REFUSE),
]
const toFork = ({ mayFork }: FilterChoice): readonly Instruction[] => [returns(mayFork ? ALLOW : REFUSE)]

/** Calls that are allowed for some arguments, or in some boxes. */
const RULES: Readonly<Record<string, Rule>> = {
  // Its flags are behind a pointer, where no filter can read them; without it libraries use clone.
  clone3: { call: [435, 435], judge: always(NO_SUCH_CALL) },
  clone: {
    call: [56, 220],
    judge: ({ mayFork }) => [
      argument(0),
      [IF_ANY_BIT, 0, 1, CLONE_NAMESPACES],
      returns(REFUSE),
      ...choice(IF_ANY_BIT, CLONE_THREAD, ALLOW, mayFork ? ALLOW : REFUSE),
    ],
  },
  fork: { call: [57, null], judge: toFork },
  vfork: { call: [58, null], judge: toFork },
  // Shared memory without a file counts against no limit of a process.
  mmap: {
    call: [9, 222],
    judge: () => [
      argument(3),
      [AND, 0, 0, MAP_SHARED_ANONYMOUS],
      ...choice(IF_EQUAL, MAP_SHARED_ANONYMOUS, REFUSE, ALLOW),
    ],
  },
  ioctl: { call: [16, 29], judge: () => [argument(1), ...oneOf(TERMINAL_TAKEOVERS, REFUSE, ALLOW)] },
  socket: {
    call: [41, 198],
    judge: ({ mayTryNetwork }) =>
      mayTryNetwork
        ? [argument(0), ...oneOf([AF_UNIX, AF_INET, AF_INET6], ALLOW, REFUSE)]
        : [returns(REFUSE)],
  },
  // What pipes between parent and child are made of; it reaches nobody else.
  socketpair: { call: [53, 199], judge: () => [argument(0), ...oneOf([AF_UNIX], ALLOW, REFUSE)] },
  connect: { call: [42, 203], judge: toNetwork },
  bind: { call: [49, 200], judge: toNetwork },
  listen: { call: [50, 201], judge: toNetwork },
  accept: { call: [43, 202], judge: toNetwork },
  accept4: { call: [288, 242], judge: toNetwork },
}

/** A seccomp program as the kernel reads it (`struct sock_filter[]`), which bubblewrap loads just before the program. */
export function seccompFilter(choice: FilterChoice): Buffer {
  const { machine } = choice
  const column = machine === 'x64' ? 0 : 1
  const program: Instruction[] = [
    [LOAD, 0, 0, PLACE_OF_MACHINE],
    [IF_EQUAL, 1, 0, AUDIT_ARCH[machine]],
    returns(KILL),
    [LOAD, 0, 0, PLACE_OF_NUMBER],
    // The x32 calls of x86-64 have this bit; other filters were passed by with it.
    [IF_AT_LEAST, 0, 1, 0x40000000],
    returns(KILL),
  ]
  for (const { call, judge } of Object.values(RULES)) {
    const number = call[column]
    if (number === null) continue
    const judged = judge(choice)
    program.push([IF_EQUAL, 0, judged.length, number], ...judged)
  }
  for (const [first, last] of rangesOf(column)) {
    program.push([IF_AT_LEAST, 0, 2, first], [IF_ABOVE, 1, 0, last], returns(ALLOW))
  }
  program.push([IF_ABOVE, 0, 1, NEWEST], returns(NO_SUCH_CALL), returns(REFUSE))
  return encoded(program)
}

function rangesOf(column: 0 | 1): readonly (readonly [first: number, last: number])[] {
  const numbers = Object.values(HARMLESS)
    .map((call) => call[column])
    .filter((number) => number !== null)
    .toSorted((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const open = ranges.at(-1)
    if (open && open[1] + 1 === number) open[1] = number
    else ranges.push([number, number])
  }
  return ranges
}

/** Both machines are little-endian. */
function encoded(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, ifTrue, ifFalse, value], at) => {
    bytes.writeUInt16LE(code, at * 8)
    bytes.writeUInt8(ifTrue, at * 8 + 2)
    bytes.writeUInt8(ifFalse, at * 8 + 3)
    bytes.writeUInt32LE(value, at * 8 + 4)
  })
  return bytes
}
