import { readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { EngineMemory } from './engine-memory.ts'
import { Guest } from './guest.ts'
import type { CallMessage, FromThread, IsolateCode, ThreadStart, ToThread } from './messages.ts'

// Handed over by isolate.ts, which is the only one that starts this.
const { wasm, clock } = workerData as ThreadStart
const say = (message: FromThread): void => parentPort?.postMessage(message, [])

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** As the system numbers it, so that its time can be read while it computes. */
function threadNumber(): number | null {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0] ?? Number.NaN)
  } catch {
    // Only Linux has it; elsewhere time is read from the clock on the wall.
    return null
  }
}

const programs = new Map<string, IsolateCode>()
const memory = new EngineMemory(wasm)
let engine = await memory.engine()
let running: { readonly call: number; readonly guest: Guest } | null = null

async function perform(message: CallMessage): Promise<void> {
  const { call, digest, code } = message
  if (code !== null) programs.set(digest, code)
  const program = programs.get(digest)
  if (program === undefined) throw new Error('a call of a program that was never given')
  clock[0] = cpuMs()
  const guest = new Guest(engine, message, {
    code: program,
    ports: { cpuMs, ask: (ask, name, json) => say({ kind: 'ask', call, ask, name, json }) },
  })
  running = { call, guest }
  const outcome = await guest.run()
  running = null
  say({ kind: 'done', call, ...outcome })
  memory.wipe()
  engine = await memory.engine()
  say({ kind: 'ready', thread: threadNumber() })
}

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'call') void perform(message)
  else if (running?.call === message.call) running.guest.answer(message)
})
say({ kind: 'ready', thread: threadNumber() })
