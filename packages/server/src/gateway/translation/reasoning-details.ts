import type { Carried } from './carried.ts'
import type { Part, SaidPart } from './conversation.ts'

type Reasoning = Extract<SaidPart, { kind: 'thinking' | 'redacted' }>

/**
 * Signed reasoning must come back with the next request, and this is where clients of chat completions keep it, in the
 * form that OpenRouter made common. What does not stand at the beginning says where it stood, because Anthropic wants
 * it back there.
 */
export class ReasoningDetails {
  readonly all: object[] = []
  #hasText = false
  #hasRefusal = false
  #calls = 0

  /** To be told of all parts in their order. */
  take(part: SaidPart): void {
    if (part.kind === 'redacted') this.#add({ type: 'reasoning.encrypted', data: part.data })
    else if (part.kind !== 'thinking') this.said(part.kind)
    else if (part.signature !== null)
      this.#add({ type: 'reasoning.text', text: part.text, signature: part.signature })
  }

  /** Calls count each, texts of either kind once, because a message holds them joined. */
  said(kind: 'text' | 'refusal' | 'call'): void {
    if (kind === 'call') this.#calls += 1
    else if (kind === 'text') this.#hasText = true
    else this.#hasRefusal = true
  }

  #add(detail: object): void {
    const told = Number(this.#hasText) + Number(this.#hasRefusal) + this.#calls
    this.all.push(told === 0 ? detail : { ...detail, index: told + this.all.length })
  }
}

/** The same, sent again. */
export function readDetails(message: Carried): readonly { readonly part: Reasoning; readonly at: number }[] {
  return message.items('reasoning_details').flatMap((detail, nth) => {
    const type = detail.one('type', ['reasoning.text', 'reasoning.encrypted'])
    detail.bookkeeping('id', 'format')
    const at = detail.number('index') ?? nth
    const part: Reasoning =
      type === 'reasoning.encrypted'
        ? { kind: 'redacted', data: detail.needed('data') }
        : { kind: 'thinking', text: detail.needed('text'), signature: detail.text('signature') ?? null }
    detail.done()
    if (part.kind === 'redacted' || part.signature) return [{ part, at }]
    // Unsigned, it cannot be shown to have been the model's own.
    message.journey.leftOut.push(detail.path)
    return []
  })
}

/** Reasoning where it stood among what was said. */
export function withDetails(said: readonly Part[], details: ReturnType<typeof readDetails>): readonly Part[] {
  const parts = [...said]
  for (const { part, at } of details) parts.splice(at, 0, part)
  return parts
}
