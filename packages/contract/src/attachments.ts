import { z } from 'zod'
import { citation } from './chat.ts'
import { dataClass } from './data-class.ts'
import { documentText } from './knowledge.ts'

/** Files that one message names. */
export const MOST_ATTACHED = 20

/** A text that is kept as a file; a file itself comes as a form. */
export const attachmentInput = z.strictObject({
  /** Its end says how it is read: `.txt`, `.md`, `.csv`, `.json`, `.html`. */
  name: z.string().trim().min(1).max(255),
  text: z.string().min(1).max(1_000_000),
  class: dataClass.optional(),
})

export const ATTACHMENT_STATES = ['reading', 'ready', 'failed'] as const

export const attachmentView = z.object({
  id: z.uuid(),
  conversation: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  class: dataClass,
  /** A message can name it once it is `ready`. */
  state: z.enum(ATTACHMENT_STATES),
  /** Why it could not be read; null unless it `failed`. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What of it could not be read; null where all of it was. */
  warning: z.string().nullable(),
  /** Characters of its text (UTF-16); null while there is none. */
  textLength: z.number().int().nullable(),
  createdAt: z.iso.datetime(),
})
export const attachmentList = z.object({ data: z.array(attachmentView) })

/** The text that citations of it point into. */
export const attachmentText = documentText
  .omit({ collectionId: true })
  .extend({ id: z.uuid(), conversation: z.uuid() })

/** A file as the message says it that names it; `n` is what it is cited by. */
export const attachedView = z.object({
  id: z.uuid(),
  n: citation.shape.n,
  name: z.string(),
  mediaType: z.string(),
  class: dataClass,
})
export type Attached = z.infer<typeof attachedView>
