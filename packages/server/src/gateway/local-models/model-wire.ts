import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import type { LocalModelSetting } from '../../kernel/config/local-model-keys.ts'
import type { CannotOpen } from './llama-package.ts'

/** What the process of a model is told. */
export type ToModel =
  | { readonly open: LocalModelSetting }
  | { readonly ask: number; readonly path: string; readonly body: Uint8Array }
  /** Nobody waits for the answer any more. */
  | { readonly drop: number }

/** What it says. */
export type FromModel =
  | { readonly ready: { readonly contextTokens: number } }
  | { readonly failed: { readonly code: CannotOpen['code'] | 'error'; readonly problem: LocalModelProblem } }
  | { readonly head: number; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly data: number; readonly bytes: Uint8Array }
  | { readonly end: number }
  /** The answer breaks off. */
  | { readonly broken: number }
  | { readonly memoryBytes: number }
  /** A mistake of ours: the name of what was thrown, for its message may be content. */
  | { readonly bug: string }
