import { randomFillSync } from 'node:crypto'
import type { Zone } from '@freehold/contract/zone.ts'

/** A call that was made for a request, as its figures know it. */
export interface TracedCall {
  readonly target: string
  readonly zone: Zone
  /** `ok`, the status of a refusal, or a fault code. */
  readonly outcome: string
  readonly bytes: number
  readonly firstByteMs: number | null
  /** By the monotonic clock. */
  readonly startedMs: number
}

/** A call with its span. `endedMs`: when its head came or it failed. */
export interface CallSpan extends TracedCall {
  readonly spanId: string
  readonly endedMs: number
}

interface Begun {
  readonly target: string
  readonly spanId: string
}

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8
const PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/
const SAMPLED = 1

/** One traced request: W3C Trace Context, and the calls that were made for it. */
export class Trace {
  readonly traceId: string
  readonly spanId: string
  /** Null where the trace begins here. */
  readonly parentId: string | null
  readonly calls: CallSpan[] = []
  /** Of calls under way, by their targets: two may be asked at once. */
  #begun: readonly Begun[] = []

  constructor(traceId: string, parentId: string | null) {
    this.traceId = traceId
    this.parentId = parentId
    this.spanId = hex(SPAN_ID_BYTES)
  }

  /** The `traceparent` of the next call to a target. */
  callHeader(target: string): string {
    const spanId = hex(SPAN_ID_BYTES)
    this.#begun = [...this.#others(target), { target, spanId }]
    return `00-${this.traceId}-${spanId}-01`
  }

  called(call: TracedCall): void {
    const begun = this.#begun.find(({ target }) => target === call.target)
    this.#begun = this.#others(call.target)
    const spanId = begun?.spanId ?? hex(SPAN_ID_BYTES)
    this.calls.push({ ...call, spanId, endedMs: performance.now() })
  }

  #others(called: string): readonly Begun[] {
    return this.#begun.filter(({ target }) => target !== called)
  }
}

/** The trace that a request belongs to, as its client decided, or one of its own for this share of the others. */
export function traceOf(
  traceparent: unknown,
  ratio: number,
  random: () => number = Math.random,
): Trace | null {
  const [, traceId, parentId, flags] = typeof traceparent === 'string' ? (PARENT.exec(traceparent) ?? []) : []
  if (traceId === undefined || parentId === undefined) {
    return random() < ratio ? new Trace(hex(TRACE_ID_BYTES), null) : null
  }
  return (Number.parseInt(flags ?? '', 16) & SAMPLED) === SAMPLED ? new Trace(traceId, parentId) : null
}

/** Random bytes for many ids: asking the system for each costs more than everything else about it. */
const drawn = Buffer.allocUnsafeSlow(8192)
const place = { next: drawn.length }

function hex(bytes: number): string {
  if (place.next + bytes > drawn.length) {
    randomFillSync(drawn)
    place.next = 0
  }
  const from = place.next
  place.next += bytes
  return drawn.toString('hex', from, place.next)
}
