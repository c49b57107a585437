import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { WrittenLine, WrittenLines } from './source.ts'
import { payloadOf } from './write-ahead-batch.ts'
import { type Files, diskFiles } from './write-ahead-files.ts'
import { isSettledPayload, readAdmitted, readSettled } from './write-ahead-line.ts'
import {
  type WriteAhead,
  type WriteAheadEvent,
  type WriteAheadOptions,
  openWriteAhead,
} from './write-ahead.ts'

const TENANT = tenantId('018f0000-0000-7000-8000-000000000001')

/** The id of the n-th request of a test. */
export function requestNumber(n: number): string {
  return `req_${n.toString(16).padStart(24, '0')}`
}

/** A request that was let in, with something in every field. */
export function admitted(n: number, change: Partial<Admitted> = {}): Admitted {
  return {
    request: requestNumber(n),
    tenant: TENANT,
    principal: 'svc-ärger "zu" Haus\n',
    operation: 'chat.completions',
    atMs: 1_753_000_000_000.125 + n,
    config: 'c0ffee',
    rule: n % 2 === 0 ? null : 'general',
    class: 'confidential',
    base: 'internal',
    declared: null,
    conversation: 'public',
    found: 'confidential',
    findings: { EMAIL: 2, CN_RESIDENT_ID: 1 },
    modelAsked: 'qwen3-32b',
    bytesIn: 2048,
    reservedTokens: 1000 + n,
    reservedMicros: 77,
    mode: 'async',
    budgets: null,
    ...change,
  }
}

/** How it ended. */
export function settled(n: number, change: Partial<Settled> = {}): Settled {
  return {
    request: requestNumber(n),
    tenant: TENANT,
    state: 'settled',
    atMs: 1_753_000_001_000.5 + n,
    status: 200,
    code: 'ok',
    target: '房子-qwen',
    zone: 'private',
    model: 'qwen3-32b',
    attempts: 1,
    bytesPrivate: 2048,
    bytesManaged: 0,
    masked: { EMAIL: 2 },
    firstTokenMs: 12.25,
    durationMs: null,
    inputTokens: 500,
    outputTokens: 200,
    estimated: false,
    costMicros: null,
    answer: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
    ...change,
  }
}

/** In memory where that is possible: a sync takes no time there. */
const PLACES = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A directory that goes with the test. */
export function place(t: TestContext): string {
  const directory = mkdtempSync(join(PLACES, 'fh-records-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export interface Book {
  readonly book: WriteAhead
  readonly events: WriteAheadEvent[]
}

/** Opens the book in a directory; the test says what is different from a house where all goes well. */
export async function openBook(directory: string, change: Partial<WriteAheadOptions> = {}): Promise<Book> {
  const events: WriteAheadEvent[] = []
  const book = await openWriteAhead({
    directory,
    enabled: true,
    reserveBytes: () => 0,
    maxUnshippedBytes: () => Infinity,
    clock: { now: () => 1_753_000_002_000 },
    onEvent: (event) => void events.push(event),
    ...change,
  })
  return { book, events }
}

/** A line and what it says. */
export type ReadLine = Pick<WrittenLine, 'offset' | 'next'> &
  (
    | { readonly kind: 'admitted'; readonly record: Admitted }
    | { readonly kind: 'settled'; readonly record: Settled }
  )

/** Reads a line as it was written. */
export function readLine(line: WrittenLine): ReadLine {
  const { offset, next } = line
  const payload = payloadOf(line)
  return isSettledPayload(payload)
    ? { offset, next, kind: 'settled', record: readSettled(payload) }
    : { offset, next, kind: 'admitted', record: readAdmitted(payload) }
}

/** Everything from a place on, read in small pieces. */
export async function allLines(book: WrittenLines, from = book.shippedTo): Promise<readonly ReadLine[]> {
  const lines: ReadLine[] = []
  for (let at = from; ;) {
    const read = await book.read(at, 700)
    if (read.length === 0) return lines
    lines.push(...read.map(readLine))
    at = read.at(-1)?.next ?? at
  }
}

/** `A1 S1 A2` for the lines of a book. */
export function shorthand(lines: readonly ReadLine[]): string {
  const word = ({ kind, record }: ReadLine): string =>
    `${kind === 'admitted' ? 'A' : record.state === 'unknown' ? 'U' : 'S'}${Number.parseInt(record.request.slice(4), 16)}`
  return lines.map(word).join(' ')
}

/** A disk that can be made to fail. Files are the real ones. */
export class MoodyDisk implements Files {
  /** Code of the error that every write meets. */
  writeFails: string | null = null
  /** Bytes that still fit; what is larger is written in part, as a full disk does it. */
  roomBytes = Infinity
  truncateFails = false
  syncFails: string | null = null
  free = Infinity
  /** Syncs wait for it. */
  gate: Promise<void> = Promise.resolve()
  /** What a power cut would leave of each file. */
  readonly durable = new Map<string, number>()
  readonly #paths = new Map<number, string>()
  readonly #sizes = new Map<number, number>()

  create(path: string): number {
    const handle = diskFiles.create(path)
    this.#paths.set(handle, path)
    this.#sizes.set(handle, 0)
    this.durable.set(path, 0)
    return handle
  }

  write(handle: number, bytes: Uint8Array, position: number): number {
    if (this.writeFails !== null) throw failure(this.writeFails)
    if (this.roomBytes <= 0) throw failure('ENOSPC')
    const fitting = bytes.subarray(0, Math.min(bytes.length, this.roomBytes))
    const written = diskFiles.write(handle, fitting, position)
    this.roomBytes -= written
    this.#sizes.set(handle, position + written)
    return written
  }

  truncate(handle: number, length: number): void {
    if (this.truncateFails) throw failure('EIO')
    diskFiles.truncate(handle, length)
  }

  async sync(handle: number): Promise<void> {
    const size = this.#sizes.get(handle) ?? 0
    await this.gate
    if (this.syncFails !== null) throw failure(this.syncFails)
    await diskFiles.sync(handle)
    this.durable.set(this.#paths.get(handle) ?? '', size)
  }

  async syncFile(path: string): Promise<void> {
    const { size } = statSync(path)
    await diskFiles.syncFile(path)
    this.durable.set(path, size)
  }

  syncDirectory(path: string): Promise<void> {
    return diskFiles.syncDirectory(path)
  }

  close(handle: number): void {
    diskFiles.close(handle)
  }

  remove(path: string): void {
    this.durable.delete(path)
    diskFiles.remove(path)
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free)
  }

  /** A copy of a directory as the system would hold it; returns the disk under it. */
  kill(from: string, to: string): MoodyDisk {
    copyFiles(from, to)
    const disk = new MoodyDisk()
    for (const [path, size] of this.durable) disk.durable.set(join(to, basename(path)), size)
    return disk
  }

  /** A copy of a directory as the disk would hold it: of each file what a finished sync covered. */
  powerCut(from: string, to: string): void {
    copyFiles(from, to)
    for (const [path, size] of this.durable) {
      if (existsSync(path)) truncateSync(join(to, basename(path)), Math.min(size, statSync(path).size))
    }
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code })
}

function copyFiles(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) copyFileSync(join(from, entry.name), join(to, entry.name))
  }
}
