import { z } from 'zod'
import { responsesRequest } from './chat.ts'
import { faultBody } from './fault-body.ts'

/** `response.create` of the Responses API over a WebSocket; every other field passes through, as over HTTP. */
export const responsesMessage = responsesRequest.extend({
  type: z.literal('response.create'),
  /** The caller's own name of a row of responses; every event of the answer carries it. */
  stream_id: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 letters, digits or any of . : _ -')
    .nullish(),
  background: z.literal(false, 'is not offered over a WebSocket').nullish(),
  generate: z.literal(true, 'is not offered here: every response is generated').nullish(),
})

/** Ends the response that is under way on this connection. */
export const cancelMessage = z.strictObject({ type: z.literal('response.cancel') })

const runId = z.uuid()

/** What a client sends on `/api/ws`. */
export const runMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    run: runId,
    /** The number of the last event that is known already; absent: from the first. */
    after: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), run: runId }),
  z.strictObject({ type: z.literal('ping') }),
])
export type RunMessage = z.infer<typeof runMessage>

/** What a client receives on `/api/ws`. */
export const runNotice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('subscribed'), run: runId }),
  z.object({ type: z.literal('event'), run: runId, seq: z.int().min(1), event: z.looseObject({}) }),
  /** No event of this run comes any more. */
  z.object({ type: z.literal('ended'), run: runId }),
  z.object({ type: z.literal('error'), run: runId.nullable(), error: faultBody.shape.error }),
])
export type RunNotice = z.infer<typeof runNotice>
