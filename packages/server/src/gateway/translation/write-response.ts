import { ownCitations, sorted } from './annotations.ts'
import type { SaidPart } from './conversation.ts'
import type { Annotation, AnswerContext, AnswerUsage, ModelAnswer, Stop } from './model-answer.ts'
import { ownPart } from './model-answer.ts'
import { sealRedacted, sealSignature } from './sealed-reasoning.ts'

/** Of a response, and of an item in it. */
export type Status = 'completed' | 'incomplete' | 'in_progress'

/** A whole answer as OpenAI's Responses. */
export function writeResponsesAnswer(answer: ModelAnswer, context: AnswerContext): object {
  const id = ownPart(answer.id)
  const { pages, own } = sorted(answer.annotations)
  const items = itemsOf(answer.parts)
  const lastMessage = items.findLastIndex(([{ kind }]) => kind === 'text')
  return responseObject({
    answer: { ...answer, created: answer.created ?? context.created },
    context,
    status: statusOf(answer.stop, answer.parts),
    output: items.map((parts, at) =>
      itemOf(parts, { id: itemId(parts, id, at), pages: at === lastMessage ? pages : [] }),
    ),
    own,
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
  const { id, created, model, stop, usage } = answer
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

/** A refusal in words is a whole answer. */
export const statusOf = ({ reason }: Stop, parts: readonly SaidPart[]): Status =>
  reason === 'length' ||
  reason === 'filter' ||
  (reason === 'refusal' && !parts.some(({ kind }) => kind === 'refusal'))
    ? 'incomplete'
    : 'completed'

const usageOf = ({ input, cached, cacheWritten, output, reasoning }: AnswerUsage): object => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  total_tokens: input + output,
})

/** The parts of each item: texts and refusals in a row are one message. */
function itemsOf(parts: readonly SaidPart[]): readonly (readonly [SaidPart, ...SaidPart[]])[] {
  const items: [SaidPart, ...SaidPart[]][] = []
  for (const part of parts) {
    const last = items.at(-1)
    if (last !== undefined && isMessage(part) && isMessage(last[0])) last.push(part)
    else items.push([part])
  }
  return items
}

/** Said to the user, and so a part of a message. */
export const isMessage = ({ kind }: SaidPart): boolean => kind === 'text' || kind === 'refusal'

/** Made of the answer's own id, so that each item of a conversation has another. */
export function itemId([{ kind }]: readonly [SaidPart, ...SaidPart[]], own: string, at: number): string {
  const prefix = kind === 'call' ? 'fc' : kind === 'thinking' || kind === 'redacted' ? 'rs' : 'msg'
  return `${prefix}_${own}_${at}`
}

interface Named {
  readonly id: string
  /** Cited in its last text. */
  readonly pages: readonly Annotation[]
}

/** One item of the output. */
export function itemOf(
  parts: readonly [SaidPart, ...SaidPart[]],
  { id, pages }: Named,
  status: Status = 'completed',
): object {
  const [first] = parts
  if (first.kind === 'call') {
    const { id: call_id, name, arguments: args } = first
    return { id, type: 'function_call', status, call_id, name, arguments: args }
  }
  if (first.kind === 'thinking' || first.kind === 'redacted') return reasoningItem(first, id)
  const content = parts.flatMap((part, at) =>
    isMessage(part) ? [contentPart(part, at === parts.length - 1 ? pages : [])] : [],
  )
  return { id, type: 'message', status, role: 'assistant', content }
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
