import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { isUuid } from '../../kernel/ids.ts'
import { writeDurably } from '../../store/durable-file.ts'

/** The id of the file series in a directory, which is made where there is none. */
export function seriesIn(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'id')
  const known = textOf(path)?.trim() ?? ''
  if (isUuid(known)) return known
  const fresh: string = randomUUID()
  writeDurably(path, `${fresh}\n`)
  return fresh
}

const NOTE_EVERY_MS = 5000
const NUMBER = /^\d{1,16}\n$/

/** How far the lines were shipped, in a small file. Without it they are shipped again, which changes nothing. */
export class Position {
  readonly #path: string
  readonly #directory: string
  #last: Promise<void> = Promise.resolve()
  #notedMs = performance.now()

  constructor(directory: string) {
    this.#path = join(directory, 'shipped')
    this.#directory = directory
  }

  /** Null where it is not known. */
  read(): number | null {
    const text = textOf(this.#path)
    return text !== null && NUMBER.test(text) ? Number(text) : null
  }

  /** Replacing a file takes five calls of the system, so not each batch is noted. */
  get isStale(): boolean {
    return performance.now() - this.#notedMs >= NOTE_EVERY_MS
  }

  /** Survives a kill of the process; `durably` a power cut too, which must be so before files are deleted. */
  write(offset: number, durably: boolean): Promise<void> {
    const written = this.#last.then(() => this.#replace(offset, durably))
    this.#last = written.catch(() => {})
    return written
  }

  async #replace(offset: number, durably: boolean): Promise<void> {
    const fresh = `${this.#path}.new`
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.write(`${offset}\n`)
      if (durably) await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, this.#path)
    this.#notedMs = performance.now()
    if (!durably) return
    const names = await open(this.#directory, 'r')
    try {
      await names.sync()
    } finally {
      await names.close()
    }
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
