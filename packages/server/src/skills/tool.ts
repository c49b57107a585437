import type { Citation } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Integrity, PartOrigin, ToolEffect } from '@freehold/contract/loop-events.ts'
import type { Caller } from '../identity/caller.ts'

/** JSON Schema (2020-12) of an object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A part of what a tool came back with. The loop numbers its source and puts it into the context under its label. */
export interface ToolPart {
  readonly origin: Extract<PartOrigin, 'tool' | 'document' | 'web'>
  /** `trusted` only what the platform itself composed, without a word of anybody else's. */
  readonly integrity: Integrity
  readonly class: DataClass
  readonly text: string
  /** The span of a document that `text` is. */
  readonly source?: Omit<Citation, 'type' | 'n'>
}

export interface ToolResult {
  readonly parts: readonly ToolPart[]
}

/** A file that a message of the conversation came with. */
export interface AttachedFile {
  readonly id: string
  readonly mediaType: string
}

export interface ToolContext {
  /** Whose permissions count: the tool does nothing that this caller might not do by itself. */
  readonly caller: Caller
  readonly conversation: string
  readonly run: string
  /** The same for every attempt at one call: what an upstream takes as an idempotency key. */
  readonly call: string
  /** Of the context that the arguments were written in: they are of this class. */
  readonly class: DataClass
  /** Collections that the conversation is limited to. Undefined: all that the caller may see. */
  readonly collections?: readonly string[] | undefined
  /** Files of the conversation's messages, those of the newest first. */
  readonly attached?: readonly AttachedFile[]
  /** Aborted when the run is stopped or the tool's time is over. */
  readonly signal: AbortSignal
}

/** What the loop calls and the skill runner implements. */
export interface Tool {
  /** What models call it: `[a-z][a-z0-9_]*`, at most 64 characters. */
  readonly name: string
  /** What people call it; absent: by its name. */
  readonly title?: { readonly en: string; readonly zh: string }
  /** Whose operation it is; absent: it is the platform's own. */
  readonly skill?: string
  /** For the model. */
  readonly description: string
  /**
   * How people ask for it, in every language that is spoken. Without a language model these tell that it is wanted;
   * "search for {{query}}" also says where free words stand. Without any it is called by language models alone.
   */
  readonly examples?: readonly string[]
  /** Arguments that it does not allow never reach `run`. */
  readonly input: JsonSchema
  readonly effect: ToolEffect
  /** `anywhere`: arguments choose the host, so that even a read can carry something out; it counts as `external-send`. */
  readonly dials: 'nowhere' | 'declared' | 'anywhere'
  /**
   * Whether the user is asked where the context holds only trusted text: `policy` where the effect is more than a read
   * and no grant is remembered. With untrusted text in the context everything that is more than a read is asked for.
   */
  readonly confirm: 'never' | 'policy' | 'always'
  /** Whether a call that was under way when the server stopped may be made again with the same `call`. */
  readonly idempotent: boolean
  /** What a remembered grant covers: with these arguments alone. Without it a grant covers the whole tool. */
  readonly grantScope?: (input: unknown) => string
  readonly timeoutMs?: number
  /** Most characters (UTF-16) of its parts together; what is longer is cut, and the model is told. */
  readonly resultCharacters?: number
  /** @throws Fault whose message the model is told */
  run(input: unknown, context: ToolContext): Promise<ToolResult>
}
