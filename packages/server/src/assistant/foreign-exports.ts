import { conversationExport, MOST_MESSAGE_CHARACTERS } from '@freehold/contract/conversations.ts'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { parseInput } from '../kernel/input.ts'

/** A conversation out of a file, in our words. */
export interface Foreign {
  readonly title: string | null
  readonly atMs: number | null
  /** The key of the message that its branch ends with; null: nobody says. */
  readonly leaf: string | null
  readonly messages: readonly ForeignMessage[]
}

export interface ForeignMessage {
  readonly key: string
  readonly parent: string | null
  /** Null for what nobody said: it is left out, and what stands behind it moves up. */
  readonly role: 'user' | 'assistant' | null
  readonly text: string
  readonly atMs: number | null
  readonly model: string | null
}

const MOST_MESSAGES = 10_000
const key = z.string().min(1).max(200)
const title = z.string().nullish()
const seconds = z.number().nonnegative().max(1e11).nullish()
const words = z.string().max(MOST_MESSAGE_CHARACTERS)
const mapOf = <T extends z.ZodType>(value: T) =>
  z.record(key, value).refine((map) => Object.keys(map).length <= MOST_MESSAGES, 'holds too many messages')

const openAi = z.looseObject({
  title,
  create_time: seconds,
  current_node: key.nullish(),
  mapping: mapOf(
    z.looseObject({
      parent: key.nullish(),
      message: z
        .looseObject({
          author: z.looseObject({ role: z.string() }),
          create_time: seconds,
          content: z
            .looseObject({ parts: z.array(z.unknown()).max(1000).nullish(), text: words.nullish() })
            .nullish(),
          metadata: z.looseObject({ model_slug: z.string().max(256).nullish() }).nullish(),
        })
        .nullish(),
    }),
  ),
})

const webUi = z.looseObject({
  title,
  created_at: seconds,
  chat: z.looseObject({
    title,
    history: z.looseObject({
      currentId: key.nullish(),
      messages: mapOf(
        z.looseObject({
          parentId: key.nullish(),
          role: z.string(),
          content: words.nullish(),
          timestamp: seconds,
          model: z.string().max(256).nullish(),
        }),
      ),
    }),
  }),
})

interface LibreMessage {
  readonly messageId: string
  readonly parentMessageId?: string | null | undefined
  readonly isCreatedByUser?: boolean | null | undefined
  readonly text?: string | null | undefined
  readonly content?: readonly { readonly type?: unknown; readonly text?: unknown }[] | null | undefined
  readonly createdAt?: string | null | undefined
  readonly model?: string | null | undefined
  readonly children?: readonly LibreMessage[] | null | undefined
}
const libreMessage: z.ZodType<LibreMessage> = z.lazy(() =>
  z.looseObject({
    messageId: key,
    parentMessageId: z.string().max(200).nullish(),
    isCreatedByUser: z.boolean().nullish(),
    text: words.nullish(),
    content: z
      .array(z.looseObject({ type: z.unknown(), text: z.unknown() }))
      .max(1000)
      .nullish(),
    createdAt: z.string().max(64).nullish(),
    model: z.string().max(256).nullish(),
    children: z.array(libreMessage).max(MOST_MESSAGES).nullish(),
  }),
)
const libre = z.looseObject({
  title,
  conversationId: key,
  messages: z.array(libreMessage).max(MOST_MESSAGES),
})

/** Reads one conversation of a file, by whatever program wrote it. @throws Fault `invalid` that names the field */
export function readForeign(value: Readonly<Record<string, unknown>>): Foreign {
  if (value['freehold'] === 'conversation') return ofOurs(parseInput(conversationExport, value))
  if ('mapping' in value) return ofOpenAi(parseInput(openAi, value))
  if ('chat' in value) return ofWebUi(parseInput(webUi, value))
  if ('conversationId' in value) return ofLibre(parseInput(libre, value))
  throw new Fault('invalid', 'data: this is no export of Freehold, OpenAI, Open WebUI or LibreChat.', {
    param: 'data',
  })
}

