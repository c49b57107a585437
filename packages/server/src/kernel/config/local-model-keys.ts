import { availableParallelism } from 'node:os'
import { modelName, targetName } from '@freehold/contract/routing.ts'
import { z } from 'zod'
import type { Building } from './structured.ts'
import { structured } from './structured.ts'

/** A model file that this program opens itself, in a process of its own. */
export interface LocalModelSetting {
  /** Of the target. */
  readonly name: string
  /** Absolute. */
  readonly file: string
  /** Changes when the file does. */
  readonly mark: string
  /** Names under which it is asked for. */
  readonly models: readonly string[]
  /** The directory of node-llama-cpp, or its name. */
  readonly package: string
  readonly contextTokens: number
  readonly threads: number
  readonly gpu: 'off' | 'auto'
  readonly memoryMb: number
  /** Requests that may wait behind the one that is answered. */
  readonly queue: number
  /** Until it says that it is ready. */
  readonly startMs: number
}

const MOST_LOCAL_MODELS = 8
const PATH = /^(?:\.{0,2}\/)?[^\0]+$/

const localModel = z.strictObject({
  name: targetName,
  file: z
    .string()
    .min(1)
    .max(4096)
    .regex(PATH, 'must be the path of a .gguf file')
    .endsWith('.gguf', 'must be the path of a .gguf file'),
  models: z.array(modelName).min(1).max(100).optional(),
  package: z
    .string()
    .max(4096)
    .regex(/^(?:\.{0,2}\/[^\0]+|node-llama-cpp)$/, 'must be node-llama-cpp, or the path of its directory')
    .default('node-llama-cpp'),
  contextTokens: z.int().min(256).max(1_048_576).default(4096),
  /** Threads that wait for each other cost more than they bring where other work is done beside them. */
  threads: z.int().min(1).max(256).optional(),
  gpu: z.enum(['off', 'auto']).default('off'),
  memoryMb: z.int().min(64).max(4_194_304).default(8192),
  queue: z.int().min(0).max(1000).default(8),
  startMs: z.int().min(1000).max(3_600_000).default(300_000),
})

export const localModelsRow = structured({
  schema: z.array(localModel).max(MOST_LOCAL_MODELS).default([]),
  meaning:
    'Model files (GGUF) that this program opens itself, each in a process of its own and a target of zone `local` for the rules. They need the package node-llama-cpp, which does not come with Freehold.',
  list: true,
  expects: 'a list of local models, each with name and file',
  reload: 'live',
  shown: (models: readonly LocalModelSetting[]) => models.map(shownModel),
  build: buildLocalModels,
})

function shownModel(setting: LocalModelSetting): unknown {
  const { mark: _, ...rest } = setting
  return rest
}

function buildLocalModels(
  written: readonly z.output<typeof localModel>[],
  { file, refuse }: Building,
): readonly LocalModelSetting[] {
  const first = new Map<string, number>()
  return written.map(({ models, threads, ...one }, at) => {
    const same = first.get(one.name)
    if (same === undefined) first.set(one.name, at)
    else refuse([at, 'name'], `is the name of localModels[${same}] already`)
    const found = file(one.file)
    if (!found.isThere) refuse([at, 'file'], 'names a file that does not exist')
    return {
      ...one,
      file: found.path,
      mark: found.mark,
      package: one.package.includes('/') ? file(one.package).path : one.package,
      models: models ?? [one.name],
      threads: threads ?? Math.max(1, availableParallelism() - 1),
    }
  })
}
