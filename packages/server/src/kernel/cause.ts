import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What may be told about an error: its name, its code and where in our own source it came from. */
export interface Cause {
  readonly name: string
  /** `ECONNREFUSED`, an SQLSTATE, a fault's code; null when the error has none. */
  readonly code: string | null
  /** Up to six places such as `store/store.ts:41`, innermost first; null when none is ours. */
  readonly at: string | null
}

const SOURCE = join(import.meta.dirname, '..')
const MOST_FRAMES = 6
const FRAME = /^[\w./-]+\.[cm]?[jt]s:\d+$/

/** The lines of the stack behind the message: the message itself may quote content. */
function frameLines(error: Error): string[] {
  const stack = error.stack ?? ''
  const message = error.message
  const end = message === '' ? -1 : stack.indexOf(message)
  return stack.slice(end < 0 ? 0 : end + message.length).split('\n')
}

function ownFrames(error: Error): string | null {
  const frames: string[] = []
  for (const line of frameLines(error)) {
    const place = /^\s+at .*?\(?((?:file:\/\/)?\/[^()]+):(\d+):\d+\)?$/.exec(line)
    const file = place?.[1] ?? ''
    const prefix = [`${pathToFileURL(SOURCE).href}/`, `${SOURCE}/`].find((root) => file.startsWith(root))
    const frame = prefix === undefined ? '' : `${file.slice(prefix.length)}:${place?.[2] ?? ''}`
    if (FRAME.test(frame) && frames.length < MOST_FRAMES) frames.push(frame)
  }
  return frames.length === 0 ? null : frames.join(' ')
}

/** Takes from an error only what cannot carry content; never its message. */
export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return { name: typeof error, code: null, at: null }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return { name: error.name, code, at: ownFrames(error) }
}
