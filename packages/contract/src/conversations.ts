import { z } from 'zod'
import { artifactExported } from './artifacts.ts'
import { attachedView, attachmentView, MOST_ATTACHED } from './attachments.ts'
import { citation } from './chat.ts'
import { dataClass } from './data-class.ts'
import { answerChecked, contextPart, runLimit, toolCall } from './loop-events.ts'
import { modelName } from './routing.ts'
import { runRefView } from './runs.ts'
import { skillName } from './skill-permissions.ts'
import { zone } from './zone.ts'

/** Of one message; a whole book is a document and belongs into a collection. */
export const MOST_MESSAGE_CHARACTERS = 400_000

const title = z.string().trim().min(1).max(200)
const tag = z.string().trim().min(1).max(40)
const tags = z.array(tag).max(20)
/** What the model is told first in every run of the conversation. */
const instructions = z.string().max(20_000)
/** Answers are made in the program itself or at private targets, and tools that dial are not called. */
const keepPrivate = z.boolean()
const projectId = z.uuid()

export const conversationInput = z.strictObject({
  title: title.optional(),
  model: modelName.optional(),
  instructions: instructions.optional(),
  tags: tags.optional(),
  project: projectId.optional(),
  class: dataClass.optional(),
  /** Deleted by itself after the time that the operator set, and never found by a search. */
  temporary: z.boolean().optional(),
  keepPrivate: keepPrivate.optional(),
})

export const conversationChange = z.strictObject({
  title: title.optional(),
  model: modelName.nullable().optional(),
  instructions: instructions.nullable().optional(),
  tags: tags.optional(),
  project: projectId.nullable().optional(),
  /** It only rises: a lower one than it has is refused. */
  class: dataClass.optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  keepPrivate: keepPrivate.optional(),
  /** The message that its branch ends with. */
  leaf: z.uuid().optional(),
})

export const conversationView = z.object({
  id: z.uuid(),
  /** Null until its first message. */
  title: z.string().nullable(),
  model: z.string().nullable(),
  instructions: z.string().nullable(),
  tags: z.array(z.string()),
  project: z.uuid().nullable(),
  /** The highest class that anything in it reached. */
  class: dataClass,
  pinned: z.boolean(),
  archived: z.boolean(),
  temporary: z.boolean(),
  keepPrivate,
  expiresAt: z.iso.datetime().nullable(),
  /** The message that the branch ends with which was spoken in last; null while there is none. */
  leaf: z.uuid().nullable(),
  /** The run that is not over yet; null where there is none. */
  run: runRefView.nullable(),
  /** The one that was to answer the leaf and failed or was interrupted; null where the leaf has its answer or waits for it. */
  unanswered: runRefView.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})

const flag = z.enum(['true', 'false']).transform((word) => word === 'true')

export const conversationPage = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  archived: flag.default(false),
  pinned: flag.optional(),
  project: projectId.optional(),
  /** Tags are sealed: a page of these may hold few, or none, and be continued all the same. */
  tag: tag.optional(),
})

export const messagePage = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /**
   * Only the branch that ends with this message, from its end to its beginning, and who stands beside whom in it;
   * `current`: the branch that the conversation ends with.
   */
  branch: z.union([z.literal('current'), z.uuid()]).optional(),
  /** As `branch`, from the end that was spoken in last behind this message. */
  through: z.uuid().optional(),
})

/** How an answer is to be made. */
const asking = {
  /** Absent: that of the message that is edited or answered again, of the conversation, or of the answer before. */
  model: modelName.optional(),
  /** Where the built-in engine and the tools look; absent: everywhere the caller may. */
  collections: z.array(z.uuid()).max(100).optional(),
  /** Whether the model may call tools; absent: it may. */
  tools: z.boolean().optional(),
  /** Of all skills these alone, each of which must have something to call; absent: those that what was said is about. */
  skills: z.array(skillName).min(1).max(8).optional(),
  /** What the answer may cost at most, in the unit of the targets' prices; the lower of this and `conversations.runCost`. */
  maxCost: z.number().positive().max(1e9).optional(),
  /** For this answer; where the conversation is kept private, every one is. */
  keepPrivate: keepPrivate.optional(),
}

