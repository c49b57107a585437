import { statfs } from 'node:fs/promises'
import { Fault } from './fault.ts'

const MIB = 1024 * 1024

/** What this process may still write on the disk that holds `path`, in bytes. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** Refuses before the disk is full, so that the database can still finish what it began. @throws Fault storage_full */
export async function requireSpace(path: string, reserveBytes: number): Promise<void> {
  const free = await freeBytes(path)
  if (free >= reserveBytes) return
  const [freeMib, reserveMib] = [Math.floor(free / MIB), Math.ceil(reserveBytes / MIB)]
  throw new Fault(
    'storage_full',
    `Nothing was stored: ${freeMib} MiB are free where Freehold keeps its data, and it keeps ${reserveMib} MiB in ` +
      'reserve. Ask your operator to free or add disk space, or to lower storage.reserveBytes.',
    { retryAfterS: 60 },
  )
}
