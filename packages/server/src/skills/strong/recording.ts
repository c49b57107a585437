import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface OpenedFile {
  readonly path: string
  readonly forWriting: boolean
  /** False: it was not there, or it was refused. */
  readonly succeeded: boolean
}

export interface Connection {
  readonly family: 'inet' | 'inet6' | 'unix'
  readonly address: string
  /** 0 where there is none. */
  readonly port: number
}

/** What a program in a box asked of the kernel. It was asked in vain where the walls were in the way. */
export interface StrongRecord {
  /** How often, by name. */
  readonly calls: ReadonlyMap<string, number>
  readonly opened: readonly OpenedFile[]
  /** Programs that it started, or tried to, the first one not among them. */
  readonly executed: readonly string[]
  readonly connects: readonly Connection[]
  /** Where it listened or bound itself to. */
  readonly listens: readonly Connection[]
  /** Hosts that it asked a name server for. */
  readonly names: readonly string[]
  /** More was called than is written down. */
  readonly isCut: boolean
}

export const RECORDED_BYTES = 64 * 1024 * 1024

/** strace writes one file for each process and thread, so that no line is torn by another. */
export const straceWords = (directory: string): readonly string[] => [
  '-ff',
  '-qq',
  '-xx',
  '-s',
  '512',
  '-e',
  'signal=none',
  '-o',
  join(directory, 'trace'),
]

interface Traced {
  /** The process that waits in the box and is bubblewrap itself. */
  readonly keeper: number | null
  /** The program, as it was executed. */
  readonly program: string
}

export async function readRecord(directory: string, { keeper, program }: Traced): Promise<StrongRecord> {
  const record = new Recording()
  for (const name of await readdir(directory)) {
    if (name === `trace.${keeper}`) continue
    const text = await readFile(join(directory, name), 'latin1')
    record.isCut ||= text.length >= RECORDED_BYTES
    // The process that became the program set up the box before; one that only starts it is none of its own.
    const start = text.indexOf(`execve("${hex(program)}"`)
    if (start < 0 && text.startsWith('execve("')) continue
    for (const line of text
      .slice(Math.max(0, start))
      .split('\n')
      .slice(start < 0 ? 0 : 1))
      record.add(line)
  }
  return record
}

class Recording implements StrongRecord {
  readonly calls = new Map<string, number>()
  readonly opened: OpenedFile[] = []
  readonly executed: string[] = []
  readonly connects: Connection[] = []
  readonly listens: Connection[] = []
  readonly names: string[] = []
  isCut = false

  add(line: string): void {
    const parts = /^(\w+)\((.*)$/s.exec(line)
    if (parts === null) return
    const [, call = '', rest = ''] = parts
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1)
    const succeeded = !/= -1 E[A-Z]+/.test(rest)
    if (OPENING.has(call)) {
      const path = textIn(rest)
      if (path !== null) this.opened.push({ path, succeeded, forWriting: isForWriting(call, rest) })
    } else if (call === 'execve' || call === 'execveat') this.executed.push(textIn(rest) ?? '')
    else if (call === 'connect') this.#addAddress(this.connects, rest)
    else if (call === 'bind') this.#addAddress(this.listens, rest)
    else if (SENDING.has(call)) this.#addDatagram(rest)
  }

  #addAddress(list: Connection[], rest: string): void {
    const connection = addressIn(rest)
    if (connection !== null) list.push(connection)
  }

  #addDatagram(rest: string): void {
    this.#addAddress(this.connects, rest)
    for (const [, bytes = ''] of rest.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)) {
      const name = questionIn(bytesOf(bytes))
      if (name !== null && !this.names.includes(name)) this.names.push(name)
    }
  }
}

const OPENING = new Set(['open', 'openat', 'openat2', 'creat'])
const SENDING = new Set(['sendto', 'sendmsg', 'sendmmsg'])

const hex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replaceAll('\\x', ''), 'hex')

function textIn(rest: string): string | null {
  const escaped = /"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[1]
  return escaped === undefined ? null : bytesOf(escaped).toString('utf8')
}

const isForWriting = (call: string, rest: string): boolean =>
  call === 'creat' || /\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(rest)

function addressIn(rest: string): Connection | null {
  const port = Number(/sin6?_port=htons\((\d+)\)/.exec(rest)?.[1] ?? 0)
  const v4 = /inet_addr\("((?:\\x[0-9a-f]{2})+)"\)/.exec(rest)?.[1]
  if (v4 !== undefined) return { family: 'inet', address: bytesOf(v4).toString(), port }
  const v6 = /inet_pton\(AF_INET6, "((?:\\x[0-9a-f]{2})+)"/.exec(rest)?.[1]
  if (v6 !== undefined) return { family: 'inet6', address: bytesOf(v6).toString(), port }
  const path = /sun_path=@?"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[1]
  return path === undefined ? null : { family: 'unix', address: bytesOf(path).toString(), port: 0 }
}

/** The name in a question to a name server, RFC 1035 section 4.1. */
function questionIn(bytes: Buffer): string | null {
  // One question, and no answers.
  if (bytes.length < 17 || bytes.readUInt16BE(4) !== 1 || bytes.readUInt16BE(6) !== 0) return null
  const labels: string[] = []
  for (let at = 12; ;) {
    const size = bytes[at]
    if (size === undefined || size > 63) return null
    if (size === 0) break
    labels.push(bytes.subarray(at + 1, at + 1 + size).toString('latin1'))
    at += size + 1
  }
  return labels.length === 0 ? null : labels.join('.')
}
