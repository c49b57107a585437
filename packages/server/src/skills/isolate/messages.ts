/** Bounds of one call that the isolate keeps itself. */
export interface IsolateLimits {
  readonly cpuMs: number
  readonly memoryMb: number
  readonly outputBytes: number
}

/** The program of a skill: its modules by path, as JavaScript. The same map is handed to a thread once. */
export interface IsolateCode {
  /** Tells programs apart. */
  readonly digest: string
  readonly entry: string
  readonly modules: ReadonlyMap<string, string>
}

export interface CallMessage {
  readonly kind: 'call'
  readonly call: number
  readonly digest: string
  /** Given with the first call of this program in this thread. */
  readonly code: IsolateCode | null
  readonly operation: string
  /** JSON. */
  readonly input: string
  readonly limits: IsolateLimits
}

export interface AnswerMessage {
  readonly kind: 'answer'
  readonly call: number
  readonly ask: number
  readonly succeeded: boolean
  /** JSON: the value, or `{name, message, code}` of the refusal. */
  readonly json: string
}

export type ToThread = CallMessage | AnswerMessage

/** A host function is called; its answer is awaited inside. */
export interface AskMessage {
  readonly kind: 'ask'
  readonly call: number
  readonly ask: number
  readonly name: string
  /** JSON of its arguments, as the guest wrote them. */
  readonly json: string
}

/** Why a call has no result: its own error, or the bound that it ran into. */
export type IsolateFailure =
  | 'threw'
  | 'no-operation'
  | 'cpu'
  | 'memory'
  | 'stack'
  | 'output'
  | 'never-settles'
  | 'asks'

export type DoneMessage = {
  readonly kind: 'done'
  readonly call: number
} & (
  | { readonly succeeded: true; readonly json: string }
  | {
      readonly succeeded: false
      readonly failure: IsolateFailure
      /** In the guest's words. */
      readonly message: string
      /** The refusal of a host function that it did not catch. */
      readonly ask: number | null
    }
)

/** Nothing of an earlier call is left, and the next one can come. */
export interface ReadyMessage {
  readonly kind: 'ready'
  /** As the system numbers threads; null where that cannot be asked. */
  readonly thread: number | null
}

export type FromThread = AskMessage | DoneMessage | ReadyMessage

/** What a thread is started with. */
export interface ThreadStart {
  readonly wasm: WebAssembly.Module
  /** One number: processor time of the thread when the call that it performs began, in milliseconds. */
  readonly clock: Float64Array
}

/** Of one call: what waits for an answer at the same time, and all together. */
export const MOST_WAITING_ASKS = 16
export const MOST_ASKS = 1000
export const MOST_ASK_CHARACTERS = 2 * 1024 * 1024
