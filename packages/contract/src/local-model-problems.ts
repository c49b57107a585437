import type { Said } from './remark.ts'
import { remarkOf, sayingOf } from './remark.ts'

/** Why a local model cannot be used, by code. The codes are a public contract. */
export const LOCAL_MODEL_PROBLEMS = {
  package_missing:
    'The package {name} cannot be loaded. Install it beside Freehold and name its directory in localModels, field package.',
  package_version: 'The package {name} must be of version {version}.',
  no_build:
    'There is no build of node-llama-cpp for this machine: install its platform package (@node-llama-cpp/linux-x64 and so on) with it.',
  file_gone: 'The file of the model is not there any more.',
  file_unreadable: 'The file cannot be read as a model: is it a GGUF of a known architecture, and whole?',
  memory_short: 'The model needs about {needed} MiB, and memoryMb allows {allowed}.',
  memory_over: 'The model took more memory than memoryMb allows and was ended; it is started again.',
  ended: 'The process of the model ended and is started again.',
  not_started: 'The model could not be opened in time, or its process ended while it was.',
  not_opened: 'The model could not be opened.',
} as const

export const localModelRemark = remarkOf(LOCAL_MODEL_PROBLEMS)
export type LocalModelProblemCode = keyof typeof LOCAL_MODEL_PROBLEMS
export type LocalModelProblem = Said<LocalModelProblemCode>
export const localModelProblem = sayingOf(LOCAL_MODEL_PROBLEMS)