export const messageInput = z.strictObject({
  text: z.string().min(1).max(MOST_MESSAGE_CHARACTERS),
  /** The message that it answers; absent: the end of the branch; null: it begins another one. */
  parent: z.uuid().nullable().optional(),
  /** A message of the same caller that it takes the place of, in a branch beside it. */
  edits: z.uuid().optional(),
  class: dataClass.optional(),
  /** Files of the conversation that it is about; absent: none, or those of the message that it edits. */
  attachments: z.array(z.uuid()).max(MOST_ATTACHED).optional(),
  ...asking,
})

export const regenerateInput = z.strictObject({
  /** The answer that another one is to stand beside. */
  message: z.uuid(),
  ...asking,
})

export const forkInput = z.strictObject({
  /** The last message that the new conversation has. */
  message: z.uuid(),
  title: title.optional(),
})

/** Where a model's message was made and what became of what was sent; null where no model was asked. */
export const messageMaking = z.object({
  model: z.string().nullable(),
  zone: zone.nullable(),
  target: z.string().nullable(),
  /** Of the last request: id of the rule by which it went there, null where none was needed. */
  rule: z.string().nullable().default(null),
  /** What made the class of the last request what it was, in the order in which it rose. */
  because: z.array(z.string()).default([]),
  /** How many values were replaced before anything left. */
  masked: z.number().int(),
  /** Ids of the requests that made it, for `GET /api/requests/{id}`. */
  requests: z.array(z.string()),
  usage: z.object({ input: z.number().int(), output: z.number().int() }).nullable(),
  /** In the unit of the targets' prices; null where no target had one. */
  cost: z.number().nullable().default(null),
  /** The limit of the run that was reached before the model was done; null where none was. */
  limit: runLimit.nullable().default(null),
})

/** What a model wrote and what tools came back with on the way to an answer. */
const messageStep = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  parts: z.array(contextPart),
  calls: z.array(toolCall).optional(),
  call: z.string().optional(),
  name: z.string().optional(),
})

export const messageView = z.object({
  id: z.uuid(),
  conversation: z.uuid(),
  /** Null for the first of a branch. */
  parent: z.uuid().nullable(),
  /** Where a branch is read: all that stand in this place, itself among them, oldest first; absent where it is alone. */
  beside: z.array(z.uuid()).optional(),
  role: z.enum(['user', 'assistant']),
  /** `stopped`: somebody ended it, and what was said until then stands in it. */
  status: z.enum(['complete', 'stopped']),
  class: dataClass,
  text: z.string(),
  /** Its words with where they come from. */
  parts: z.array(contextPart),
  /** What came before its own words: calls of tools and their results. */
  steps: z.array(messageStep),
  attachments: z.array(attachedView).default([]),
  citations: z.array(citation),
  /** Which sentences of an answer are borne out; null where nobody looked. */
  checked: answerChecked.nullable(),
  making: messageMaking.nullable(),
  run: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
})
export type MessageView = z.infer<typeof messageView>

/** What came of a message: it is stored, and its answer is being made. */
export const runStarted = z.object({
  run: z.uuid(),
  /** The message that is answered. */
  message: messageView,
  /** The id that the answer will have. */
  answer: z.uuid(),
})

export const conversationsDeletion = z.strictObject({ ids: z.array(z.uuid()).min(1).max(200) })
export const conversationsDeleted = z.object({ deleted: z.number().int() })

export const conversationSearch = z.strictObject({
  query: z.string().trim().min(1).max(500),
  limit: z.number().int().min(1).max(50).default(20),
})
export const conversationHits = z.object({
  hits: z.array(
    z.object({
      conversation: z.uuid(),
      /** The message that fits best; null where only the title does. */
      message: z.uuid().nullable(),
      title: z.string().nullable(),
      /** Around the words that were found. */
      snippet: z.string(),
      score: z.number(),
      at: z.iso.datetime(),
    }),
  ),
  /** How many of the caller's conversations were looked at; more are older than that. */
  searched: z.number().int(),
  complete: z.boolean(),
})

