import { open } from 'node:fs/promises'
import { type Stretch, scan } from './write-ahead-batch.ts'

/** One line as it was found: what it says and where it stands. */
export interface FoundLine {
  readonly payload: string
  readonly offset: number
  /** Where the next line begins; behind the seal for the last of a batch. */
  readonly next: number
}

export interface FoundLines {
  readonly lines: readonly FoundLine[]
  /** Where to read on. */
  readonly next: number
}

interface ReadingOptions {
  readonly limitBytes: number
  readonly onDamaged: (stretch: Stretch) => void
}

/** The lines of whole batches in a stretch of a segment, about `limitBytes` of them and at least one batch. */
export async function readSegment(
  { path, base }: { readonly path: string; readonly base: number },
  { from, to }: Stretch,
  { limitBytes, onDamaged }: ReadingOptions,
): Promise<FoundLines> {
  const file = await open(path, 'r')
  try {
    for (let size = limitBytes; ; size *= 2) {
      const isAll = size >= to - from
      const bytes = Buffer.allocUnsafeSlow(isAll ? to - from : size)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from - base)
      const { lines, rest } = linesIn(bytes.subarray(0, bytesRead), from, onDamaged)
      if (isAll) {
        // What stands behind the last seal of the whole stretch belongs to nothing.
        if (from + rest < to) onDamaged({ from: from + rest, to })
        return { lines, next: to }
      }
      if (rest > 0) return { lines, next: from + rest }
    }
  } finally {
    await file.close()
  }
}

function linesIn(
  bytes: Buffer,
  base: number,
  onDamaged: (stretch: Stretch) => void,
): { readonly lines: readonly FoundLine[]; readonly rest: number } {
  const lines: FoundLine[] = []
  const { rest } = scan(bytes, null, {
    line(payload, line) {
      const text = bytes.toString('utf8', payload.from, payload.to)
      lines.push({ payload: text, offset: base + line.from, next: base + line.to })
    },
    batch(stretch) {
      const last = lines.pop()
      if (last) lines.push({ ...last, next: base + stretch.to })
    },
    damaged: ({ from, to }) => onDamaged({ from: base + from, to: base + to }),
  })
  return { lines, rest }
}
