import { z } from 'zod'
import { conversationPage } from './conversations.ts'

/** Tags are sealed: a page is what a thousand conversations have, and each page counts its own. */
export const tagPage = conversationPage.pick({ after: true, archived: true })

export const conversationTag = z.object({
  tag: z.string(),
  /** How many have it, of those that the page is about. */
  conversations: z.int(),
})
