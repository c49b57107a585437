import { z } from 'zod'

const tokens = z.int().min(0).max(1e9)

/** What is looked at in an event of a target; everything else passes through. */
const serverEvent = z.looseObject({
  type: z.string().min(1).max(128),
  response: z
    .looseObject({
      status: z.string().max(64).nullish().catch(null),
      usage: z.looseObject({ input_tokens: tokens, output_tokens: tokens }).nullish().catch(null),
    })
    .optional()
    .catch(undefined),
  error: z
    .looseObject({ event_id: z.string().nullish().catch(null) })
    .optional()
    .catch(undefined),
  session: z
    .looseObject({
      audio: z
        .looseObject({
          input: z
            .looseObject({
              turn_detection: z.looseObject({ create_response: z.boolean().default(true) }).nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .optional()
    .catch(undefined),
})
export type ServerEvent = z.output<typeof serverEvent>

/** Null for what is no event. */
export function readServerEvent(text: string): ServerEvent | null {
  try {
    return serverEvent.safeParse(JSON.parse(text)).data ?? null
  } catch {
    // Not even JSON.
    return null
  }
}
