import { z } from 'zod'

export const RUN_STATES = ['running', 'waiting', 'completed', 'stopped', 'failed', 'interrupted'] as const
export type RunState = (typeof RUN_STATES)[number]

export const runRefView = z.object({ id: z.uuid(), state: z.enum(RUN_STATES) })

export const runView = runRefView.extend({
  conversation: z.uuid(),
  /** The message that is answered, and the id that the answer has or will have. */
  message: z.uuid(),
  answer: z.uuid(),
  /** The code of the refusal that it failed with. */
  code: z.string().nullable(),
  /** The number of its last event. */
  lastSeq: z.number().int(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
})

/** From which event on they are told; a browser that comes back says so in `last-event-id`. */
export const runEventsQuery = z.strictObject({ after: z.coerce.number().int().min(0).optional() })