const roleOf = (role: string): ForeignMessage['role'] =>
  role === 'user' || role === 'assistant' ? role : null
const inMs = (time: number | null | undefined): number | null => (time ? Math.round(time * 1000) : null)

const ofOurs = (given: z.output<typeof conversationExport>): Foreign => ({
  title: given.title,
  atMs: Date.parse(given.createdAt),
  leaf: given.leaf,
  messages: given.messages.map(({ id, parent, role, text, createdAt, making }) => ({
    key: id,
    parent,
    role,
    text,
    atMs: Date.parse(createdAt),
    model: making?.model ?? null,
  })),
})

const ofOpenAi = (given: z.output<typeof openAi>): Foreign => ({
  title: given.title ?? null,
  atMs: inMs(given.create_time),
  leaf: given.current_node ?? null,
  messages: Object.entries(given.mapping).map(([id, { parent, message }]) => ({
    key: id,
    parent: parent ?? null,
    role: roleOf(message?.author.role ?? ''),
    text: (message?.content?.parts ?? [message?.content?.text])
      .filter((part) => typeof part === 'string')
      .join('\n'),
    atMs: inMs(message?.create_time),
    model: message?.metadata?.model_slug ?? null,
  })),
})

const ofWebUi = ({ title: outer, created_at: at, chat }: z.output<typeof webUi>): Foreign => ({
  title: outer ?? chat.title ?? null,
  atMs: inMs(at),
  leaf: chat.history.currentId ?? null,
  messages: Object.entries(chat.history.messages).map(([id, one]) => ({
    key: id,
    parent: one.parentId ?? null,
    role: roleOf(one.role),
    text: one.content ?? '',
    atMs: inMs(one.timestamp),
    model: one.model ?? null,
  })),
})

function ofLibre(given: z.output<typeof libre>): Foreign {
  const messages: ForeignMessage[] = []
  const waiting: { readonly one: LibreMessage; readonly under: string | null }[] = given.messages.map(
    (one) => ({
      one,
      under: null,
    }),
  )
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { one, under } = next
    if (messages.length >= MOST_MESSAGES)
      throw new Fault('invalid', 'messages: holds too many messages', { param: 'messages' })
    const said = (one.content ?? []).map(({ text }) => (typeof text === 'string' ? text : '')).join('')
    messages.push({
      key: one.messageId,
      parent: under ?? one.parentMessageId ?? null,
      role: one.isCreatedByUser ? 'user' : 'assistant',
      text: one.text || said,
      atMs: one.createdAt ? Date.parse(one.createdAt) || null : null,
      model: one.model ?? null,
    })
    for (const child of one.children ?? []) waiting.push({ one: child, under: one.messageId })
  }
  return { title: given.title ?? null, atMs: null, leaf: messages.at(-1)?.key ?? null, messages }
}

/** In an order in which parents stand before their children; what nobody said is left out. */
export function spokenOf({ messages }: Foreign): readonly ForeignMessage[] {
  const byKey = new Map(messages.map((one) => [one.key, one]))
  const isSaid = ({ role, text }: ForeignMessage): boolean => role !== null && text.trim() !== ''
  const depths = new Map<string, number>()
  const spoken = messages
    .filter((one) => isSaid(one))
    .map((one) => {
      let depth = 0
      let parent: ForeignMessage | undefined
      // A file may lie about its tree: nobody has more ancestors than there are messages.
      for (
        let above = one.parent === null ? undefined : byKey.get(one.parent);
        above !== undefined && depth <= messages.length;
        above = above.parent === null ? undefined : byKey.get(above.parent)
      ) {
        depth += 1
        if (parent === undefined && isSaid(above)) parent = above
      }
      if (depth > messages.length)
        throw new Fault('invalid', 'data: a message is its own ancestor.', { param: 'data' })
      depths.set(one.key, depth)
      return Object.assign({}, one, { parent: parent?.key ?? null })
    })
  return spoken.toSorted((a, b) => (depths.get(a.key) ?? 0) - (depths.get(b.key) ?? 0))
}
