import { z } from 'zod'
import type { Citation } from '@freehold/contract/chat.ts'
import type { ContextPart } from '@freehold/contract/loop-events.ts'
import type { Caller } from '../../identity/caller.ts'
import { authorise } from '../../identity/authorise.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { Tool, ToolPart } from '../../skills/tool.ts'
import { schemaOf } from './tool-schema.ts'

type Reading = Pick<Knowledge, 'find' | 'documentText'>

/** Of one passage in the context; the index cuts them shorter. */
const MOST_PASSAGES = 20
const PAGE_CHARACTERS = 12_000

const searchInput = z.strictObject({
  query: z.string().trim().min(1).max(1000).describe('What to look for, in the words of the documents'),
  limit: z.int().min(1).max(MOST_PASSAGES).default(8).describe('How many passages'),
})
const readInput = z.strictObject({
  document: z.string().min(1).max(256).describe('The id of the document, as a search gave it'),
  collection: z
    .uuid()
    .optional()
    .describe('The id of its collection, where several hold a document of this id'),
  from: z.int().min(0).default(0).describe('Where to begin: the `next` of the page before'),
})

/** A word of ours beside what documents say. */
export const note = (text: string): ToolPart => ({
  origin: 'tool',
  integrity: 'trusted',
  class: 'public',
  text,
})

/** The tools over the knowledge of whoever asks: they find and read what their caller could find and read itself. */
export function knowledgeTools(knowledge: Reading): readonly [search: Tool, read: Tool] {
  return [searchKnowledge(knowledge), readDocument(knowledge)]
}

const searchKnowledge = (knowledge: Reading): Tool => ({
  name: 'search_knowledge',
  description:
    'Searches the documents that the user may read and returns passages with numbers. Cite what you use by its number, like [2].',
  examples: [
    'search for {{query}}',
    'search the documents for {{query}}',
    'find documents about {{query}}',
    'list passages about {{query}}',
    '搜索{{query}}',
    '搜索文档{{query}}',
    '检索{{query}}',
    '查找关于{{query}}的文档',
  ],
  input: schemaOf(searchInput),
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  async run(input, { caller, collections, signal }) {
    const { query, limit } = searchInput.parse(input)
    authorise(caller, 'knowledge.read')
    const { passages } = await knowledge.find(caller, { text: query, limit, collections })
    signal.throwIfAborted()
    if (passages.length === 0) return { parts: [note('Nothing was found.')] }
    return {
      parts: passages.map(({ document, start, end }) => ({
        origin: 'document',
        integrity: 'untrusted',
        class: document.class,
        text: document.text.slice(start, end),
        source: sourceOf(document, start, end),
      })),
    }
  },
})

const readDocument = (knowledge: Reading): Tool => ({
  name: 'read_document',
  description: `Reads a document that a search found, ${PAGE_CHARACTERS} characters at a time.`,
  examples: [
    'read the document {{document}}',
    'open the document {{document}}',
    'show me the document {{document}}',
    '打开文档{{document}}',
    '阅读文档{{document}}',
  ],
  input: schemaOf(readInput),
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  async run(input, { caller, collections, signal }) {
    const { document, collection, from } = readInput.parse(input)
    authorise(caller, 'knowledge.read')
    const whole = await knowledge.documentText(caller, document, collection)
    signal.throwIfAborted()
    // A conversation that is limited to some collections reads no document of others.
    if (collections && !collections.includes(whole.collectionId))
      throw new Fault('not_found', 'There is no such document.', { param: 'document' })
    const { text } = whole
    if (from > 0 && from >= text.length) return { parts: [note(`The document ends at ${text.length}.`)] }
    const end = pageEnd(text, from)
    const rest = end < text.length ? `There is more: from ${end} of ${text.length}.` : 'This is its end.'
    return {
      parts: [
        {
          origin: 'document',
          integrity: 'untrusted',
          class: whole.class,
          text: text.slice(from, end),
          source: sourceOf(whole, from, end),
        },
        note(rest),
      ],
    }
  },
})

const sourceOf = (
  { id, collectionId, title }: { readonly id: string; readonly collectionId: string; readonly title: string },
  start: number,
  end: number,
): NonNullable<ToolPart['source']> => ({ documentId: id, collectionId, title, span: { start, end } })

/** Behind a line or a word, never between the halves of a surrogate pair. */
export function pageEnd(text: string, from: number, characters = PAGE_CHARACTERS): number {
  const most = from + characters
  if (most >= text.length) return text.length
  const line = text.lastIndexOf('\n', most)
  if (line > from + characters / 2) return line + 1
  const low = text.charCodeAt(most)
  return low >= 0xdc00 && low <= 0xdfff ? most - 1 : most
}

/** The texts behind the citations of an engine that cites by itself, as far as the caller may read them. */
export async function citedTexts(
  knowledge: Reading,
  caller: Caller,
  citations: readonly Citation[],
): Promise<ContextPart[]> {
  const parts: ContextPart[] = []
  for (const source of citations) {
    const { documentId, collectionId, span } = source
    const whole = await knowledge.documentText(caller, documentId, collectionId).catch(unlessGone)
    if (whole)
      parts.push({
        origin: 'document',
        integrity: 'untrusted',
        class: whole.class,
        text: whole.text.slice(span.start, span.end),
        source,
      })
  }
  return parts
}

function unlessGone(error: unknown): null {
  if (error instanceof Fault && error.code === 'not_found') return null
  throw error
}
