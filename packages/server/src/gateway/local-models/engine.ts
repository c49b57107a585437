import { localModelProblem } from '@freehold/contract/local-model-problems.ts'
import { randomInt } from 'node:crypto'
import { statSync } from 'node:fs'
import type { LocalModelSetting } from '../../kernel/config/local-model-keys.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ChatInput, EmbeddingsInput } from './chat-input.ts'
import type { Part, Ending, Wanted } from './generation.ts'
import { Generation } from './generation.ts'
import type {
  ChatTemplate,
  EmbeddingContext,
  Llama,
  LlamaContext,
  LlamaModel,
  LlamaPackage,
  Sequence,
  Token,
} from './llama-package.ts'
import { CannotOpen, loadPackage } from './llama-package.ts'
import { callingOf, formatOf, turnsOf } from './prompt.ts'

const MIB = 1024 * 1024
/** What the program and the package take without any model. */
const PROGRAM_MIB = 160
const BATCH_TOKENS = 512
/** Where a request leaves them open. */
const SAMPLING = { temperature: 0.7, topK: 40, topP: 0.95, minP: 0.05 }

interface Opened {
  readonly library: LlamaPackage
  readonly llama: Llama
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly template: ChatTemplate
}

/** One model file, read into memory. Asked one question at a time. */
export class Engine {
  readonly #opened: Opened
  readonly #sequence: Sequence
  readonly #threads: number
  #embedding: Promise<EmbeddingContext> | null = null
  /** What was asked last: it is kept in mind only for a conversation that goes on from all of it. */
  #before: readonly Token[] = []

  /** @throws CannotOpen */
  static async open(setting: LocalModelSetting, said: (line: string) => void): Promise<Engine> {
    return new Engine(await open(setting, said), setting.threads)
  }

  private constructor(opened: Opened, threads: number) {
    this.#opened = opened
    this.#threads = threads
    this.#sequence = opened.context.getSequence()
  }

  get contextTokens(): number {
    return this.#opened.context.contextSize
  }

  /** @throws Fault `invalid` before the first part */
  async *answer(input: ChatInput, signal: AbortSignal): AsyncGenerator<Part, Ending> {
    const { library, llama, model } = this.#opened
    const wanted = this.#wanted(input)
    const isContinued = this.#before.every((token, at) => wanted.prompt[at] === token)
    if (!isContinued) await this.#sequence.clearHistory()
    this.#before = wanted.prompt
    const voice = {
      llama,
      model,
      sequence: this.#sequence,
      contextTokens: this.contextTokens,
      GrammarState: library.LlamaGrammarEvaluationState,
    }
    return yield* new Generation(voice, wanted, signal).parts()
  }

  /** One vector of length 1 for each text, and the tokens that were read. @throws Fault `invalid` */
  async embed(
    { input, dimensions }: EmbeddingsInput,
    signal: AbortSignal,
  ): Promise<{ readonly vectors: readonly Float32Array[]; readonly tokens: number }> {
    const { model } = this.#opened
    const width = model.embeddingVectorSize
    if (dimensions && dimensions !== width)
      throw new Fault('invalid', `dimensions: vectors of this model have ${width}.`, { param: 'dimensions' })
    const most = this.#embeddingTokens()
    const texts = [input].flat().map((text, at) => {
      const tokens = model.tokenize(text)
      if (tokens.length > most - 2)
        throw new Fault(
          'invalid',
          `input: text ${at + 1} has ${tokens.length} tokens, and at most ${most - 2} are read.`,
          {
            param: 'input',
          },
        )
      return tokens
    })
    this.#embedding ??= model.createEmbeddingContext({ contextSize: most, threads: this.#threads })
    const context = await this.#embedding
    const vectors: Float32Array[] = []
    for (const tokens of texts) {
      signal.throwIfAborted()
      vectors.push(ofLengthOne((await context.getEmbeddingFor(tokens)).vector))
    }
    return { vectors, tokens: texts.reduce((sum, tokens) => sum + tokens.length, 0) }
  }

  #embeddingTokens(): number {
    return Math.min(this.contextTokens, this.#opened.model.trainContextSize)
  }

  #wanted(input: ChatInput): Wanted {
    const { model, template } = this.#opened
    const calling = callingOf(input)
    const format = formatOf(input)
    if (calling !== null && format !== null)
      throw new Fault('invalid', 'response_format: goes with tools only where tool_choice is none.', {
        param: 'response_format',
      })
    const { contextText, stopGenerationTriggers } = template.generateContextState({
      chatHistory: turnsOf(input),
    })
    const ends = stopGenerationTriggers.map((text) => text.tokenize(model.tokenizer))
    return {
      prompt: contextText.tokenize(model.tokenizer),
      ends: new Set(ends.flatMap((tokens) => (tokens.length === 1 ? tokens : []))),
      most: input.max_completion_tokens ?? input.max_tokens ?? null,
      sampling: samplingOf(input),
      penalties: { frequency: input.frequency_penalty ?? 0, presence: input.presence_penalty ?? 0 },
      stops: input.stop,
      calling,
      format,
    }
  }
}

function samplingOf(input: ChatInput): Wanted['sampling'] {
  return {
    ...SAMPLING,
    temperature: input.temperature ?? SAMPLING.temperature,
    topP: input.top_p ?? SAMPLING.topP,
    seed: Math.abs(input.seed ?? randomInt(2 ** 32)) % 2 ** 32,
  }
}

async function open(setting: LocalModelSetting, said: (line: string) => void): Promise<Opened> {
  const { file, gpu, threads, contextTokens, memoryMb } = setting
  const library = await loadPackage(setting.package)
  const llama = await library
    .getLlama({
      gpu: gpu === 'off' ? false : 'auto',
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logLevel: 'error',
      logger: (_, message) => said(message),
    })
    .catch((error: unknown) => {
      throw new CannotOpen('build', localModelProblem('no_build'), error)
    })
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new CannotOpen('file', localModelProblem('file_gone'))
  requireMemory(stat.size, memoryMb)
  try {
    const model = await llama.loadModel({ modelPath: file, gpuLayers: gpu === 'off' ? 0 : 'auto' })
    const most = Math.min(contextTokens, model.trainContextSize)
    const needed = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize: most,
      modelGpuLayers: model.gpuLayers,
    })
    requireMemory((model.gpuLayers === 0 ? stat.size : 0) + needed.cpuRam, memoryMb)
    const context = await model.createContext({
      contextSize: most,
      sequences: 1,
      threads,
      batchSize: Math.min(BATCH_TOKENS, most),
    })
    return { library, llama, model, context, template: library.resolveChatWrapper(model) }
  } catch (error) {
    if (error instanceof CannotOpen) throw error
    throw new CannotOpen('file', localModelProblem('file_unreadable'), error)
  }
}

function requireMemory(bytes: number, memoryMb: number): void {
  const needed = Math.ceil(bytes / MIB) + PROGRAM_MIB
  if (needed <= memoryMb) return
  const told = { needed: String(needed), allowed: String(memoryMb) }
  throw new CannotOpen('memory', localModelProblem('memory_short', told))
}

/** As OpenAI's are, so that a product of two is their similarity. */
function ofLengthOne(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length))
}
