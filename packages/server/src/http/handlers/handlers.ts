import type { OPERATIONS, OperationId } from '@freehold/contract/operations.ts'
import type { OperationInput } from '@freehold/contract/operation.ts'
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { TextAnswer, TextStream } from '../text-answer.ts'
import type { Caller } from '../../identity/caller.ts'

type Table = typeof OPERATIONS
/** The operations that Fastify serves. */
export type ApiOperationId = {
  [Id in OperationId]: Table[Id]['surface'] extends 'api' ? Id : never
}[OperationId]

type Part<I extends OperationInput, K extends 'params' | 'query' | 'body'> = I[K] extends z.ZodType
  ? z.output<I[K]>
  : undefined

/** A form with a file: everything in it, read to its end. */
export interface UploadedForm {
  /** The part named `file`; null where the form had none. */
  readonly file: { readonly name: string; readonly bytes: Buffer } | null
  readonly fields: Readonly<Record<string, string>>
}

type Body<Id extends ApiOperationId> =
  | Part<Table[Id]['input'], 'body'>
  | (Table[Id]['input'] extends { readonly file: object } ? { readonly form: UploadedForm } : never)
  | (Table[Id]['input'] extends { readonly csv: object } ? { readonly csv: Buffer } : never)

/** What a handler is given: everything is parsed and the caller may take the action. */
export interface Call<Id extends ApiOperationId> {
  readonly request: string
  /** Null only where anyone may call. */
  readonly caller: Table[Id]['action'] extends
    | 'platform.read'
    | 'owner.claim'
    | 'session.open'
    | 'invitation.accept'
    | 'break_glass.use'
    ? null
    : Caller
  readonly params: Part<Table[Id]['input'], 'params'>
  readonly query: Part<Table[Id]['input'], 'query'>
  readonly body: Body<Id>
  /** What tells where the request came from. */
  readonly asking: {
    readonly headers: IncomingHttpHeaders
    readonly method: string
    readonly requestId: string
    /** Of the other end of the connection; absent on the operator's own socket. */
    readonly address: string | undefined
  }
  /** Sets a response header, for cookies. */
  readonly header: (name: string, value: string) => void
  /** Aborted when the caller may not go on. */
  readonly signal: AbortSignal
}

type Output<Id extends ApiOperationId> = Table[Id]['output'] extends z.ZodType
  ? z.input<Table[Id]['output']>
  : undefined

type Answer<Id extends ApiOperationId> =
  | Output<Id>
  | (Table[Id] extends { readonly text: string } | { readonly page: string } | { readonly dialect: string }
      ? TextAnswer | TextStream
      : never)

/** One handler for every row of the table: a missing one does not compile. */
export type Handlers = {
  readonly [Id in ApiOperationId]: (call: Call<Id>) => Promise<Answer<Id>>
}
