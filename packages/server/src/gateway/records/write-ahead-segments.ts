import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Scratch } from './scratch.ts'
import type { WrittenLine } from './source.ts'
import {
  type Found,
  type Lines,
  type Stretch,
  linesOf,
  mostBytesSealed,
  sealed,
} from './write-ahead-batch.ts'
import { type Files, segmentName } from './write-ahead-files.ts'
import { readSegment } from './write-ahead-reading.ts'
import { Recent } from './write-ahead-recent.ts'

const SEGMENT_BYTES = 16 * 1024 * 1024

/** A file of the series as it lies in the directory. */
export interface Segment {
  readonly path: string
  readonly base: number
  /** Offset behind its last good byte. */
  readonly end: number
  /** It was put aside: what is whole is read, and it is never deleted. */
  readonly isDamaged: boolean
}

interface Current {
  readonly path: string
  readonly base: number
  readonly handle: number
}

interface Unsynced {
  readonly bytes: Buffer
  readonly end: number
}

export interface SegmentsOptions {
  readonly directory: string
  readonly files: Files
  /** What an earlier process left, in order. */
  readonly segments: readonly Segment[]
  readonly link: string
  /** Where to go on. */
  readonly end: number
  readonly segmentBytes?: number | undefined
  readonly recentBytes?: number | undefined
  readonly onDamaged: (path: string, stretch: Stretch) => void
}

/** The files of a series, seen as one growing stretch of bytes. Knows nothing of what the lines mean. */
export class Segments {
  readonly #options: SegmentsOptions
  readonly #segmentBytes: number
  readonly #recent: Recent
  readonly #scratch = new Scratch()
  /** Without the current one, in order. */
  #past: readonly Segment[]
  #current: Current
  #link: string
  #end: number
  #durableEnd: number
  /** Bytes of a broken write may stand behind `#end`. */
  #isTorn = false
  /** The current file was removed, and no other could be made. */
  #isGone = false
  /** Written to since the last sync began. */
  #dirty = new Set<number>()
  /** Lines that no sync has covered yet, for the case that it fails. */
  #unsynced: Unsynced[] = []
  /** Handles of segments that are not written to any more; the next sync closes them. */
  #retired: number[] = []
  #isDirectoryDirty = false
  #isDistrusted = false

  /** @throws an error of the system where no file can be made */
  constructor(options: SegmentsOptions) {
    this.#options = options
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#recent = new Recent(options.recentBytes)
    this.#past = options.segments
    this.#link = options.link
    this.#end = options.end
    this.#durableEnd = options.end
    this.#current = this.#create()
  }

  /** Everything before it was handed to the operating system. */
  get end(): number {
    return this.#end
  }

  /** Everything before it survives a power cut. */
  get durableEnd(): number {
    return this.#durableEnd
  }

  /** Whether a sync would bring anything to the disk. */
  get isDirty(): boolean {
    return !this.#isDistrusted && this.#durableEnd < this.#end
  }

