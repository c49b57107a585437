import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import { localModelProblem } from '@freehold/contract/local-model-problems.ts'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** A number of the model's own vocabulary. */
export type Token = number

/** Text as a chat template made it: what is the template's and what is the users' stay apart. */
export interface TemplateText {
  tokenize(tokenizer: object): Token[]
}

/** One message as chat templates know them. */
export type Turn =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] }

export interface ChatTemplate {
  generateContextState(options: { readonly chatHistory: readonly Turn[] }): {
    readonly contextText: TemplateText
    readonly stopGenerationTriggers: readonly TemplateText[]
  }
}

export interface Sampling {
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly minP: number
  readonly seed: number
  readonly grammarEvaluationState?: object
  readonly repeatPenalty?: {
    readonly punishTokens: () => Token[]
    readonly penalty: number
    readonly frequencyPenalty: number
    readonly presencePenalty: number
  }
}

/** What the model has read, and what it says next. */
export interface Sequence {
  readonly nextTokenIndex: number
  /** Forgets what does not stand at the beginning of these. */
  adaptStateToTokens(tokens: readonly Token[], allowShift: false): Promise<void>
  clearHistory(): Promise<void>
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>
  evaluate(
    tokens: readonly Token[],
    sampling: Sampling & { readonly yieldEogToken: true },
  ): AsyncGenerator<Token>
}

export interface LlamaContext {
  readonly contextSize: number
  getSequence(): Sequence
}

export interface EmbeddingContext {
  getEmbeddingFor(tokens: readonly Token[]): Promise<{ readonly vector: readonly number[] }>
}

export interface LlamaModel {
  readonly trainContextSize: number
  readonly embeddingVectorSize: number
  readonly tokenizer: object
  readonly gpuLayers: number
  readonly fileInsights: {
    estimateContextResourceRequirementsV2(options: {
      readonly contextSize: number
      readonly modelGpuLayers: number
    }): Promise<{ readonly cpuRam: number }>
  }
  tokenize(text: string): Token[]
  detokenize(tokens: readonly Token[], special?: boolean, before?: readonly Token[]): string
  isEogToken(token: Token): boolean
  createContext(options: {
    readonly contextSize: number
    readonly sequences: 1
    readonly threads: number
    readonly batchSize: number
  }): Promise<LlamaContext>
  createEmbeddingContext(options: {
    readonly contextSize: number
    readonly threads: number
  }): Promise<EmbeddingContext>
}

export interface Llama {
  loadModel(options: { readonly modelPath: string; readonly gpuLayers: number | 'auto' }): Promise<LlamaModel>
  createGrammar(options: { readonly grammar: string }): Promise<object>
}

/** What is used of node-llama-cpp, which is no dependency: with all its builds it is larger than the rest together. */
export interface LlamaPackage {
  /** It builds and fetches nothing: what is installed is what there is. */
  getLlama(options: {
    readonly gpu: false | 'auto'
    readonly build: 'never'
    readonly skipDownload: true
    readonly progressLogs: false
    readonly maxThreads: number
    readonly logLevel: 'error'
    readonly logger: (level: string, message: string) => void
  }): Promise<Llama>
  resolveChatWrapper(model: LlamaModel): ChatTemplate
  readonly LlamaGrammarEvaluationState: new (options: {
    readonly model: LlamaModel
    readonly grammar: object
  }) => object
}

/** Why no model can be had. The problem tells the operator what to do. */
export class CannotOpen extends Error {
  readonly code: 'package' | 'build' | 'file' | 'memory'
  readonly problem: LocalModelProblem

  constructor(code: CannotOpen['code'], problem: LocalModelProblem, cause?: unknown) {
    super(problem.message, { cause })
    this.name = 'CannotOpen'
    this.code = code
    this.problem = problem
  }
}

const NAME = 'node-llama-cpp'
/** The version that was tried; a later one of the same major is taken. */
const MAJOR = '3'

const isFunction = (value: unknown): boolean => typeof value === 'function'
const shape = z.object({
  getLlama: z.custom(isFunction),
  resolveChatWrapper: z.custom(isFunction),
  LlamaGrammarEvaluationState: z.custom(isFunction),
})

/** The package from its directory, or by its name. @throws CannotOpen */
export async function loadPackage(at: string): Promise<LlamaPackage> {
  const from = at.startsWith('/') ? join(at, 'package.json') : import.meta.filename
  const require = createRequire(from)
  let version: unknown
  let found: unknown
  try {
    version = z.object({ version: z.string() }).parse(packageFile(require, at)).version
    found = await import(pathToFileURL(require.resolve(NAME)).href)
  } catch (error) {
    throw new CannotOpen('package', localModelProblem('package_missing', { name: NAME }), error)
  }
  const isKnown = String(version).startsWith(`${MAJOR}.`) && shape.safeParse({ ...Object(found) }).success
  if (!isKnown)
    throw new CannotOpen('package', localModelProblem('package_version', { name: NAME, version: MAJOR }))
  // Of its many exports these are what `shape` saw.
  return found as LlamaPackage
}

const packageFile = (require: NodeJS.Require, at: string): unknown =>
  at.startsWith('/') ? require('./package.json') : require(`${NAME}/package.json`)