export const conversationFind = z.strictObject({
  /** As it was said, in upper or lower case; marks of Markdown and how much room is between words do not count. */
  text: z.string().trim().min(1).max(500),
  limit: z.number().int().min(1).max(1000).default(200),
})
export const conversationFound = z.object({
  /** The messages that hold it, in all branches, the newest first. */
  hits: z.array(
    z.object({
      message: z.uuid(),
      role: z.enum(['user', 'assistant']),
      /** Around the first place. */
      snippet: z.string(),
      at: z.iso.datetime(),
    }),
  ),
  /** False: there are more than `limit`. */
  complete: z.boolean(),
})

export const projectInput = z.strictObject({ name: z.string().trim().min(1).max(200) })
export const projectView = z.object({ id: z.uuid(), name: z.string(), createdAt: z.iso.datetime() })

export const exportQuery = z.strictObject({
  /** `html`: the branch that was spoken in last, as a page to be printed that needs nothing beside itself. */
  format: z.enum(['json', 'md', 'html']).default('json'),
  /** Of the page; absent: what `accept-language` asks for. */
  language: z.enum(['en', 'zh-CN']).optional(),
})
const exportedMessage = messageView.pick({
  id: true,
  parent: true,
  role: true,
  status: true,
  class: true,
  text: true,
  attachments: true,
  citations: true,
  making: true,
  createdAt: true,
})
/** All branches of a conversation, as a file that can be imported again. */
export const conversationExport = z.object({
  freehold: z.literal('conversation'),
  version: z.literal(1),
  title: z.string().nullable(),
  model: z.string().nullable(),
  instructions: z.string().nullable(),
  tags: z.array(z.string()),
  class: dataClass,
  leaf: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  messages: z.array(exportedMessage),
  /** What was attached, without the files themselves. */
  attachments: z.array(attachmentView).default([]),
  artifacts: z.array(artifactExported).default([]),
})

export const importInput = z.strictObject({
  /** What another program exported: one conversation, or a list. */
  data: z.union([z.array(z.looseObject({})).min(1).max(1000), z.looseObject({})]),
  class: dataClass.optional(),
})
export const conversationsImported = z.object({
  conversations: z.array(z.uuid()),
  messages: z.number().int(),
  /** Conversations in which nobody said a word. */
  skipped: z.number().int(),
})

export const shareInput = z.strictObject({
  /** The last message that is shared; absent: the end of the branch. */
  message: z.uuid().optional(),
  days: z.number().int().min(1).max(365).default(30),
  /** `anyone`: whoever has the link reads it in a browser, without being known here. */
  audience: z.enum(['tenant', 'anyone']).default('tenant'),
})
export const shareView = z.object({
  id: z.uuid(),
  messages: z.number().int(),
  audience: z.enum(['tenant', 'anyone']),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
/** `token` is told once, and so is the path of the page; null: there is none for the people of a tenant. */
export const shareMade = shareView.extend({ token: z.string(), path: z.string().nullable() })
export const shareList = z.object({ data: z.array(shareView) })
const shareToken = z.string().regex(/^[\w-]{43}$/, 'is no token of a share')
export const byToken = z.strictObject({ id: shareToken })
export const byTenantAndToken = z.strictObject({ tenant: z.uuid(), id: shareToken })
export const sharedView = z.object({
  title: z.string().nullable(),
  class: dataClass,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  messages: z.array(
    messageView.pick({ role: true, status: true, text: true, citations: true, createdAt: true }),
  ),
})

const noteText = z.string().trim().min(1).max(8000)
const noted = z.object({ id: z.uuid(), text: z.string(), class: dataClass, createdAt: z.iso.datetime() })

/** What models are told in every conversation that is not temporary. */
export const memoryInput = z.strictObject({ text: noteText, class: dataClass.optional() })
export const memoryChange = z.strictObject({ text: noteText })
export const memoryView = noted

/** A prompt to be used again; `{{name}}` in it is filled in by whoever uses it. */
export const templateInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  text: noteText,
  class: dataClass.optional(),
})
export const templateChange = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    text: noteText.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'Say what to change.')
export const templateView = noted.extend({ name: z.string(), variables: z.array(z.string()) })
