import type { Citation } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { LoopEvent, RunLimit } from '@freehold/contract/loop-events.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import { inUnits } from '../gateway/records/requests-view.ts'
import type { LoopEnd } from './loop/ports.ts'
import type { MessageBody } from './sealed-rows.ts'

/** What the events of a run come to: where its answer was made, and what was said so far. */
export class Telling {
  /** Of the step that is under way. */
  #text = ''
  #class: DataClass
  #model: string | null = null
  #zone: Zone | null = null
  #target: string | null = null
  #rule: string | null = null
  #because: string[] = []
  #masked = 0
  readonly #requests: string[] = []
  readonly #usage = { input: 0, output: 0 }
  #costMicros: number | null = null
  #limit: RunLimit | null = null
  #refused: string | null = null
  readonly #asked = new Set<string>()
  #citations: Citation[] = []

  constructor(of: DataClass, done: readonly LoopEvent[]) {
    this.#class = of
    for (const event of done) this.see(event)
    // What was streamed of a step that was interrupted is void.
    this.#text = ''
  }

  /** Whether it waits for somebody's approval. */
  get isWaiting(): boolean {
    return this.#asked.size > 0
  }

  get class(): DataClass {
    return this.#class
  }

  /** The limit that ends it before the model is done. */
  get limit(): RunLimit | null {
    return this.#limit
  }

  /** The request to the model that was refused last; null where none was since one was answered. */
  get refused(): string | null {
    return this.#refused
  }

  refusedAs(request: string): void {
    this.#refused = request
  }

  reached(of: DataClass): void {
    this.#class = highestClass(this.#class, of)
  }

  see(event: LoopEvent): void {
    switch (event.type) {
      case 'model.started':
        this.#text = ''
        break
      case 'text':
        this.#text += event.text
        break
      case 'model.ended':
        this.#refused = null
        this.#model = event.model
        this.#zone = event.zone
        this.#target = event.target
        this.#rule = event.rule
        this.#because = [...event.because]
        this.#masked += event.masked
        this.#requests.push(event.request)
        this.#usage.input += event.usage.input
        this.#usage.output += event.usage.output
        if (event.costMicros !== null) this.#costMicros = (this.#costMicros ?? 0) + event.costMicros
        this.#citations = [...event.citations]
        this.reached(event.class)
        break
      case 'limit.reached':
        this.#limit = event.limit
        break
      case 'class.raised':
        this.reached(event.class)
        break
      case 'approval.asked':
        this.#asked.add(event.approval)
        break
      case 'approval.decided':
      case 'approval.expired':
        this.#asked.delete(event.approval)
        break
      default:
    }
  }

  /** The answer that the loop came to. */
  whole({ messages, checked }: LoopEnd): MessageBody {
    return {
      context: messages.map((message) => ({
        ...message,
        parts: [...message.parts],
      })) as MessageBody['context'],
      attached: [],
      citations: checked.citations,
      making: this.#making(),
      checked: { ...checked },
    }
  }

  /** What was said until somebody stopped it; null where that is nothing. */
  part(): MessageBody | null {
    if (this.#text === '') return null
    // Nobody has looked what it stands on.
    const part = { origin: 'model', integrity: 'untrusted', class: this.#class, text: this.#text } as const
    return {
      context: [{ role: 'assistant', parts: [part], calls: [] }],
      attached: [],
      citations: this.#citations,
      making: this.#making(),
      checked: null,
    }
  }

  #making(): MessageBody['making'] {
    return {
      model: this.#model,
      zone: this.#zone,
      target: this.#target,
      rule: this.#rule,
      because: this.#because,
      masked: this.#masked,
      requests: this.#requests,
      usage: this.#requests.length === 0 ? null : this.#usage,
      cost: this.#costMicros === null ? null : inUnits(this.#costMicros),
      limit: this.#limit,
    }
  }
}
