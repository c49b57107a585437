import { ownCitations, sorted } from './annotations.ts'
import type { SaidPart } from './conversation.ts'
import { customInput } from './custom-input.ts'
import type { Annotation, AnswerContext, AnswerUsage, ModelAnswer, Stop } from './model-answer.ts'
import { ownPart } from './model-answer.ts'
import { sealRedacted, sealSignature } from './sealed-reasoning.ts'

/** Of a response, and of an item in it. */
export type Status = 'completed' | 'incomplete' | 'in_progress'

/** A whole answer as OpenAI's Responses. */
export function writeResponsesAnswer(answer: ModelAnswer, context: AnswerContext): object {
  const own = ownPart(answer.id)
  const { parts, stop } = answer
  const citations = sorted(answer.annotations)
  const lastText = parts.findLastIndex(({ kind }) => kind === 'text')
  const status = statusOf(stop)
  const last = parts.length - 1
  return responseObject({
    answer: { ...answer, created: answer.created ?? context.created },
    context,
    status,
    output: parts.map((part, at) =>
      itemOf(part, {
        id: itemId(part, context, { own, at }),
        pages: at === lastText ? citations.pages : [],
        status: at === last ? status : 'completed',
        context,
      }),
    ),
    own: citations.own,
  })
}

interface Responding {
  readonly answer: Omit<ModelAnswer, 'parts' | 'annotations'>
  readonly context: AnswerContext
  readonly status: Status
  readonly output: readonly object[]
  readonly own: readonly Annotation[]
}

/** The response itself, whole or as far as it has come. */
export function responseObject({ answer, context, status, output, own }: Responding): object {
  const { id, created, model, stop, usage, tier } = answer
  const isCut = status === 'incomplete'
  return {
    ...ECHOED,
    ...context.echo,
    id: `resp_${ownPart(id)}`,
    object: 'response',
    created_at: created,
    status,
    background: false,
    error: null,
    incomplete_details: isCut
      ? { reason: stop.reason === 'length' ? 'max_output_tokens' : 'content_filter' }
      : null,
    model: model || context.model,
    output,
    previous_response_id: null,
    ...(tier !== null && { service_tier: tier }),
    // Nothing is kept at the target that a later request could go on from.
    store: false,
    usage: usage && status !== 'in_progress' ? usageOf(usage) : null,
    ...ownCitations(own),
  }
}

/** What an answer says of a request that left it out: the API's defaults. */
const ECHOED = {
  access_programs: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  service_tier: 'default',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
}

/** A refusal in words of the model is a whole answer. */
export const statusOf = ({ reason }: Stop): Status =>
  reason === 'length' || reason === 'filter' ? 'incomplete' : 'completed'

const usageOf = ({ input, cached, cacheWritten, output, reasoning }: AnswerUsage): object => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  total_tokens: input + output,
})

/** Said to the user, and so a part of a message. */
export const isMessage = ({ kind }: SaidPart): boolean => kind === 'text' || kind === 'refusal'

/** Whether a call is one of text, in the words of the client's tools. */
export const isCustom = (part: SaidPart, { custom }: AnswerContext): boolean =>
  part.kind === 'call' && custom.includes(part.name)

const PREFIXES = { text: 'msg', refusal: 'msg', thinking: 'rs', redacted: 'rs', call: 'fc' } as const

/** Made of the answer's own id, so that each item of a conversation has another. */
export const itemId = (
  part: SaidPart,
  context: AnswerContext,
  { own, at }: { readonly own: string; readonly at: number },
): string => `${isCustom(part, context) ? 'ctc' : PREFIXES[part.kind]}_${own}_${at}`

interface Named {
  readonly id: string
  /** Cited in its text. */
  readonly pages: readonly Annotation[]
  readonly status: Status
  readonly context: AnswerContext
}

/** One item of the output. */
export function itemOf(part: SaidPart, { id, pages, status, context }: Named): object {
  if (part.kind === 'call') {
    const { id: call_id, name, arguments: text } = part
    return isCustom(part, context)
      ? { id, type: 'custom_tool_call', status, call_id, name, input: customInput(text) }
      : { id, type: 'function_call', status, call_id, name, arguments: text }
  }
  if (part.kind === 'thinking' || part.kind === 'redacted') return reasoningItem(part, id)
  return { id, type: 'message', status, role: 'assistant', content: [contentPart(part, pages)] }
}

function reasoningItem(part: Extract<SaidPart, { kind: 'thinking' | 'redacted' }>, id: string): object {
  if (part.kind === 'redacted') {
    return { id, type: 'reasoning', summary: [], encrypted_content: sealRedacted(part.data) }
  }
  return {
    id,
    type: 'reasoning',
    summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
    ...(part.signature !== null && { encrypted_content: sealSignature(part.signature) }),
  }
}

/** One part of a message. */
export const contentPart = (part: SaidPart, pages: readonly Annotation[] = []): object =>
  part.kind === 'refusal'
    ? { type: 'refusal', refusal: part.text }
    : {
        type: 'output_text',
        text: 'text' in part ? part.text : '',
        annotations: pages.map(citationOf),
        logprobs: [],
      }

/** The page that a text cites, in the form of this API. */
export const citationOf = (page: Annotation): object => ({ type: 'url_citation', ...page })
