import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IngestJob } from './ingest.ts'
import type { IngestMessage } from './ingest-worker.ts'

/** The folders of the program itself: its own source and every node_modules that it can resolve from. */
function ownFolders(): string[] {
  const folders = [dirname(import.meta.dirname)]
  let folder = import.meta.dirname
  while (dirname(folder) !== folder) {
    folders.push(join(folder, 'node_modules'), join(folder, 'package.json'))
    folder = dirname(folder)
  }
  return folders
}

/**
 * What a parser's process may do: read the program's own folders. It may write nothing and start nothing, so a document
 * that takes it over finds little to do. (Node 24 has no permission for the network; the environment is empty.)
 */
export function confinement(memoryMb: number): string[] {
  const contract = dirname(fileURLToPath(import.meta.resolve('@freehold/contract/data-class.ts')))
  return [
    '--permission',
    ...[...ownFolders(), contract].map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${Math.max(64, Math.round(memoryMb * 0.75))}`,
    '--no-warnings',
  ]
}

/** An account of the operating system. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * Who reads documents when the server runs as root: nobody (of the same number on every Linux), who owns no file and
 * may not open the database's socket. Anybody else reads them as themselves, since only root may change.
 */
export function readerAccount(): Account | null {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null
}

/** A process of its own that reads documents. @throws Error when the system does not let us start it */
export function startChild(memoryMb: number, account: Account | null): ChildProcess {
  const extension = extname(import.meta.filename)
  return fork(join(import.meta.dirname, `ingest-worker${extension}`), [], {
    serialization: 'advanced',
    env: {},
    cwd: '/',
    ...account,
    execArgv: confinement(memoryMb),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Resident memory in MB; null where /proc does not tell. In kB there, whatever the size of a page. */
export async function residentMb(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1')
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
    return kib === undefined ? null : Number(kib) / 1024
  } catch (error) {
    // No such file: another system, or a child that has just ended.
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** The next message of the child, or null when it ended instead. */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (message: unknown) => {
      child.off('message', onMessage)
      child.off('exit', onEnd)
      child.off('error', onEnd)
      resolve(message)
    }
    const onMessage = (message: unknown) => settle(message)
    const onEnd = () => settle(null)
    child.on('message', onMessage)
    child.on('exit', onEnd)
    child.on('error', onEnd)
  })
}

/** Bytes that one message carries: copying them takes about a millisecond. */
const PIECE_BYTES = 1 << 20

/** Sends a message; resolves when it was written, or when the child is gone, which is then seen by its exit. */
export function sendTo(child: ChildProcess, message: IngestMessage): Promise<void> {
  return new Promise((resolve) => {
    child.send(message, (error) => {
      if (error) child.kill('SIGKILL')
      resolve()
    })
  })
}

/** Hands a job over, a large file in pieces, so that no copy of it stops the event loop. */
export async function hand(child: ChildProcess, job: IngestJob): Promise<void> {
  if (job.kind !== 'file' || job.bytes.length <= PIECE_BYTES) return sendTo(child, job)
  for (let at = 0; at < job.bytes.length && child.connected; at += PIECE_BYTES)
    await sendTo(child, { kind: 'piece', bytes: job.bytes.subarray(at, at + PIECE_BYTES) })
  return sendTo(child, { ...job, bytes: new Uint8Array() })
}
