import type { z } from 'zod'
import type { Action } from './actions.ts'
import type { AuditEventName } from './audit-events.ts'

/** What a text field of an input holds; decides which screening rules apply to it. */
export type FieldKind = 'prompt' | 'code' | 'text' | 'id' | 'query'

export interface OperationInput {
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The body may also be multipart/form-data with one file part, which is read as it arrives. */
  readonly file?: {
    readonly maxBytes: number
    /** What the form may say besides. */
    readonly fields: readonly ('id' | 'class' | 'acl')[]
  }
  /** The body is a form, as OAuth sends it (RFC 6749 appendix B); what is read of it stands here. */
  readonly form?: z.ZodObject
  /** The body may also be text/csv, which is handed on as it came. */
  readonly csv?: { readonly maxBytes: number }
}

interface Described {
  /** `/api/x/{id}`; parameters in braces. */
  readonly path: string
  readonly summary: string
  /** Where it is served: Fastify under /api, the hand-written data path, the probes, the issuer, at /mcp, or as a WebSocket. */
  readonly surface: 'api' | 'data' | 'probe' | 'issuer' | 'mcp' | 'socket'
  readonly input: OperationInput
  /** The success body; null for no content. */
  readonly output: z.ZodType | null
  readonly status?: 101 | 200 | 201 | 204 | 302 | 303
  /** Of a WebSocket: what a client may send on it, and what it receives. */
  readonly messages?: { readonly input: z.ZodType; readonly output: z.ZodType }
  /** Like `fields`, of the messages. */
  readonly messageFields?: Readonly<Record<string, FieldKind>>
  /** The media type of text, or of bytes, that it may be answered with as well. */
  readonly text?:
    | 'text/csv'
    | 'text/plain'
    | 'application/x-ndjson'
    | 'text/event-stream'
    | 'text/markdown'
    /** Bytes, under the type that they have. */
    | 'application/octet-stream'
  /** It is answered with a page for people as well, or with nothing else. */
  readonly page?: 'text/html'
  /** Paths of text fields in the input and what they hold. */
  readonly fields: Readonly<Record<string, FieldKind>>
  /** `bodyBytes`: of JSON, or of one message, which is parsed in one piece; while it is parsed nobody else is answered. */
  readonly limits: { readonly bodyBytes: number }
  /** The shapes of its bodies and refusals where they are not ours. */
  readonly dialect?: 'scim' | 'oauth'
  readonly action: Action
}

/** An operation that changes nothing. A POST that only reads says why it is one. */
type Reading = Described & {
  readonly audit?: never
  readonly stores?: never
  /** What is recorded when the operator of the machine reads content through its own socket. */
  readonly operatorAudit?: AuditEventName
} & (
    | { readonly method: 'GET'; readonly readOnly?: never; readonly changesByGet?: never }
    | { readonly method: 'POST'; readonly readOnly: string }
    /** Handed on with whatever method it came. */
    | { readonly method: 'ANY'; readonly surface: 'data'; readonly readOnly: string }
  )

/** An operation that changes something: without an action and an audit event it does not compile. */
type Mutating = Described & {
  readonly readOnly?: never
  readonly operatorAudit?: never
  readonly audit: AuditEventName
  /** It adds what somebody sends to storage: refused while there is no room. What makes room never is. */
  readonly stores?: true
} & (
    | { readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly changesByGet?: never }
    /** Says why no other method can be asked for; it needs a proof of its own that its caller began it. */
    | { readonly method: 'GET'; readonly changesByGet: string }
  )

/** One row of the route table: Fastify, the data path, OpenAPI and the access tests all read it. */
export type Operation = Reading | Mutating
