import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { entriesView } from '@freehold/contract/audit.ts'
import type { z } from 'zod'
import type { SyslogSetting } from '../../kernel/config/audit-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { AuditRecord } from '../formats/audit-record.ts'
import { recordOf } from '../formats/audit-record.ts'
import { cef } from '../formats/cef.ts'
import { ocsf } from '../formats/ocsf.ts'
import { checkpointMessage, framed, syslogMessage } from '../formats/syslog.ts'

const CONNECT_MS = 5000
/** A receiver that takes nothing for so long is taken for gone. */
const WRITE_MS = 15_000

type Opening = z.output<typeof entriesView>['data'][number]

const BODIES: Readonly<Record<SyslogSetting['body'], (record: AuditRecord, version: string) => string>> = {
  json: ({ detail }) => JSON.stringify(detail),
  ocsf: (record, version) => JSON.stringify(ocsf(record, version)),
  cef,
}

/** One connection to a receiver, made when something is to be sent. RFC 5425: each message behind its length. */
export class SyslogReceiver {
  readonly #line: Line
  readonly #setting: SyslogSetting
  readonly #version: string
  #socket: Socket | null = null

  /** @throws Fault `invalid` for an address that can never be dialled */
  constructor(setting: SyslogSetting, parts: { readonly dialler: Dialler; readonly version: string }) {
    const { host, port, tls } = setting
    this.#setting = setting
    this.#version = parts.version
    const scheme = tls === null ? 'http' : 'https'
    const files = {
      ...(tls?.ca && { ca: tls.ca }),
      ...(tls?.cert && { cert: tls.cert }),
      ...(tls?.key && { key: tls.key }),
    }
    this.#line = parts.dialler.open({
      name: 'syslog',
      url: new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`),
      zone: 'private',
      connectMs: CONNECT_MS,
      connections: 1,
      ...(tls !== null && { tls: files }),
    })
  }

  /** Whether the connection over which the last messages went still stands. */
  get isUp(): boolean {
    return this.#socket !== null
  }

  /** Handed to the network when it resolves. @throws Error where there is no connection, or it broke */
  entries(openings: readonly Opening[]): Promise<void> {
    const around = { host: hostname(), process: process.pid }
    const messages = openings.map((opening) => {
      const record = recordOf(opening)
      return syslogMessage(record, { ...around, body: BODIES[this.#setting.body](record, this.#version) })
    })
    return this.#write(messages)
  }

  /** As `entries`. */
  checkpoint({ note, at }: { readonly note: string; readonly at: string }): Promise<void> {
    return this.#write([checkpointMessage(note, { host: hostname(), process: process.pid, at })])
  }

  async close(): Promise<void> {
    // What was written is delivered before the end is.
    this.#socket?.end()
    await this.#line.close()
  }

  async #write(messages: readonly string[]): Promise<void> {
    const socket = (this.#socket ??= await this.#connect())
    const bytes = Buffer.concat(messages.map(framed))
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => socket.destroy(new Error('the receiver takes nothing')), WRITE_MS)
      const over = (error?: Error | null): void => {
        clearTimeout(late)
        if (error) reject(error)
        else resolve()
      }
      socket.write(bytes, over)
    })
  }

  async #connect(): Promise<Socket> {
    const socket = await this.#line.connect()
    const gone = (): void => {
      if (this.#socket === socket) this.#socket = null
    }
    // A receiver says nothing; what it says is read, so that its end is seen.
    socket.resume()
    socket.setKeepAlive(true, 10_000)
    socket
      .on('error', gone)
      .on('close', gone)
      .on('end', () => {
        gone()
        socket.end()
      })
    return socket
  }
}
