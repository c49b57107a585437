import type { Ending, Part } from './generation.ts'

/** What stands in every piece of one answer. */
export interface Envelope {
  readonly id: string
  readonly created: number
  readonly model: string
}

interface Call {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

export const callOf = ({ id }: Envelope, at: number, call: Call['function']): Call => ({
  id: `call_${id.slice('chatcmpl-'.length)}_${at}`,
  type: 'function',
  function: call,
})

const usageOf = ({ promptTokens, answerTokens }: Ending): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: answerTokens,
  total_tokens: promptTokens + answerTokens,
})

/** The answer as a whole, in OpenAI's form. */
export function completion(envelope: Envelope, parts: readonly Part[], ending: Ending): object {
  const text = parts.map((part) => ('text' in part ? part.text : '')).join('')
  const calls = parts.flatMap((part) => ('call' in part ? [part.call] : []))
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length > 0 && { tool_calls: calls.map((call, at) => callOf(envelope, at, call)) }),
  }
  return {
    ...envelope,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: ending.reason }],
    usage: usageOf(ending),
  }
}

/** The events of a stream, in OpenAI's form. */
export class ChatEvents {
  readonly #envelope: Envelope
  readonly #withUsage: boolean
  #calls = 0

  constructor(envelope: Envelope, withUsage: boolean) {
    this.#envelope = envelope
    this.#withUsage = withUsage
  }

  begin(): Buffer {
    return this.#delta({ role: 'assistant', content: '' })
  }

  part(part: Part): Buffer {
    if ('text' in part) return this.#delta({ content: part.text })
    const index = this.#calls
    this.#calls += 1
    return this.#delta({ tool_calls: [{ index, ...callOf(this.#envelope, index, part.call) }] })
  }

  end(ending: Ending): Buffer {
    const last = this.#delta({}, ending.reason)
    const usage = this.#withUsage ? [this.#event([], usageOf(ending))] : []
    return Buffer.concat([last, ...usage, Buffer.from('data: [DONE]\n\n')])
  }

  #delta(delta: object, finish: string | null = null): Buffer {
    return this.#event([{ index: 0, delta, finish_reason: finish }], this.#withUsage ? null : undefined)
  }

  #event(choices: readonly object[], usage: object | null | undefined): Buffer {
    const body = {
      ...this.#envelope,
      object: 'chat.completion.chunk',
      choices,
      ...(usage !== undefined && { usage }),
    }
    return Buffer.from(`data: ${JSON.stringify(body)}\n\n`)
  }
}
