import { z } from 'zod'
import { discoveryView, modelName, targetInput } from './routing.ts'
import { TEST_REMARK_CODES } from './target-test-remarks.ts'
import { zone } from './zone.ts'

const askedTest = {
  /** Also sends a fixed harmless text to a model and lets it answer with one token: it costs what that costs. */
  call: z.boolean().default(false),
  /** For the call; otherwise the first that the target offers. */
  model: modelName.optional(),
}
export const savedTargetTest = z.strictObject(askedTest)
export const targetTest = z.strictObject({ target: targetInput, ...askedTest })

/** In the order in which they are tried. */
export const TEST_STEPS = [
  'address',
  'connection',
  'certificate',
  'authentication',
  'models',
  'call',
] as const
export type TestStep = (typeof TEST_STEPS)[number]

export const targetTestResult = z.object({
  target: z.string(),
  zone,
  /** No step failed. */
  ok: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(TEST_STEPS),
      /** `warning`: it works, and yet something may be wrong. */
      state: z.enum(['ok', 'warning', 'failed', 'skipped']),
      code: z.enum(TEST_REMARK_CODES),
      /** What the sentence of the code names; `said`, `better` and `place` go with several. */
      params: z.record(z.string(), z.string()),
      /** The same in English. */
      message: z.string(),
      ms: z.number().nullable(),
    }),
  ),
  certificate: z.object({ subject: z.string(), issuer: z.string(), expiresAt: z.string() }).nullable(),
  /** What the target says that it offers. */
  models: z.array(z.string()),
  /** Id of the record of the call; null where none was sent. */
  request: z.string().nullable(),
})
export type TargetTestResult = z.output<typeof targetTestResult>

/** Ollama's names: `llama3.2:1b`, `hf.co/user/repository:Q4_K_M`. */
export const pulledModel = z
  .string()
  .regex(/^(?!.*(?:\/\/|\.\.))[A-Za-z\d][\w.:/@-]{0,127}$/, 'must be the name of a model, as in llama3.2:1b')
export const pullInput = z.strictObject({ model: pulledModel })
/** What is being done for a model that is fetched, or how it ended. `said`: only `status` says it. */
export const PULL_STEPS = [
  'asked',
  'manifest',
  'layers',
  'verifying',
  'writing',
  'tidying',
  'done',
  'cancelled',
  'unfinished',
  'bug',
  'said',
] as const
export type PullStep = (typeof PULL_STEPS)[number]
export const pullView = z.object({
  id: z.uuid(),
  target: z.string(),
  model: z.string(),
  state: z.enum(['pulling', 'done', 'failed', 'cancelled']),
  step: z.enum(PULL_STEPS),
  /** What the target says that it is doing. */
  status: z.string(),
  /** Of what the target has begun to fetch so far. */
  completedBytes: z.number(),
  totalBytes: z.number(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
})
export type PullView = z.output<typeof pullView>
export const pullList = z.object({ data: z.array(pullView) })

const offeredModel = z.object({
  id: z.string(),
  ownedBy: z.string().nullable(),
  created: z.string().nullable(),
  /** Names under which clients may ask for it, as `models` of the target says; empty: not at all. */
  askedAs: z.array(z.string()),
  /** Null where the target does not tell; only native APIs do. */
  sizeBytes: z.number().nullable(),
  family: z.string().nullable(),
  parameters: z.string().nullable(),
  quantisation: z.string().nullable(),
  contextTokens: z.number().nullable(),
  capabilities: z.array(z.string()),
  /** In memory now; null where it is not, or nobody knows. */
  loaded: z.object({ vramBytes: z.number().nullable(), until: z.string().nullable() }).nullable(),
})
export const targetModels = z.object({
  target: z.string(),
  /** Of the program behind a native API. */
  version: z.string().nullable(),
  data: z.array(offeredModel),
  leftOut: z.int(),
  pulls: z.array(pullView),
  discovery: discoveryView.nullable(),
})
export type TargetModels = z.output<typeof targetModels>
