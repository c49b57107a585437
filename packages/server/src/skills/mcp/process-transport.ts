import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/client'
import { Fault } from '../../kernel/fault.ts'

/** A program in the strong sandbox that speaks over its standard streams. */
export interface SandboxedProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<unknown>
  kill(): void
}

const NEVER_BEGAN =
  'The MCP server ended before it said anything. Start its program by hand, in the folder of the skill, to see why.'

/**
 * The stdio transport over a program that is running already. Whatever it does, at most one line of the allowed length
 * is held, and a line that is no message ends it.
 */
export class ProcessTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: Transport['onmessage']
  readonly #process: SandboxedProcess
  readonly #mostBytes: number
  #held: Buffer[] = []
  #heldBytes = 0
  #ended: Fault | null = null
  #hasSpoken = false

  constructor(process: SandboxedProcess, mostBytes: number) {
    this.#process = process
    this.#mostBytes = mostBytes
  }

  /** Why it ended; null while it runs, and where it was closed by us. */
  get failure(): Fault | null {
    return this.#ended
  }

  async start(): Promise<void> {
    const { stdin, stdout, stderr, exited } = this.#process
    stdout.on('data', (piece: Buffer) => this.#take(piece))
    // What it says there is for nobody: it may hold anything.
    stderr.resume()
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {})
    const ended = (): void =>
      this.#end(new Fault('skill_failed', this.#hasSpoken ? 'The MCP server ended by itself.' : NEVER_BEGAN))
    exited.then(ended, ended)
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#ended) throw this.#ended
    const { stdin } = this.#process
    if (stdin.write(serializeMessage(message))) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stdin.off('drain', done).off('close', done)
        resolve()
      }
      stdin.once('drain', done).once('close', done)
    })
  }

  async close(): Promise<void> {
    this.#end(new Fault('skill_failed', 'The connection to the MCP server was closed.'))
    await this.#process.exited.catch(() => undefined)
  }

  #take(piece: Buffer): void {
    let from = 0
    for (let at = piece.indexOf(10); at >= 0 && !this.#ended; at = piece.indexOf(10, from)) {
      this.#hold(piece.subarray(from, at))
      from = at + 1
      const line = Buffer.concat(this.#held, this.#heldBytes).toString('utf8').trim()
      this.#held = []
      this.#heldBytes = 0
      if (line !== '') this.#hear(line)
    }
    if (!this.#ended) this.#hold(piece.subarray(from))
  }

  #hold(piece: Buffer): void {
    this.#heldBytes += piece.length
    if (this.#heldBytes <= this.#mostBytes) this.#held.push(piece)
    else
      this.#end(
        new Fault('skill_failed', `The MCP server wrote a line of more than ${this.#mostBytes} bytes.`),
      )
  }

  #hear(line: string): void {
    this.#hasSpoken = true
    try {
      this.onmessage?.(deserializeMessage(line))
    } catch {
      this.#end(new Fault('skill_failed', 'The MCP server wrote a line that is no message.'))
    }
  }

  #end(failure: Fault): void {
    if (this.#ended) return
    this.#ended = failure
    this.#held = []
    this.#process.kill()
    this.onclose?.()
  }
}
