import { open } from 'node:fs/promises'
import type { Scratch } from './scratch.ts'
import { type Found, type Stretch, linesIn, scan } from './write-ahead-batch.ts'

interface ReadingOptions {
  readonly scratch: Scratch
  readonly limitBytes: number
  readonly onDamaged: (stretch: Stretch) => void
}

/**
 * The lines of whole batches in a stretch of a segment, about `limitBytes` of them and at least one batch. They lie in
 * the scratch until it is used again.
 */
export async function readSegment(
  { path, base }: { readonly path: string; readonly base: number },
  { from, to }: Stretch,
  { limitBytes, onDamaged, scratch }: ReadingOptions,
): Promise<Found> {
  const file = await open(path, 'r')
  try {
    for (let size = limitBytes; ; size *= 2) {
      const isAll = size >= to - from
      const bytes = scratch.of(isAll ? to - from : size)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from - base)
      const found: Found = { lines: [], next: from }
      const { rest } = scan(bytes.subarray(0, bytesRead), null, {
        batch: (stretch) => linesIn(bytes, stretch, { base: from, found }),
        damaged: (stretch) => onDamaged({ from: from + stretch.from, to: from + stretch.to }),
      })
      if (isAll) {
        // What stands behind the last seal of the whole stretch belongs to nothing.
        if (from + rest < to) onDamaged({ from: from + rest, to })
        return { ...found, next: to }
      }
      if (rest > 0) return { ...found, next: from + rest }
    }
  } finally {
    await file.close()
  }
}
