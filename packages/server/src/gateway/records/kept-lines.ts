import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../../store/durable-file.ts'
import type { TenantId } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { WrittenLine } from './source.ts'

/** Lines of one file, as they are shipped together. */
export interface KeptLines {
  /** The file in which their places are. */
  readonly wal: string
  readonly lines: readonly WrittenLine[]
}

/**
 * Lines of tenants whose own databases are away, each tenant's in a file of its own, so that those of others need not
 * wait behind them. There are few: nobody of such a tenant comes in. Lines may come twice, which changes nothing.
 */
export class LinesKept {
  readonly #directory: string
  readonly #tenants: Set<TenantId>

  constructor(directory: string) {
    this.#directory = directory
    const names = existsSync(directory) ? readdirSync(directory) : []
    this.#tenants = new Set(
      names.flatMap((name) => (name.endsWith(SUFFIX) ? [tenantId(name.slice(0, 36))] : [])),
    )
  }

  get tenants(): ReadonlySet<TenantId> {
    return this.#tenants
  }

  /** Durable when it returns. */
  keep(tenant: TenantId, { wal, lines }: KeptLines): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    const handle = openSync(this.#path(tenant), 'a', 0o600)
    try {
      const text = lines.map(({ offset, next, bytes, from, to }) =>
        [wal, offset, next, bytes.toString('base64', from, to)].join(' '),
      )
      // After a crash in the middle of a line the next one begins anew.
      const all = Buffer.from(`\n${text.join('\n')}\n`)
      for (let at = 0; at < all.length;) at += writeSync(handle, all, at)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    syncDirectory(this.#directory)
    this.#tenants.add(tenant)
  }

  /** By the file that they were written to; `size` is what `drop` is told. */
  of(tenant: TenantId): { readonly files: readonly KeptLines[]; readonly size: number } {
    const all = readFileSync(this.#path(tenant), 'latin1')
    const rows = all.split('\n').flatMap((row) => {
      const [, wal = '', offset, next, base64 = ''] = ROW.exec(row) ?? []
      const bytes = Buffer.from(base64, 'base64')
      // The line says by its own checksum whether it is whole; one that ends early was never acknowledged.
      if (bytes.at(-1) !== NEWLINE) return []
      return [{ wal, line: { offset: Number(offset), next: Number(next), bytes, from: 0, to: bytes.length } }]
    })
    const files = Map.groupBy(rows, ({ wal }) => wal)
      .entries()
      .map(([wal, own]) => ({ wal, lines: own.map(({ line }) => line) }))
    return { files: [...files], size: all.length }
  }

  /** They are where they belong, or belong nowhere any more; those that came meanwhile stay, with all others. */
  drop(tenant: TenantId, size: number): void {
    if (statSync(this.#path(tenant)).size !== size) return
    rmSync(this.#path(tenant), { force: true })
    this.#tenants.delete(tenant)
  }

  #path(tenant: TenantId): string {
    return join(this.#directory, tenant + SUFFIX)
  }
}

const SUFFIX = '.lines'
const ROW = /^([0-9a-f-]{36}) (\d+) (\d+) ([\w+/=]+)$/
const NEWLINE = 0x0a
