import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { AnswerChecked, LoopEvent, ToolCall } from '@freehold/contract/loop-events.ts'
import { classOf, isTainted, lastNumber } from './context.ts'
import type { ContextMessage, LoopLimits, LoopTask } from './ports.ts'

export type EventOf<T extends LoopEvent['type']> = Extract<LoopEvent, { readonly type: T }>
export type ModelEnded = EventOf<'model.ended'>
type ToolEnded = EventOf<'tool.ended'>
type Limit = EventOf<'limit.reached'>['limit']

/** A model call that ended, and what became of the calls it made. */
interface Step {
  readonly ended: ModelEnded
  /** Whether untrusted text was in the context that its calls were chosen in. */
  readonly isTainted: boolean
  readonly results: Map<string, ToolEnded>
}

/**
 * Where a run stands. It is made of the run's events and of nothing else, so that one that goes on after an
 * interruption stands where it stood.
 */
export class LoopState {
  readonly #task: Pick<LoopTask, 'messages'>
  readonly #steps: Step[] = []
  /** Calls that were begun. */
  readonly #begun = new Set<string>()
  /** Calls that somebody was asked about, and those that were decided. */
  readonly #asked = new Set<string>()
  readonly #decided = new Set<string>()
  #class: DataClass
  #isTainted: boolean
  #tokens = 0
  #costMicros = 0
  /** A managed target has no price, so that nobody knows what the run has cost. */
  #isUnpriced = false
  #calls = 0
  #lastNumber: number
  #limit: Limit | null = null
  #checked: AnswerChecked | null = null

  constructor({ messages, class: least, done }: Pick<LoopTask, 'messages' | 'class' | 'done'>) {
    this.#task = { messages }
    this.#class = classOf(messages, least)
    this.#isTainted = isTainted(messages)
    this.#lastNumber = lastNumber(messages)
    for (const event of done) this.add(event)
  }

  add(event: LoopEvent): void {
    switch (event.type) {
      case 'model.ended':
        this.#steps.push({ ended: event, isTainted: this.#isTainted, results: new Map() })
        this.#class = highestClass(this.#class, event.class)
        this.#tokens += event.usage.input + event.usage.output
        this.#costMicros += event.costMicros ?? 0
        this.#isUnpriced ||= event.costMicros === null && event.zone === 'managed'
        // An engine that cites by itself has read documents.
        this.#isTainted ||= event.citations.length > 0
        return
      case 'tool.called':
        this.#begun.add(event.call)
        return
      case 'tool.ended':
        this.#addResult(event)
        return
      case 'approval.asked':
        this.#asked.add(event.call)
        return
      case 'approval.decided':
      case 'approval.expired':
        this.#decided.add(event.call)
        return
      case 'class.raised':
        this.#class = highestClass(this.#class, event.class)
        return
      case 'limit.reached':
        this.#limit = event.limit
        return
      case 'answer.checked':
        this.#checked = event
        return
      case 'model.started':
      case 'text':
      case 'reasoning':
    }
  }

  #addResult(event: ToolEnded): void {
    this.#steps.at(-1)?.results.set(event.call, event)
    this.#calls += 1
    for (const part of event.parts) {
      this.#class = highestClass(this.#class, part.class)
      this.#isTainted ||= part.integrity === 'untrusted'
      this.#lastNumber = Math.max(this.#lastNumber, part.source?.n ?? 0)
    }
  }

  get class(): DataClass {
    return this.#class
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  get limit(): Limit | null {
    return this.#limit
  }

  get checked(): AnswerChecked | null {
    return this.#checked
  }

  /** The number of the next model call, and how many there were. */
  get step(): number {
    return this.#steps.length
  }

  /** The step whose calls are still to be made, and these calls. */
  get pending(): { readonly isTainted: boolean; readonly calls: readonly ToolCall[] } | null {
    const last = this.#steps.at(-1)
    const calls = last?.ended.calls.filter(({ id }) => !last.results.has(id)) ?? []
    return last === undefined || calls.length === 0 ? null : { isTainted: last.isTainted, calls }
  }

  /** The answer: what the model said last, without calling anything. */
  get answer(): ModelEnded | null {
    const last = this.#steps.at(-1)?.ended
    return last === undefined || last.calls.length > 0 ? null : last
  }

  wasBegun(call: string): boolean {
    return this.#begun.has(call)
  }

  wasAsked(call: string): boolean {
    return this.#asked.has(call)
  }

  wasDecided(call: string): boolean {
    return this.#decided.has(call)
  }

  /** How many calls there may still be, those of this step that ended counted. */
  callsLeft({ calls }: LoopLimits): number {
    return Math.max(calls - this.#calls, 0)
  }

  /** The limit that forbids another model call, or null. */
  over({ tokens, costMicros }: LoopLimits): Limit | null {
    if (this.#tokens >= tokens) return 'tokens'
    // A limit that cannot be counted is taken for reached.
    if (costMicros !== null && (this.#isUnpriced || this.#costMicros >= costMicros)) return 'cost'
    return null
  }

  /** What the run added to the context. */
  get added(): ContextMessage[] {
    return this.#steps.flatMap(({ ended, isTainted: untrusted, results }) => [
      {
        role: 'assistant',
        calls: ended.calls,
        parts: [
          {
            origin: 'model',
            integrity: untrusted || ended.citations.length > 0 ? 'untrusted' : 'trusted',
            class: ended.class,
            text: ended.text,
          },
        ],
      },
      ...ended.calls.flatMap(({ id, name }): ContextMessage[] => {
        const result = results.get(id)
        return result === undefined ? [] : [{ role: 'tool', call: id, name, parts: result.parts }]
      }),
    ])
  }

  get context(): ContextMessage[] {
    return [...this.#task.messages, ...this.added]
  }
}
