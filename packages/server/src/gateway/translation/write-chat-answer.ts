import type { SaidPart } from './conversation.ts'
import type { AnswerContext, AnswerUsage, AnswerWriter, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { ownPart } from './model-answer.ts'

/** A whole answer as OpenAI's chat completions. */
export function writeChatAnswer(answer: ModelAnswer, { created, model }: AnswerContext): object {
  const { parts } = answer
  const calls = parts.filter((part) => part.kind === 'call')
  const thinking = joined(parts, 'thinking')
  const details = parts.flatMap(detailOf)
  return {
    id: idOf(answer.id),
    object: 'chat.completion',
    created: answer.created ?? created,
    model: answer.model || model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: joined(parts, 'text'),
          refusal: joined(parts, 'refusal'),
          ...(answer.annotations.length > 0 && { annotations: answer.annotations }),
          ...(thinking !== null && { reasoning_content: thinking }),
          ...(details.length > 0 && { reasoning_details: details }),
          ...(calls.length > 0 && {
            tool_calls: calls.map((call) => ({
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: call.arguments },
            })),
          }),
        },
        logprobs: null,
        finish_reason: FINISH[answer.stop.reason],
      },
    ],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }
}

const idOf = (id: string): string => `chatcmpl-${ownPart(id)}`

function joined(parts: readonly SaidPart[], kind: 'text' | 'refusal' | 'thinking'): string | null {
  const said = parts.flatMap((part) => (part.kind === kind && 'text' in part ? [part.text] : []))
  return said.length === 0 ? null : said.join('')
}

/** Signed reasoning must come back with the next request, and this is where clients keep it. */
function detailOf(part: SaidPart): readonly object[] {
  if (part.kind === 'redacted') return [{ type: 'reasoning.encrypted', data: part.data }]
  if (part.kind !== 'thinking' || part.signature === null) return []
  return [{ type: 'reasoning.text', text: part.text, signature: part.signature }]
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
  #details: object[] = []

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(delta: Delta): string {
    switch (delta.kind) {
      case 'begin':
        this.#head = {
          id: idOf(delta.id),
          object: 'chat.completion.chunk',
          created: delta.created ?? this.#context.created,
          model: delta.model || this.#context.model,
        }
        return this.#chunk({ role: 'assistant', content: '' })
      case 'text':
        return this.#chunk({ content: delta.text })
      case 'refusal':
        return this.#chunk({ refusal: delta.text })
      case 'thinking':
        this.#thinking += delta.text
        return this.#chunk({ reasoning_content: delta.text })
      case 'signature':
        this.#details.push({ type: 'reasoning.text', text: this.#thinking, signature: delta.signature })
        this.#thinking = ''
        return ''
      case 'redacted':
        this.#details.push({ type: 'reasoning.encrypted', data: delta.data })
        return ''
      case 'call':
        return this.#chunk({
          tool_calls: [
            {
              index: delta.index,
              id: delta.id,
              type: 'function',
              function: { name: delta.name, arguments: '' },
            },
          ],
        })
      case 'arguments':
        return this.#chunk({ tool_calls: [{ index: delta.index, function: { arguments: delta.text } }] })
      case 'annotation':
        return this.#chunk({ annotations: [delta.annotation] })
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
    // All at once: clients let a later list take the place of an earlier one.
    const details = this.#details.length > 0 ? this.#chunk({ reasoning_details: this.#details }) : ''
    const finish = details + this.#chunk({}, FINISH[this.#stop.reason])
    const last =
      this.#context.withUsage && this.#usage
        ? `data: ${JSON.stringify({ ...this.#head, choices: [], usage: usageOf(this.#usage) })}\n\n`
        : ''
    return `${finish}${last}data: [DONE]\n\n`
  }

  #chunk(delta: object, finish: string | null = null): string {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }]
    const body = { ...this.#head, choices, ...(this.#context.withUsage && { usage: null }) }
    return `data: ${JSON.stringify(body)}\n\n`
  }
}
