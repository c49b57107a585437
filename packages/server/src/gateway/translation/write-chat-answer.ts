import { ownCitations, pageCitation, sorted } from './annotations.ts'
import type { SaidPart } from './conversation.ts'
import { CustomInput, customInput } from './custom-input.ts'
import type {
  Annotation,
  AnswerContext,
  AnswerHead,
  AnswerUsage,
  AnswerWriter,
  Delta,
  ModelAnswer,
  Stop,
} from './model-answer.ts'
import { ownPart } from './model-answer.ts'
import { ReasoningDetails } from './reasoning-details.ts'

/** A whole answer as OpenAI's chat completions. */
export function writeChatAnswer(answer: ModelAnswer, context: AnswerContext): object {
  const { pages, own } = sorted(answer.annotations)
  return {
    ...headOf(answer, context, 'chat.completion'),
    choices: [
      { index: 0, message: messageOf(answer.parts, pages, context), logprobs: null, ...endOf(answer.stop) },
    ],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
    ...ownCitations(own),
  }
}

function messageOf(
  parts: readonly SaidPart[],
  pages: readonly Annotation[],
  { custom }: AnswerContext,
): object {
  const calls = parts.filter((part) => part.kind === 'call')
  const thinking = joined(parts, 'thinking')
  const details = new ReasoningDetails()
  for (const part of parts) details.take(part)
  return {
    role: 'assistant',
    content: joined(parts, 'text'),
    refusal: joined(parts, 'refusal'),
    ...(pages.length > 0 && { annotations: pages.map(pageCitation) }),
    ...(thinking !== null && { reasoning_content: thinking }),
    ...(details.all.length > 0 && { reasoning_details: details.all }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: text }) =>
        custom.includes(name)
          ? { id, type: 'custom', custom: { name, input: customInput(text) } }
          : { id, type: 'function', function: { name, arguments: text } },
      ),
    }),
  }
}

function headOf({ id, created, model, tier }: AnswerHead, context: AnswerContext, object: string): object {
  return {
    id: `chatcmpl-${ownPart(id)}`,
    object,
    created: created ?? context.created,
    model: model || context.model,
    ...(tier !== null && { service_tier: tier }),
  }
}

/** The stop sequence that was met stands where vLLM tells it. */
const endOf = ({ reason, sequence }: Stop): object => ({
  finish_reason: FINISH[reason],
  ...(sequence !== null && { stop_reason: sequence }),
})

function joined(parts: readonly SaidPart[], kind: 'text' | 'refusal' | 'thinking'): string | null {
  const said = parts.flatMap((part) => (part.kind === kind && 'text' in part ? [part.text] : []))
  return said.join('') || null
}

const FINISH: Readonly<Record<Stop['reason'], string>> = {
  end: 'stop',
  sequence: 'stop',
  pause: 'stop',
  length: 'length',
  calls: 'tool_calls',
  refusal: 'content_filter',
  filter: 'content_filter',
}

function usageOf({ input, cached, cacheWritten, output, reasoning }: AnswerUsage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
    ...(reasoning !== null && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}

/** Writes the chunks of OpenAI's chat completions. */
export class ChatAnswerWriter implements AnswerWriter {
  readonly #context: AnswerContext
  #head: object = {}
  #usage: AnswerUsage | null = null
  #stop: Stop = { reason: 'end', sequence: null }
  #thinking = ''
  readonly #details = new ReasoningDetails()
  readonly #annotations: Annotation[] = []
  /** The text of custom tools that are called, by the index of the call. */
  readonly #inputs: CustomInput[] = []

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(delta: Delta): string {
    switch (delta.kind) {
      case 'begin':
        this.#head = headOf(delta, this.#context, 'chat.completion.chunk')
        return this.#chunk({ role: 'assistant', content: null })
      case 'text':
        this.#details.said('text')
        return this.#chunk({ content: delta.text })
      case 'refusal':
        this.#details.said('refusal')
        return this.#chunk({ refusal: delta.text })
      case 'thinking':
        this.#thinking += delta.text
        return this.#chunk({ reasoning_content: delta.text })
      case 'signature':
        this.#details.take({ kind: 'thinking', text: this.#thinking, signature: delta.signature })
        this.#thinking = ''
        return ''
      case 'redacted':
        this.#details.take(delta)
        return ''
      case 'call':
        this.#details.said('call')
        return this.#call(delta)
      case 'arguments':
        return this.#argument(delta.index, delta.text)
      case 'annotation':
        this.#annotations.push(delta.annotation)
        return ''
      case 'stop':
        this.#stop = delta.stop
        return ''
      default:
        this.#usage = delta.usage
        return ''
    }
  }

  keepAlive(): string {
    return ': ping\n\n'
  }

  /** A client that has seen a finish takes the answer for whole, so that it comes with the end. */
  end(): string {
    const { pages, own } = sorted(this.#annotations)
    const inputs = this.#inputs.map((input, index) => this.#input(index, input.end())).join('')
    // All at once: clients let a later list take the place of an earlier one.
    const lists = {
      ...(pages.length > 0 && { annotations: pages.map(pageCitation) }),
      ...(this.#details.all.length > 0 && { reasoning_details: this.#details.all }),
    }
    const listed = Object.keys(lists).length > 0 ? this.#chunk(lists) : ''
    const finish =
      inputs +
      listed +
      this.#event({ index: 0, delta: {}, logprobs: null, ...endOf(this.#stop) }, ownCitations(own))
    const last =
      this.#context.withUsage && this.#usage
        ? `data: ${JSON.stringify({ ...this.#head, choices: [], usage: usageOf(this.#usage) })}\n\n`
        : ''
    return `${finish}${last}data: [DONE]\n\n`
  }

  #call({ index, id, name }: Extract<Delta, { kind: 'call' }>): string {
    const isCustom = this.#context.custom.includes(name)
    if (isCustom) this.#inputs[index] = new CustomInput()
    const made = isCustom
      ? { type: 'custom', custom: { name, input: '' } }
      : { type: 'function', function: { name, arguments: '' } }
    return this.#chunk({ tool_calls: [{ index, id, ...made }] })
  }

  #argument(index: number, text: string): string {
    const input = this.#inputs[index]
    if (input !== undefined) return this.#input(index, input.read(text))
    return this.#chunk({ tool_calls: [{ index, function: { arguments: text } }] })
  }

  #input(index: number, input: string): string {
    return input === '' ? '' : this.#chunk({ tool_calls: [{ index, custom: { input } }] })
  }

  #chunk(delta: object): string {
    return this.#event({ index: 0, delta, logprobs: null, finish_reason: null })
  }

  #event(choice: object, more?: object): string {
    const body = {
      ...this.#head,
      choices: [choice],
      ...(this.#context.withUsage && { usage: null }),
      ...more,
    }
    return `data: ${JSON.stringify(body)}\n\n`
  }
}
