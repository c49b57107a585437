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
/** 0: none, and what comes for one is too late. */
let performing = 0
const thread = threadNumber()
const ask = (number: number, name: string, json: string): void =>
  say({ kind: 'ask', call: performing, ask: number, name, json })
/** For the next call, so that it finds everything made. */
const prepared = async (): Promise<Guest> => new Guest(await memory.engine(), { cpuMs, ask })
let guest = await prepared()

async function perform(call: CallMessage): Promise<void> {
  if (call.code !== null) programs.set(call.digest, call.code)
  const code = programs.get(call.digest)
  if (code === undefined) throw new Error('a call of a program that was never given')
  performing = call.call
  clock[0] = cpuMs()
  const outcome = await guest.run({ call, code })
  performing = 0
  say({ kind: 'done', call: call.call, ...outcome })
  memory.wipe()
  guest = await prepared()
  say({ kind: 'ready', thread })
}

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'call') void perform(message)
  else if (performing === message.call) guest.answer(message)
})
say({ kind: 'ready', thread })
