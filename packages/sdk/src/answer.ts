import type { DataClass } from './generated/types.ts'

/** What one call may say besides what it asks. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Until the whole answer is here; of a stream, until it begins. 0: as long as it takes. */
  readonly timeoutMs?: number | undefined
  /** How often it may be sent once more, where that cannot do anything twice. */
  readonly retries?: number | undefined
  /** Raises the class of what is sent; it can only rise. */
  readonly dataClass?: DataClass | undefined
  /** Placeholders and the class stay the same within one conversation. */
  readonly conversation?: string | undefined
  /** W3C Trace Context, so that the call stands in a trace of yours. */
  readonly traceparent?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What the server says about an answer besides the answer. */
export interface Facts {
  readonly requestId: string | null
  /** Where it was processed: `local`, `private` or `managed`. */
  readonly zone: string | null
  readonly target: string | null
  readonly dataClass: string | null
  /** How many values were masked before it left. */
  readonly masked: number | null
}

export interface Answered<T> extends Facts {
  readonly data: T
  readonly response: Response
}

/** An answer under way: awaited, it is the answer. */
export interface Answer<T> extends Promise<T> {
  /** With where it was processed, and the response itself. */
  withResponse(): Promise<Answered<T>>
}

/** One JSON object a line, as they arrive. A text that breaks off throws. */
export type Lines = AsyncIterable<Record<string, unknown>>

export function factsOf({ headers }: Response): Facts {
  const masked = headers.get('x-freehold-masked')
  return {
    requestId: headers.get('x-freehold-request'),
    zone: headers.get('x-freehold-zone'),
    target: headers.get('x-freehold-target'),
    dataClass: headers.get('x-freehold-class'),
    masked: masked === null ? null : Number(masked),
  }
}

export function answerOf<T>(answered: Promise<{ readonly data: T; readonly response: Response }>): Answer<T> {
  const data = answered.then((whole) => whole.data)
  const withResponse = async (): Promise<Answered<T>> => {
    // Whoever asks for both hears of a failure here.
    data.catch(() => {})
    const { data: value, response } = await answered
    return { ...factsOf(response), data: value, response }
  }
  return Object.assign(data, { withResponse })
}