  /** Writes lines as one batch, whole or not at all. Returns its size. @throws an error of the system */
  append(lines: Lines): number {
    this.#mend()
    if (this.#isGone || this.#end - this.#current.base >= this.#segmentBytes) this.#turnOver()
    const { bytes, link } = sealed(lines, this.#link, this.#recent.room(mostBytesSealed(lines)))
    this.#isTorn = true
    for (let done = 0; done < bytes.length;) {
      const rest = done === 0 ? bytes : bytes.subarray(done)
      const position = this.#end - this.#current.base + done
      const written = this.#options.files.write(this.#current.handle, rest, position)
      if (written === 0) throw new Error('the operating system wrote nothing and said no reason')
      done += written
    }
    this.#isTorn = false
    this.#recent.keep(bytes, this.#end, this.#durableEnd)
    this.#link = link
    this.#end += bytes.length
    this.#dirty.add(this.#current.handle)
    this.#unsynced.push({ bytes, end: this.#end })
    return bytes.length
  }

  /** Takes away what a broken write left, so that it is not found as damage after a crash. */
  #mend(): void {
    if (!this.#isTorn || this.#isGone) return
    const { handle, base } = this.#current
    this.#options.files.truncate(handle, this.#end - base)
    this.#isTorn = false
  }

  /** Writes what no sync covered into a new file: of the old one nobody knows what the disk holds. */
  renew(): void {
    if (this.#isDistrusted) this.#turnOver()
    if (this.#unsynced.length === 0) return
    const unsynced = this.#unsynced.length
    this.append(linesOf(this.#unsynced.map((batch) => batch.bytes)))
    // The new batch holds all of them.
    this.#unsynced = this.#unsynced.slice(unsynced)
  }

  /** Goes on in a new file. @throws an error of the system */
  #turnOver(): void {
    const { path, base, handle } = this.#current
    const isEmpty = this.#end === base
    // The new file has the same name then. Its handle is closed later: a sync of it may be under way.
    if (isEmpty) {
      this.#isGone = true
      this.#options.files.remove(path)
    }
    this.#current = this.#create()
    this.#isGone = false
    this.#retired.push(handle)
    if (this.#isDistrusted) this.#dirty = new Set([this.#current.handle])
    if (!isEmpty) this.#past = [...this.#past, { path, base, end: this.#end, isDamaged: false }]
    this.#isTorn = false
    this.#isDistrusted = false
  }

  #create(): Current {
    const path = join(this.#options.directory, segmentName(this.#end))
    const handle = this.#options.files.create(path)
    this.#isDirectoryDirty = true
    this.#dirty.add(handle)
    return { path, base: this.#end, handle }
  }

  /**
   * Brings everything written so far to the disk. After an error the files concerned are never synced again: the
   * system may have dropped the bytes and would answer that all is well. Only one at a time.
   * @throws an error of the system
   */
  async sync(): Promise<void> {
    const { files, directory } = this.#options
    if (this.#isDistrusted) throw new Error('a sync of this file has failed before')
    const end = this.#end
    const [dirty, retired] = [this.#dirty, this.#retired]
    const isDirectoryDirty = this.#isDirectoryDirty
    this.#dirty = new Set()
    this.#retired = []
    this.#isDirectoryDirty = false
    try {
      for (const handle of dirty) await files.sync(handle)
      if (isDirectoryDirty) await files.syncDirectory(directory)
      this.#durableEnd = end
      this.#unsynced = this.#unsynced.filter((batch) => batch.end > end)
    } catch (error) {
      this.#isDistrusted = true
      this.#isDirectoryDirty = true
      throw error
    } finally {
      for (const handle of retired) files.close(handle)
    }
  }

  /**
   * The lines of whole batches from `from` on, about `limitBytes`, only what survives a power cut. One reading at a
   * time; lines are good until the next.
   */
  async read(from: number, limitBytes: number): Promise<readonly WrittenLine[]> {
    for (let at = from; at < this.#durableEnd;) {
      const recent = this.#recent.read({ from: at, to: this.#durableEnd }, limitBytes)
      const { lines, next } = recent ?? (await this.#readFile(at, limitBytes))
      if (lines.length > 0) return lines
      at = next
    }
    return []
  }

  async #readFile(from: number, limitBytes: number): Promise<Found> {
    const segment = this.#segmentAt(from)
    const stretch = { from: Math.max(from, segment.base), to: Math.min(segment.end, this.#durableEnd) }
    const damaged: Stretch[] = []
    const found = await readSegment(segment, stretch, {
      limitBytes,
      scratch: this.#scratch,
      onDamaged: (one) => damaged.push(one),
    })
    if (damaged.length > 0 && !segment.isDamaged) {
      for (const one of damaged) this.#options.onDamaged(segment.path, one)
      await this.#putAside(segment.path)
    }
    return found
  }

  #segmentAt(offset: number): Segment {
    const { path, base } = this.#current
    const current = { path, base, end: this.#end, isDamaged: false }
    return this.#past.find(({ end }) => end > offset) ?? current
  }

  /** Puts a file in which damage was found aside, under a name that says so. */
  async #putAside(path: string): Promise<void> {
    if (path === this.#current.path) this.#turnOver()
    const segment = this.#past.find((one) => one.path === path)
    if (segment === undefined || segment.isDamaged) return
    const aside = `${path}.damaged`
    await rename(path, aside)
    this.#past = this.#past.map((one) => (one.path === path ? { ...one, path: aside, isDamaged: true } : one))
  }

  /** What lies before `offset` will not be read any more. */
  forget(offset: number): void {
    // What no sync covers yet may have to be written again.
    this.#recent.forget(Math.min(offset, this.#durableEnd))
  }

  /** Deletes the files that lie wholly before `offset`; the current one stays, so that offsets are never given twice. */
  dropBefore(offset: number): void {
    const isGone = ({ end }: Segment): boolean => end <= offset
    const gone = this.#past.filter(isGone)
    this.#past = this.#past.filter((segment) => !isGone(segment))
    for (const { path, isDamaged } of gone) if (!isDamaged) this.#options.files.remove(path)
  }

  /** Where the oldest file that `dropBefore` would leave begins. */
  baseAfterDrop(offset: number): number {
    return this.#past.find(({ end }) => end > offset)?.base ?? this.#current.base
  }

  /** Whether `dropBefore` would delete anything. */
  mayDrop(offset: number): boolean {
    return this.#past.some(({ end }) => end <= offset)
  }

  close(): void {
    for (const handle of [...this.#retired, this.#current.handle]) this.#options.files.close(handle)
    this.#retired = []
  }
}
