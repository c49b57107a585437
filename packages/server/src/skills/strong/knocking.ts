import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readOrNothing } from './processes.ts'
import type { Owner } from './staging.ts'

/** Where a program in a box takes connections over TCP. */
export interface Listener {
  readonly address: string
  readonly port: number
}

export interface Knocked {
  readonly listener: Listener
  /** Its place among the requests. */
  readonly request: number
  /** What came back, at most its first two kilobytes; empty where nothing did. */
  readonly heard: string
}

/** What enters the network of a box. */
export interface Knocker {
  readonly nsenter: string
  readonly node: string
  readonly owner: Owner | null
}

const LISTENS = '0A'
const WAIT_MS = 2000
const LONGEST_MS = 60_000
const MOST_ANSWER_BYTES = 1024 * 1024

const answer = z.object({
  place: z.int().min(0),
  request: z.int().min(0),
  heard: z.string().max(2048),
})

/** What a process and all that share its network listen on, from proc_pid_net(5). */
export const listenersAround = (pid: number): readonly Listener[] =>
  ['tcp', 'tcp6'].flatMap((table) => {
    const [, ...lines] = readOrNothing(`/proc/${pid}/net/${table}`).split('\n')
    return lines.flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/)
      return state === LISTENS ? [listenerOf(local)] : []
    })
  })

/** `0100007F:1F90`: words of four bytes as the machine orders them, and a port. */
function listenerOf(local: string): Listener {
  const [words = '', port = ''] = local.split(':')
  const bytes = (words.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].toReversed())
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
  const address =
    bytes.length === 4 || isMapped
      ? bytes.slice(-4).join('.')
      : Array.from({ length: 8 }, (_, at) =>
          ((bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)).toString(16),
        ).join(':')
  return { address, port: Number.parseInt(port, 16) }
}

/** Where one reaches what listens on every address. */
const hostOf = ({ address }: Listener): string =>
  address === '0.0.0.0' ? '127.0.0.1' : /^[0:]+$/.test(address) ? '::1' : address

/** Sends each request to each listener from inside the network of a box. What does not answer in time says nothing. */
export async function knock(
  { nsenter, node, owner }: Knocker,
  pid: number,
  { listeners, requests }: { readonly listeners: readonly Listener[]; readonly requests: readonly string[] },
): Promise<readonly Knocked[]> {
  const places = listeners.map((one) => ({ host: hostOf(one), port: one.port }))
  const told = JSON.stringify({ places, requests, waitMs: WAIT_MS })
  // As the user that made the box, who has all rights in it and none outside.
  const words = ['-t', `${pid}`, '-U', '--preserve-credentials', '-n', '--']
  const program = await readFile(join(import.meta.dirname, 'knock.js'))
  const child = spawn(nsenter, [...words, node, '--input-type=module', '-', told], {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
    ...owner,
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(program)
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
    if (text.length > MOST_ANSWER_BYTES) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('error', resolve).once('close', resolve))
  // What it was killed in the middle of is no line.
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const { place, request, heard } = answer.parse(JSON.parse(line))
      const listener = listeners[place]
      return listener ? [{ listener, request, heard }] : []
    })
}
