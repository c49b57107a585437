import type { ScanContext } from '../detect/recogniser.ts'
import type { Span } from '../detect/span.ts'

/** A text that is looked at, with what is known of it. */
export interface PluginText {
  readonly text: string
  readonly context: ScanContext
}

/** What went wrong when a detector was asked. */
export const FAILURES = {
  unreachable: 'could not be reached',
  timeout: 'did not answer in time',
  status: 'answered with an error',
  answer: 'answered what cannot be read',
  busy: 'has too much to do',
  starting: 'is still starting',
  start: 'could not be started',
  threw: 'failed',
  ended: 'ended in the middle',
  away: 'failed again and again and is left alone for a while',
} as const
export type FailureCode = keyof typeof FAILURES

/** A detector that did not do its work. Never what it said: that may quote the text. */
export class PluginFailure extends Error {
  readonly code: FailureCode
  /** Asking costs time or memory while it is like that, which what it says about one text does not show. */
  readonly isOfDetector: boolean

  constructor(code: FailureCode, isOfDetector: boolean, cause?: unknown) {
    super(`the detector ${FAILURES[code]}`, { cause })
    this.name = 'PluginFailure'
    this.code = code
    this.isOfDetector = isOfDetector
  }
}

/** A span as a detector tells it, in the type that it has there. */
export interface ToldSpan {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly score: number
}

/** A detector beside the engine: another process or a thread. */
export interface Plugin {
  readonly state: 'ready' | 'starting'
  /** What it tells of each text, in UTF-16 offsets that lie in it. @throws PluginFailure */
  find(texts: readonly PluginText[]): Promise<readonly (readonly ToldSpan[])[]>
  /** Ends when what is under way has ended. */
  close(): Promise<void>
}

/** What stands in each text, in the order of the texts. */
export type Spans = readonly (readonly Span[])[]
