import { z } from 'zod'
import type { LocalAnswer, LocalEngine, LocalQuestion } from '../../gateway/local-engine.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Today } from '../../kernel/slots/date-slots.ts'
import { isMostlyHan } from '../../knowledge/analysis.ts'
import { withoutMaterial } from '../../knowledge/given-texts.ts'
import { estimatedTokens, piecesOf } from '../../knowledge/phrasing.ts'
import type { Language } from '../../knowledge/question.ts'
import type { Tool } from '../../skills/tool.ts'
import { ACTING_PHRASES } from './acting-phrases.ts'
import type { Intent, ToolIntents } from './tool-intents.ts'
import { toolIntents } from './tool-intents.ts'
import { unworded } from './unworded.ts'

interface ActingRooms {
  /** Answers everything that no tool is wanted for. */
  readonly quoting: LocalEngine
  /** Those of these names that there are for the caller. */
  readonly tools: (caller: Caller, names: readonly string[]) => Promise<readonly Tool[]>
  readonly today: () => Today
}

interface Turn {
  readonly role: string
  readonly text: string
  readonly call: string | null
}

interface Learned {
  readonly of: readonly Tool[]
  readonly intents: ToolIntents
}

/** Sets of tools whose intents are remembered; another is learned within milliseconds. */
const MOST_LEARNED = 64

/** Questions back that one intent may take. */
const MOST_TURNS = 8

/**
 * `extract-1` with tools: what a message wants done is told by the examples of the tools that it is offered, and the
 * values by their form. What is missing is asked for. Whether a call may be made is the loop's to say, as with any model.
 */
export function createActingEngine({ quoting, tools, today }: ActingRooms): LocalEngine {
  const known = new Map<string, Learned>()
  const intentsOf = async (caller: Caller, names: readonly string[]): Promise<ToolIntents | null> => {
    if (names.length === 0) return null
    const offered = (await tools(caller, names)).filter(({ examples }) => examples !== undefined)
    if (offered.length === 0) return null
    const key = offered.map(({ name }) => name).join(' ')
    const before = known.get(key)
    // A tool of the same name may be another one by now, or another tenant's.
    if (before && offered.every((tool, at) => tool === before.of[at])) return before.intents
    const intents = toolIntents(offered, today)
    if (known.size >= MOST_LEARNED) known.clear()
    known.set(key, { of: offered, intents })
    return intents
  }
  return {
    async answer(question, signal): Promise<LocalAnswer> {
      signal.throwIfAborted()
      const turns = turnsOf(question)
      const at = turns.findLastIndex(({ role }) => role === 'user')
      const results = turns.slice(at + 1).filter(({ role }) => role === 'tool')
      const language = languageOf(turns.slice(0, at + 1))
      if (results.length > 0) {
        const offered = await tools(question.caller, question.tools ?? [])
        const called = new Map(offered.map((tool) => [tool.name, calledIn(tool, language)]))
        return spoken(question, returned(results, called, language))
      }
      const intents = await intentsOf(question.caller, question.tools ?? [])
      const intent = intents && wanted(intents, turns.slice(0, at + 1).slice(-MOST_TURNS))
      if (!intent) return quoting.answer(question, signal)
      const { tool, filled, missing } = intent
      if (missing.length > 0) return spoken(question, asks(intent, language))
      return { ...spoken(question, ''), calls: [{ name: tool.name, arguments: JSON.stringify(filled) }] }
    },
  }
}

/** A number or a code that was asked for is of no language: what was said before it tells. */
function languageOf(turns: readonly Turn[]): Language {
  const said = turns.filter(({ role }) => role === 'user').map(({ text }) => text)
  const telling = said.findLast((text) => isMostlyHan(text) || /\p{L}{2,}\s+(?:\S+\s+)?\p{L}{2,}/u.test(text))
  return isMostlyHan(telling ?? said.at(-1) ?? '') ? 'zh' : 'en'
}

/** What the last turn wants done: by itself, or as the answer to what the engine asked before it. */
function wanted(intents: ToolIntents, turns: readonly Turn[]): Intent | null {
  const last = turns.at(-1)
  if (last?.role !== 'user') return null
  const asked = turns.at(-2)
  if (asked?.role === 'assistant') {
    const earlier = wanted(intents, turns.slice(0, -2))
    const isAnswer = earlier !== null && isAsking(earlier, asked.text)
    const next = isAnswer ? intents.goOn(earlier, last.text) : null
    if (next) return next
  }
  return intents.read(last.text)
}

/** More of them are no help. */
const MOST_CHOICES = 8
const calledIn = ({ name, title }: Pick<Tool, 'name' | 'title'>, language: Language): string =>
  title?.[language] ?? name

function asks({ tool, missing }: Intent, language: Language): string {
  const { needs, among } = ACTING_PHRASES[language]
  const labels = missing.map(({ label, choices }) =>
    choices !== null && choices.length <= MOST_CHOICES ? among(label, choices) : label,
  )
  return needs(calledIn(tool, language), labels)
}
const isAsking = (intent: Intent, text: string): boolean =>
  intent.missing.length > 0 && (text === asks(intent, 'en') || text === asks(intent, 'zh'))

function returned(results: readonly Turn[], called: ReadonlyMap<string, string>, language: Language): string {
  const phrases = ACTING_PHRASES[language]
  return results
    .map(({ text, call }) => {
      const title = called.get(call ?? '') ?? call ?? ''
      return `${phrases.result(title)}\n\n${laidOut(unworded(text)) || phrases.empty}`
    })
    .join('\n\n')
}

/** What is JSON keeps its lines. Nothing within it can end the block, for each of its lines has other signs. */
function laidOut(text: string): string {
  if (!/^[[{]\n/.test(text)) return withBreaks(text)
  try {
    JSON.parse(text)
    return `\`\`\`json\n${text}\n\`\`\``
  } catch {
    return text
  }
}

/** Markdown makes one line of those that follow each other, but for rows of tables and what stands in fences. */
const withBreaks = (text: string): string =>
  /^ {0,3}(?:```|~~~)/m.test(text) ? text : text.replaceAll(/(?<=[^\n|])\n(?=[^\s|])/g, '  \n')

function turnsOf({ messages }: LocalQuestion): readonly Turn[] {
  const names = new Map<string, string>()
  return messages.map((message) => {
    const { role, content } = message
    for (const { id, name } of callsIn(message.tool_calls)) names.set(id, name)
    const whole =
      typeof content === 'string' ? content : (content ?? []).flatMap((part) => part.text ?? []).join('\n')
    // Files that came with a message say nothing of what is wanted.
    const text = role === 'user' ? withoutMaterial(whole) : whole
    const id = message.tool_call_id
    return { role, text, call: typeof id === 'string' ? (names.get(id) ?? null) : null }
  })
}

const toolCall = z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string() }) })

function callsIn(calls: unknown): readonly { readonly id: string; readonly name: string }[] {
  if (!Array.isArray(calls)) return []
  return calls.flatMap((call: unknown) => {
    const read = toolCall.safeParse(call)
    return read.success ? [{ id: read.data.id, name: read.data.function.name }] : []
  })
}

function spoken({ messages }: LocalQuestion, text: string): LocalAnswer {
  const prompt = messages.reduce(
    (sum, { content }) => sum + estimatedTokens(JSON.stringify(content ?? '')),
    0,
  )
  const completion = estimatedTokens(text)
  return {
    pieces: piecesOf(text),
    citations: [],
    class: 'public',
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  }
}
