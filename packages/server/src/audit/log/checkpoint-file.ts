import { appendFile, mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

const line = z.object({ at: z.string(), checkpoint: z.string() })
export type CheckpointLine = z.output<typeof line>

/** From the end: lines are a few hundred bytes. */
const TAIL_BYTES = 64 * 1024

/**
 * The checkpoints outside the database, one line of JSON each: whoever holds one of them finds every change of the log
 * before it, also one made by somebody who may write everything in the database.
 */
export class CheckpointFile {
  readonly path: string
  #isWhole: boolean

  private constructor(path: string, isWhole: boolean) {
    this.path = path
    this.#isWhole = isWhole
  }

  /** Makes the directory where it is not there. Returns the last line as well; null where there is none. */
  static async open(
    path: string,
  ): Promise<{ readonly file: CheckpointFile; readonly last: CheckpointLine | null }> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const tail = await readTail(path)
    const lines = tail.split('\n').flatMap((text) => readLine(text) ?? [])
    return { file: new CheckpointFile(path, tail === '' || tail.endsWith('\n')), last: lines.at(-1) ?? null }
  }

  /** On disk when it resolves. */
  async append(lines: readonly CheckpointLine[]): Promise<void> {
    const text = lines.map((one) => `${JSON.stringify(one)}\n`).join('')
    const handle = await open(this.path, 'a', 0o600)
    try {
      // What a crash left half written does not spoil the next line.
      await appendFile(handle, this.#isWhole ? text : `\n${text}`)
      this.#isWhole = true
      await handle.datasync()
    } catch (error) {
      this.#isWhole = false
      throw error
    } finally {
      await handle.close()
    }
  }
}

async function readTail(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= TAIL_BYTES) return await readFile(path, 'utf8')
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read({
        buffer: Buffer.alloc(TAIL_BYTES),
        position: size - TAIL_BYTES,
      })
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

function readLine(text: string): CheckpointLine | null {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    // A line that a crash cut off, or the first one of the tail.
    return null
  }
}
