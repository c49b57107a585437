import { z } from 'zod'
import { citation } from './chat.ts'
import { dataClass } from './data-class.ts'
import { span } from './knowledge.ts'
import { zone } from './zone.ts'

/** What a call of a tool does to the world; `external-send` takes something out of the house. */
export const TOOL_EFFECTS = ['read', 'write', 'destructive', 'external-send'] as const
export const toolEffect = z.enum(TOOL_EFFECTS)
export type ToolEffect = z.infer<typeof toolEffect>

/** Where a part of a message comes from. */
export const PART_ORIGINS = ['system', 'user', 'model', 'tool', 'document', 'web'] as const
export const partOrigin = z.enum(PART_ORIGINS)
export type PartOrigin = z.infer<typeof partOrigin>

/** Whether a part may hold orders of somebody whom nobody asked. What a model wrote after reading such is untrusted too. */
export const integrity = z.enum(['trusted', 'untrusted'])
export type Integrity = z.infer<typeof integrity>

/** A part of a message as it is kept: with where it came from, whatever happens to the conversation later. */
export const contextPart = z.object({
  origin: partOrigin,
  integrity,
  class: dataClass,
  text: z.string(),
  /** The span that the text stands in, under the number by which an answer cites it. */
  source: citation.optional(),
})
export type ContextPart = z.infer<typeof contextPart>

/** `id` is ours and unique in the run; `arguments` is what the model wrote, which need not be JSON. */
export const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() })
export type ToolCall = z.infer<typeof toolCall>

/** What a call of a tool came to. `unknown`: it was under way when the server stopped, and is not done twice. */
export const TOOL_OUTCOMES = [
  'done',
  'failed',
  'invalid',
  'denied',
  'expired',
  'timed_out',
  'unknown',
] as const
export type ToolOutcome = (typeof TOOL_OUTCOMES)[number]

export const approvalDecision = z.enum(['once', 'always', 'deny'])
export type ApprovalDecision = z.infer<typeof approvalDecision>

/** Why somebody is asked: the tool always wants it, the rule for its effect does, or untrusted text is in the context. */
export const askedBecause = z.enum(['always', 'policy', 'untrusted'])
export type AskedBecause = z.infer<typeof askedBecause>

/** What of an answer stands on what. Spans are UTF-16 offsets into the answer, but for those of sources. */
export const answerChecked = z.object({
  /** Every citation that a mark `[n]` of the answer resolves to. */
  citations: z.array(citation),
  /** Marks that resolve to nothing. */
  unresolved: z.array(z.object({ n: z.number().int(), span })),
  /** Whether there was anything but the user's own words that the answer could stand on. */
  hasSources: z.boolean(),
  sentences: z.array(
    z.object({
      span,
      /**
       * What bears the sentence out, and where: under its number in the document, without one in some other text of
       * the context. Null: nothing does.
       */
      support: z.object({ n: z.number().int().nullable(), span }).nullable(),
    }),
  ),
  /** Links and images in the answer: shown as text, never fetched. */
  links: z.array(z.object({ kind: z.enum(['link', 'image']), url: z.string(), span })),
})
export type AnswerChecked = z.infer<typeof answerChecked>

/** What bounds a run. */
export const runLimit = z.enum(['steps', 'calls', 'tokens', 'cost', 'time'])
export type RunLimit = z.infer<typeof runLimit>

const call = z.string()
const shown = { call, name: z.string(), effect: toolEffect, arguments: z.string() }

/**
 * What happens in the loop of a run, in order. A run that was interrupted goes on from these: the events that
 * `isDurable` names are stored before the loop takes its next step.
 */
export const loopEvent = z.discriminatedUnion('type', [
  /** What was streamed under the same step before is void: the step began again after an interruption. */
  z.object({ type: z.literal('model.started'), step: z.number().int().nonnegative() }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({
    type: z.literal('model.ended'),
    step: z.number().int().nonnegative(),
    request: z.string(),
    model: z.string(),
    target: z.string(),
    zone,
    class: dataClass,
    /** Id of the rule by which it went there; null where none was needed, and in what was kept before it was told. */
    rule: z.string().nullable().default(null),
    /** What made its class what it is, in the order in which it rose. */
    because: z.array(z.string()).default([]),
    /** How many values were masked before it left. */
    masked: z.number().int().nonnegative(),
    usage: z.object({ input: z.number().int(), output: z.number().int() }),
    /** Null: the target has no price. */
    costMicros: z.number().int().nullable(),
    /** The model's word for why it stopped: `stop`, `length`, `tool_calls`, … */
    finish: z.string(),
    text: z.string(),
    calls: z.array(toolCall),
    /** Of a model that cites by itself. */
    citations: z.array(citation),
  }),
  z.object({ type: z.literal('tool.called'), ...shown }),
  z.object({
    type: z.literal('tool.ended'),
    call,
    name: z.string(),
    outcome: z.enum(TOOL_OUTCOMES),
    durationMs: z.number().int().nonnegative(),
    parts: z.array(contextPart),
  }),
  z.object({
    type: z.literal('approval.asked'),
    approval: z.uuid(),
    ...shown,
    because: askedBecause,
    /** Whether `always` is an answer: not to what untrusted text may have ordered. */
    mayRemember: z.boolean(),
    expiresAt: z.string(),
  }),
  z.object({
    type: z.literal('approval.decided'),
    approval: z.uuid(),
    call,
    decision: approvalDecision,
    by: z.string(),
  }),
  z.object({ type: z.literal('approval.expired'), approval: z.uuid(), call }),
  z.object({ type: z.literal('class.raised'), class: dataClass }),
  z.object({
    type: z.literal('limit.reached'),
    limit: runLimit,
  }),
  z.object({ type: z.literal('answer.checked'), ...answerChecked.shape }),
])
export type LoopEvent = z.infer<typeof loopEvent>

const DURABLE: ReadonlySet<LoopEvent['type']> = new Set<LoopEvent['type']>([
  'model.ended',
  'tool.called',
  'tool.ended',
  'approval.asked',
  'approval.decided',
  'approval.expired',
  'class.raised',
  'limit.reached',
  'answer.checked',
])

/** Whether the loop relies on finding the event again after the process was killed. */
export const isDurable = ({ type }: LoopEvent): boolean => DURABLE.has(type)
