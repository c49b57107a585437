import type { Citation } from '@freehold/contract/chat.ts'
import { citation } from '@freehold/contract/chat.ts'
import type { ToolCall } from '@freehold/contract/loop-events.ts'
import { z } from 'zod'
import { eventsIn, SseSplitter } from '../gateway/call/sse-splitter.ts'
import type { Reply } from '../gateway/reply.ts'
import { Fault } from '../kernel/fault.ts'
import type { ModelPiece } from './loop/ports.ts'

const words = z.looseObject({
  content: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  refusal: z.string().nullish(),
  annotations: z.array(z.unknown()).nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        index: z.number().int().nonnegative().max(1000).nullish(),
        id: z.string().nullish(),
        function: z.looseObject({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
})
const chunk = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        delta: words.nullish(),
        message: words.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  error: z.looseObject({ message: z.string().nullish() }).nullish(),
})

/** What a model may write before it has become no answer any more. */
const MOST_CHARACTERS = 8 * 1024 * 1024

/** Reads an answer of the Chat Completions API, streamed or not, into pieces. */
export class ChatAnswer {
  readonly #splitter = new SseSplitter()
  readonly #isStream: boolean
  readonly #reply: Reply
  readonly #calls: { id: string; name: string; arguments: string }[] = []
  readonly #whole: Buffer[] = []
  #characters = 0
  #finish: string | null = null
  #isDone = false

  constructor(reply: Reply, isStream: boolean) {
    this.#reply = reply
    this.#isStream = isStream
  }

  /** @throws Fault `upstream_broke`, `upstream_refused` */
  read(piece: Buffer): ModelPiece[] {
    if (!this.#isStream || this.#reply.status >= 300) {
      this.#whole.push(piece)
      return []
    }
    const whole = this.#splitter.push(piece)
    return whole === null ? [] : this.#readEvents(whole)
  }

  /** What is left when the answer is whole. @throws Fault where it is not */
  end(): { readonly pieces: ModelPiece[]; readonly finish: string } {
    const { status } = this.#reply
    if (status >= 300) {
      const said = chunk.safeParse(jsonIn(Buffer.concat(this.#whole).toString()))
      const message = said.success ? said.data.error?.message : null
      throw new Fault(
        'upstream_refused',
        `The target refused with status ${status}${message ? `: ${message.slice(0, 500)}` : '.'}`,
      )
    }
    const pieces = this.#isStream
      ? this.#readEvents(this.#splitter.rest())
      : this.#take(Buffer.concat(this.#whole).toString())
    if (this.#finish === null && !this.#isDone) throw brokeOff()
    for (const call of this.#calls) pieces.push({ type: 'call', call: { ...call } satisfies ToolCall })
    return { pieces, finish: this.#finish ?? 'stop' }
  }

  #readEvents(whole: Buffer): ModelPiece[] {
    const pieces: ModelPiece[] = []
    for (const { data } of eventsIn(whole)) {
      if (data === null) continue
      if (data.trim() === '[DONE]') this.#isDone = true
      else pieces.push(...this.#take(data))
    }
    return pieces
  }

  #take(json: string): ModelPiece[] {
    const read = chunk.safeParse(jsonIn(json))
    if (!read.success) throw brokeOff()
    if (read.data.error) {
      const message = read.data.error.message?.slice(0, 500)
      throw new Fault('upstream_broke', message ? `The target broke off: ${message}` : brokeOff().message)
    }
    const [choice] = read.data.choices ?? []
    if (!choice) return []
    if (choice.finish_reason) this.#finish = choice.finish_reason
    const said = choice.delta ?? choice.message
    if (!said) return []
    const pieces: ModelPiece[] = []
    const reasoning = said.reasoning_content ?? said.reasoning
    if (reasoning) pieces.push({ type: 'reasoning', text: this.#counted(reasoning) })
    const text = said.content ?? said.refusal
    if (text) pieces.push({ type: 'text', text: this.#counted(text) })
    const citations = citationsIn(said.annotations ?? [])
    if (citations.length > 0) pieces.push({ type: 'citations', citations })
    for (const [at, call] of (said.tool_calls ?? []).entries()) {
      const known = (this.#calls[call.index ?? at] ??= { id: '', name: '', arguments: '' })
      known.id ||= call.id ?? ''
      known.name ||= call.function?.name ?? ''
      known.arguments += this.#counted(call.function?.arguments ?? '')
    }
    return pieces
  }

  #counted(text: string): string {
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS)
      throw new Fault('upstream_broke', 'The answer of the target is longer than any answer may be.')
    return text
  }
}

const brokeOff = (): Fault => new Fault('upstream_broke', 'The target broke off in the middle of its answer.')

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whoever reads it with a schema says what is wrong with it.
    return null
  }
}

/** Those of ours; what else a target annotates is its own. */
const citationsIn = (annotations: readonly unknown[]): Citation[] =>
  annotations.flatMap((one) => {
    const read = citation.safeParse(one)
    return read.success ? [read.data] : []
  })
