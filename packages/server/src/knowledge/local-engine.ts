import { setImmediate } from 'node:timers/promises'
import type { ChatRequest, Citation } from '@freehold/contract/chat.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { authorise } from '../identity/authorise.ts'
import type { LocalAnswer, LocalEngine, LocalQuestion } from '../gateway/local-engine.ts'
import { readSentences, sentenceMemory } from './analysed-sentences.ts'
import type { Quote } from './extract.ts'
import { extract } from './extract.ts'
import type { FoundPassage } from './finding.ts'
import { foundIn, withoutMaterial } from './given-texts.ts'
import type { Knowledge } from './knowledge.ts'
import { placeAt } from './outline.ts'
import { estimatedTokens, PHRASES, piecesOf } from './phrasing.ts'
import type { Language } from './question.ts'
import { resolveQuestion } from './follow-up.ts'
import { readsDocuments } from './reach.ts'

/** Passages whose sentences are candidates. */
const PASSAGES = 12
/** What defines a thing is often far down in the ranking, because many passages name the thing. */
const PASSAGES_FOR_DEFINITION = 24
const NEAREST_TITLES = 3
/** Messages of a conversation that a question may follow up. */
const TURNS = 12
/** Passages whose sentences stay analysed: about 10 KB each. */
const REMEMBERED = 512
/** Passages analysed between two turns of the event loop; a Chinese one takes up to a millisecond. */
const READ_AT_ONCE = 3

interface LocalEngineRooms {
  readonly knowledge: Pick<Knowledge, 'find' | 'hasDocuments'>
  /** Collection that holds the guide of this tenant; null when there is none. */
  readonly guide: () => string | null
}

type Message = ChatRequest['messages'][number]

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap((part) => part.text ?? []).join('\n')
}

interface Said {
  readonly text: string
  readonly citations: readonly Citation[]
  readonly class: DataClass
}

function quoted(
  quotes: readonly Quote[],
  language: Language,
  { guide, isGiven }: { readonly guide: string | null; readonly isGiven: boolean },
): Said {
  const phrases = PHRASES[language]
  const isGuideOnly = quotes.every((quote) => quote.document.collectionId === guide)
  const lines = quotes.map(({ document, start, end }, at) => {
    const text = phrases.quote(document.text.slice(start, end))
    return `\n\n${text} [${at + 1}]\n— ${document.title}`
  })
  return {
    text: (isGuideOnly ? phrases.quotedGuide : phrases.quoted) + lines.join(''),
    citations: quotes.map(({ document, start, end }, at) => ({
      type: 'freehold_citation',
      n: at + 1,
      documentId: document.id,
      collectionId: document.collectionId,
      title: document.title,
      span: { start, end },
      ...placeAt(document.outline, start),
      ...(isGiven && { attachment: true as const }),
    })),
    class: quotes.reduce<DataClass>((top, { document }) => highestClass(top, document.class), 'public'),
  }
}

/** A refusal names titles, and a title is content of its document: the refusal is of its class. */
function refused(passages: readonly FoundPassage[], language: Language, hasOwn: boolean): Said {
  const phrases = PHRASES[language]
  const nearest = new Map(passages.map(({ document }) => [document.row, document]))
  const shown = [...nearest.values()].slice(0, NEAREST_TITLES)
  const parts = [phrases.nothing]
  if (shown.length > 0) parts.push(phrases.nearest(shown.map((document) => document.title)))
  if (!hasOwn) parts.push(phrases.addDocuments)
  return {
    text: parts.join('\n\n'),
    citations: [],
    class: shown.reduce<DataClass>((top, document) => highestClass(top, document.class), 'public'),
  }
}

/** The product's own guide is no document of anybody's. */
const guideOnly = (guide: string | null): readonly string[] => (guide === null ? [] : [guide])

/** `extract-1`: quotes the sentences that fit best, with citations, or says that nothing fits. Never writes of its own. */
export function createLocalEngine({ knowledge, guide }: LocalEngineRooms): LocalEngine {
  const read = sentenceMemory(REMEMBERED)

  async function say(
    { caller, messages, collections, given = [] }: LocalQuestion,
    signal: AbortSignal,
  ): Promise<Said> {
    const said = (message: Message): string =>
      given.length === 0 ? textOf(message) : withoutMaterial(textOf(message))
    const turns = messages.slice(-TURNS).map((message) => ({ role: message.role, text: said(message) }))
    const { question, query } = resolveQuestion(turns)
    const attached = await foundIn(given, question.terms, PASSAGES_FOR_DEFINITION)
    // What somebody holds in the hand while asking is meant before anything on the shelf.
    const held = extract(question, attached, () => false, readSentences)
    if (held.length > 0) return quoted(held, question.language, { guide: null, isGiven: true })
    const guideCollection = guide()
    const reads = readsDocuments(caller)
    if (!reads && collections?.length) authorise(caller, 'knowledge.read')
    // Who may use models and read no documents is told nothing of what there is, nor to add to it.
    const hasDocuments = async (): Promise<boolean> =>
      !reads || (await knowledge.hasDocuments(caller, guideCollection))
    const talk = question.terms.size === 0 && question.talk === 'question' ? 'help' : question.talk
    if (talk !== 'question') {
      const { talks, addDocuments } = PHRASES[question.language]
      const isEmpty = (talk === 'greeting' || talk === 'help') && !(await hasDocuments())
      const text = isEmpty ? `${talks[talk]}\n\n${addDocuments}` : talks[talk]
      return { text, citations: [], class: 'public' }
    }
    const found = await knowledge.find(caller, {
      text: query,
      limit: question.form.name === 'definition' ? PASSAGES_FOR_DEFINITION : PASSAGES,
      collections: reads ? collections : guideOnly(guideCollection),
      param: 'freehold.collections',
    })
    for (const [at, passage] of found.passages.entries()) {
      if (at % READ_AT_ONCE === READ_AT_ONCE - 1) await setImmediate()
      read(passage.document, passage)
    }
    signal.throwIfAborted()
    const quotes = extract(question, found, (collection) => collection === guideCollection, read)
    if (quotes.length > 0)
      return quoted(quotes, question.language, { guide: guideCollection, isGiven: false })
    return refused(found.passages, question.language, await hasDocuments())
  }
  return {
    async answer(question, signal): Promise<LocalAnswer> {
      signal.throwIfAborted()
      const said = await say(question, signal)
      signal.throwIfAborted()
      const prompt = question.messages.reduce((sum, message) => sum + estimatedTokens(textOf(message)), 0)
      const completion = estimatedTokens(said.text)
      return {
        pieces: piecesOf(said.text),
        citations: said.citations,
        class: said.class,
        usage: {
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + completion,
        },
      }
    },
  }
}
