import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { profileName } from './desensitise.ts'
import { conversationName, modelName, targetName } from './routing.ts'
import { zone } from './zone.ts'

/** A conversation in the form of chat completions; further members are sent as they would be. */
export const previewInput = z.looseObject({
  messages: z
    .array(z.looseObject({ role: z.string() }))
    .min(1)
    .max(10_000),
  model: modelName.optional(),
  /** One of those that the rule for this request names; default: the first. */
  target: targetName.optional(),
  /** As `x-freehold-class` would declare it. */
  class: dataClass.optional(),
  /** The name of its conversation, whose class counts; `x-freehold-conversation` would give it. */
  conversation: conversationName.optional(),
  /** A profile to be tried instead of the rule's; what target and tenant ask for is done all the same. */
  desensitise: profileName.optional(),
})
export const preview = z.object({
  class: dataClass,
  target: z.string(),
  zone,
  /** The profile, or several together, by which it was masked; null where it is not. */
  desensitise: z.string().nullable(),
  /** The body as the target would get it. */
  outbound: z.string(),
  /** How many values were replaced in it. */
  masked: z.int(),
  /** The same by type. */
  values: z.record(z.string(), z.int()),
})

/** The name of a conversation, as `x-freehold-conversation` gives it. */
export const byConversation = z.strictObject({
  name: conversationName,
})

/** One call of a managed target. Places are UTF-16 offsets. */
export const egressView = z.object({
  attempts: z.array(
    z.object({
      target: z.string(),
      at: z.string(),
      /** Below the host of the target. */
      path: z.string(),
      /** As it left. */
      outbound: z.string(),
      /** As it came back, before anything was put back; null where nothing did, or not all of it was kept. */
      inbound: z.string().nullable(),
      /** Where in `outbound` something stands in the place of a value. */
      spans: z.array(z.object({ start: z.int(), end: z.int(), type: z.string() })),
    }),
  ),
})
