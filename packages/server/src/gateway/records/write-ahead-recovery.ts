import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Admitted } from './ledger.ts'
import {
  type Found,
  SEAL_BYTES,
  type Scanned,
  type Stretch,
  firstLink,
  linesIn,
  payloadOf,
  putSeal,
  readTail,
  scan,
} from './write-ahead-batch.ts'
import { type Files, segmentOf } from './write-ahead-files.ts'
import { isSettledPayload, readAdmitted, requestOf } from './write-ahead-line.ts'
import type { Segment } from './write-ahead-segments.ts'

export interface Recovered {
  readonly segments: readonly Segment[]
  /** Where to go on, and after which link. */
  readonly end: number
  readonly link: string
  /** Admitted, and nothing says how they ended. */
  readonly open: readonly Admitted[]
  readonly lines: number
  /** Bytes of an unfinished write that were taken away. */
  readonly cutBytes: number
}

/** What is wrong with a stretch: its bytes do not fit their seal, or it is not there or not what the next one follows. */
export type Damage = 'changed' | 'missing'

export interface RecoveryOptions {
  readonly files: Pick<Files, 'syncFile'>
  readonly directory: string
  readonly id: string
  /** Null where that is not known any more. */
  readonly shippedTo: number | null
  readonly onDamaged: (damage: Damage, path: string, stretch: Stretch) => void
}

/** A segment's name and size as the directory tells them. */
interface FoundSegment {
  readonly path: string
  readonly base: number
  readonly isDamaged: boolean
}

/**
 * Reads what an earlier process left: cuts the end of an unfinished write off, and puts a file with damage aside.
 * One segment is in memory at a time.
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  return new Recovery(options).run()
}

class Recovery {
  readonly #options: RecoveryOptions
  readonly #shippedTo: number
  readonly #open = new Map<string, string>()
  readonly #segments: Segment[] = []
  #end = 0
  /** Null where it is not known what the next batch follows. */
  #link: string | null
  /** The last one that was seen; what comes next follows it, for want of a better. */
  #lastLink: string
  #lineCount = 0
  #cutBytes = 0

  constructor(options: RecoveryOptions) {
    this.#options = options
    this.#shippedTo = options.shippedTo ?? 0
    this.#lastLink = firstLink(options.id)
    this.#link = this.#lastLink
  }

  async run(): Promise<Recovered> {
    const found = await this.#find()
    // What was shipped is deleted from the front, so the first file may begin anywhere up to there.
    const first = found[0]?.base ?? this.#shippedTo
    if (first > 0) this.#link = null
    this.#end = Math.min(first, this.#options.shippedTo ?? first)
    for (const [i, segment] of found.entries()) await this.#read(segment, found[i + 1]?.base ?? null)
    return {
      segments: this.#segments,
      end: Math.max(this.#end, this.#shippedTo),
      link: this.#lastLink,
      open: [...this.#open.values()].map(readAdmitted),
      lines: this.#lineCount,
      cutBytes: this.#cutBytes,
    }
  }

  async #find(): Promise<readonly FoundSegment[]> {
    const { directory } = this.#options
    const found: FoundSegment[] = []
    for (const name of await readdir(directory)) {
      const segment = segmentOf(name)
      if (segment === null) continue
      const path = join(directory, name)
      const isRead = segment.isDamaged && segment.base + (await stat(path)).size <= this.#shippedTo
      if (!isRead) found.push({ path, ...segment })
    }
    return found.sort((a, b) => a.base - b.base)
  }

  async #read(found: FoundSegment, nextBase: number | null): Promise<void> {
    const { path, base } = found
    if (base > this.#end) this.#link = null
    // What was shipped may be gone.
    const missing = { from: Math.max(this.#end, this.#shippedTo), to: base }
    if (missing.from < missing.to) this.#damaged('missing', path, missing)
    const file = await readFile(path)
    // Behind the place where the next file goes on lies what a broken write left.
    const bytes = nextBase === null ? file : file.subarray(0, nextBase - base)
    let isDamaged = false
    const scanned = scan(bytes, this.#link, {
      batch: (stretch) => this.#batch(bytes, stretch),
      damaged: ({ from, to }) => {
        isDamaged = true
        const damage = from < to ? 'changed' : 'missing'
        if (!found.isDamaged) this.#damaged(damage, path, { from: base + from, to: base + to })
      },
    })
    this.#link = scanned.link
    this.#lastLink = scanned.link ?? this.#lastLink
    const tail = this.#tail(bytes, scanned, { ...found, isLast: nextBase === null })
    this.#end = base + tail.end
    // A process that was killed leaves bytes that the system has and the disk has not.
    if (this.#end > this.#shippedTo) await this.#options.files.syncFile(path)
    this.#keep(found, { isDamaged: isDamaged || tail.isDamaged })
  }

  #batch(bytes: Buffer, stretch: Stretch): void {
    const found: Found = { lines: [], next: 0 }
    linesIn(bytes, stretch, { base: 0, found })
    for (const line of found.lines) this.#line(payloadOf(line))
  }

  #line(payload: string): void {
    this.#lineCount += 1
    const request = requestOf(payload)
    if (isSettledPayload(payload)) this.#open.delete(request)
    else if (!this.#open.has(request)) this.#open.set(request, payload)
  }

  /** Gives whole lines without a seal their seal, and takes broken ones away where that is what a crash leaves. */
  #tail(
    bytes: Buffer,
    { rest }: Scanned,
    { path, base, isDamaged, isLast }: FoundSegment & { readonly isLast: boolean },
  ): { readonly end: number; readonly isDamaged: boolean } {
    if (rest === bytes.length) return { end: rest, isDamaged: false }
    const tail = readTail(bytes, rest)
    if (!isLast || isDamaged || tail.isDamaged) {
      if (!isDamaged) this.#damaged('changed', path, { from: base + rest, to: base + bytes.length })
      this.#link = null
      return { end: bytes.length, isDamaged: true }
    }
    for (const { from, to } of tail.lines) this.#line(bytes.toString('utf8', from, to))
    this.#cutBytes += bytes.length - tail.end
    const whole = Buffer.concat([bytes.subarray(rest, tail.end), Buffer.alloc(SEAL_BYTES)])
    const { link } = putSeal(whole, tail.end - rest, this.#lastLink)
    const seal = tail.lines.length === 0 ? Buffer.alloc(0) : whole.subarray(tail.end - rest)
    if (tail.lines.length > 0) this.#link = this.#lastLink = link
    rewriteEnd(path, tail.end, seal)
    return { end: tail.end + seal.length, isDamaged: false }
  }

  #keep(
    { path, base, isDamaged: wasDamaged }: FoundSegment,
    { isDamaged }: { readonly isDamaged: boolean },
  ): void {
    if (this.#end === base) {
      // Nothing is in it, and the next one may begin at the same place.
      rmSync(path)
    } else if (isDamaged && !wasDamaged) {
      renameSync(path, `${path}.damaged`)
      this.#segments.push({ path: `${path}.damaged`, base, end: this.#end, isDamaged: true })
    } else {
      this.#segments.push({ path, base, end: this.#end, isDamaged: wasDamaged })
    }
  }

  #damaged(damage: Damage, path: string, stretch: Stretch): void {
    this.#options.onDamaged(damage, path, stretch)
  }
}

function rewriteEnd(path: string, end: number, seal: Buffer): void {
  const handle = openSync(path, 'r+')
  try {
    ftruncateSync(handle, end)
    writeSync(handle, seal, 0, seal.length, end)
  } finally {
    closeSync(handle)
  }
}
