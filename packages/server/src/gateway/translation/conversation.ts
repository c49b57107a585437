/** What a request for a model says, whichever API it came through. */
export interface Conversation {
  /** In the target's words. */
  readonly model: string
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice | null
  /** Null: the API's own default, which is to allow them. */
  readonly parallelTools: boolean | null
  /** The form that the answer must have; null: text. `object`: any JSON object. */
  readonly format: Format | 'object' | null
  readonly maxTokens: number | null
  readonly temperature: number | null
  readonly topP: number | null
  readonly topK: number | null
  readonly stop: readonly string[]
  readonly effort: Effort | null
  /** Whom the provider may hold responsible; an opaque id. */
  readonly user: string | null
  readonly tier: 'auto' | 'standard' | null
  readonly stream: boolean
  /** Members that mean the same in all APIs of OpenAI, for targets that speak one of them. */
  readonly openai: Readonly<Record<string, unknown>>
}

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant'
  readonly parts: readonly Part[]
}

export type Part = SaidPart | GivenPart | ToolResult

/** What a model says. */
export type SaidPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  /** `signature`: the provider's own proof that it wrote this; null where it has none. */
  | { readonly kind: 'thinking'; readonly text: string; readonly signature: string | null }
  | { readonly kind: 'redacted'; readonly data: string }
  /** `arguments`: JSON text, as the model wrote it. */
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }

/** What a model is given besides text. `path` names it in a refusal. */
export type GivenPart =
  | { readonly kind: 'image'; readonly source: DataSource | UrlSource; readonly detail: string | null }
  | {
      readonly kind: 'file'
      readonly source: DataSource | UrlSource
      readonly name: string | null
      readonly path: string
    }

/** Base64. */
interface DataSource {
  readonly mediaType: string
  readonly data: string
}
interface UrlSource {
  readonly url: string
}

export interface ToolResult {
  readonly kind: 'result'
  readonly call: string
  readonly parts: readonly (Extract<SaidPart, { kind: 'text' }> | GivenPart)[]
  readonly isError: boolean
  readonly path: string
}

export interface Tool {
  readonly name: string
  readonly description: string | null
  /** JSON Schema. */
  readonly input: Readonly<Record<string, unknown>> | null
  readonly strict: boolean | null
  /** Its client wants text instead of arguments: a custom tool of OpenAI's. */
  readonly isCustom: boolean
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string }

export interface Format {
  readonly name: string
  readonly description: string | null
  readonly schema: Readonly<Record<string, unknown>>
  readonly strict: boolean | null
}

/** RFC 2397, base64 only; null for anything else. */
export function dataUrl(url: string): DataSource | null {
  const [, mediaType, data] =
    /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w.+-]+=[\w.+-]+)*;base64,([\s\S]*)$/i.exec(url) ?? []
  return mediaType === undefined || data === undefined ? null : { mediaType: mediaType.toLowerCase(), data }
}
