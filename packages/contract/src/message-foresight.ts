import { z } from 'zod'
import { MOST_ATTACHED } from './attachments.ts'
import { MOST_MESSAGE_CHARACTERS } from './conversations.ts'
import { dataClass } from './data-class.ts'
import { explanation, modelName } from './routing.ts'

/** A message that somebody is writing, as it would be sent now. */
export const foreseenMessage = z.strictObject({
  text: z.string().max(MOST_MESSAGE_CHARACTERS).default(''),
  /** Absent: it would begin one. */
  conversation: z.uuid().optional(),
  /** Files of that conversation. */
  attachments: z.array(z.uuid()).max(MOST_ATTACHED).optional(),
  /** Absent: that of the conversation, or what would be asked where nobody says which. */
  model: modelName.optional(),
  class: dataClass.optional(),
  keepPrivate: z.boolean().optional(),
})

/** Where it would go. What tools find while it is answered may raise its class, and then it is decided anew. */
export const messageForesight = explanation
  .pick({ class: true, because: true, rule: true, attempts: true, skipped: true, refused: true })
  .extend({
    model: z.string(),
    /** By the message or its conversation. */
    keepPrivate: z.boolean(),
  })
