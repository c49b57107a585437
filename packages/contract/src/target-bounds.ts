import { z } from 'zod'

const seconds = (max: number) =>
  z
    .int()
    .min(1)
    .max(max * 1000)

/** Milliseconds. */
export const targetTimeouts = z.strictObject({
  /** Until the connection stands, TLS included. */
  connectMs: seconds(120).optional(),
  /** From the request to the first byte of the answer's head. */
  firstByteMs: seconds(3600).optional(),
  /** Between two pieces of the answer. */
  idleMs: seconds(3600).optional(),
  /** The whole call. */
  totalMs: seconds(86_400).optional(),
})

/** Asks by itself, again and again, whether the target is well: `GET`, and any 2xx is a yes. */
export const targetProbe = z.strictObject({
  /** From the root of the target's host, whatever its address ends in: `/health`. */
  path: z
    .string()
    .max(1024)
    .regex(/^\/(?!\/)[!"$-~]*$/, 'must be a path that begins with one slash, without # and spaces'),
  /** Default 10 s. */
  everyMs: z.int().min(100).max(3_600_000).optional(),
  /** For the whole of one answer; default 2 s. */
  timeoutMs: z.int().min(100).max(60_000).optional(),
  /** In a row, until the target is left out; default 3. */
  failures: z.int().min(1).max(100).optional(),
  /** In a row, until it is back; default 2. */
  successes: z.int().min(1).max(100).optional(),
})
