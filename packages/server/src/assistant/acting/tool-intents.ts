import { literal } from '../../kernel/literal.ts'
import type { Example } from '../../kernel/linear/classifier.ts'
import { createIntentRouter } from '../../kernel/linear/intent-router.ts'
import type { Today } from '../../kernel/slots/date-slots.ts'
import { TALK_EXAMPLES } from '../../knowledge/talk.ts'
import type { Tool } from '../../skills/tool.ts'
import type { Filled, InputSlot } from './slots-of.ts'
import { fillSlots, formFilled, inputSlots, withoutValues } from './slots-of.ts'

/** A tool that somebody wants, with what was said for it. */
export interface Intent {
  readonly tool: Tool
  readonly filled: Filled
  /** Required slots that nothing was said for. */
  readonly missing: readonly InputSlot[]
}

export interface ToolIntents {
  /** Null: none of the tools is wanted for sure. */
  read(text: string): Intent | null
  /** The same intent with what the next message says; null when that says nothing of what was missing. */
  goOn(intent: Intent, text: string): Intent | null
}

/** Longer messages are no commands. */
const LONGEST = 500
const NONE = ''
const PLACEHOLDER = /\{\{\s*([\w-]+)\s*\}\}/g
const POLITE = /^(?:(?:please|can you|could you|kindly|请|帮我|麻烦你?)[\s,，]*)+/i
const END = /[.!?。！？\s]+$/
/** A tool of which no value is said must be meant the more surely. */
const SURE = { margin: 0.6, score: 2 }

const plain = (text: string): string => text.normalize('NFKC').trim().replace(POLITE, '').replace(END, '')

/** A sentence as it is compared: without capitals and blanks. */
const sentence = (text: string): string => plain(text).toLowerCase().replaceAll(/\s+/g, '')

interface Known {
  readonly tool: Tool
  readonly slots: readonly InputSlot[]
  readonly templates: readonly RegExp[]
  /** Examples that are said whole: those without free words, and those whose free words are left out. */
  readonly sentences: ReadonlySet<string>
}

/** A sentence of two letters or of one sign says nothing. */
const isTelling = (said: string): boolean => said.length > 3 || /\p{Script=Han}{2}/u.test(said)

/** What is said where nothing stands for a value; where nothing of it is required it must be a read. */
function sentencesOf({ examples = [], effect }: Tool, slots: readonly InputSlot[]): ReadonlySet<string> {
  const required = new Set(slots.flatMap(({ name, isRequired }) => (isRequired ? [name] : [])))
  const said = examples.flatMap((example) => {
    const names = [...example.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
    const isMeant = names.length === 0 || effect === 'read' || names.some((name) => required.has(name))
    return isMeant ? [sentence(example.replaceAll(PLACEHOLDER, ' '))] : []
  })
  return new Set(said.filter(isTelling))
}

/** "search for {{query}}" as a pattern; an example without free words tells nothing by its form. */
function templateOf(example: string, slots: readonly InputSlot[]): readonly RegExp[] {
  const named = new Map(slots.map((slot) => [slot.name, slot]))
  const isFree = [...example.matchAll(PLACEHOLDER)].some(([, name]) => named.get(name ?? '')?.find === null)
  if (!isFree) return []
  const parts = plain(example).split(PLACEHOLDER)
  const source = parts
    .map((part, at) =>
      at % 2 === 1 ? `(?<${part.replaceAll('-', '_')}>.+?)` : literal(part).replaceAll(/\s+/g, '\\s*'),
    )
    .join('')
  return [new RegExp(`^${source}$`, 'isu')]
}

/** Reads what somebody wants done out of the examples of tools: by their form, or as a classifier told them apart. */
export function toolIntents(tools: readonly Tool[], today: () => Today): ToolIntents {
  const known: readonly Known[] = tools.map((tool) => {
    const slots = inputSlots(tool.input)
    const templates = (tool.examples ?? []).flatMap((one) => templateOf(one, slots))
    return { tool, slots, templates, sentences: sentencesOf(tool, slots) }
  })
  const examples = lessonsOf(known, today())
  const router = createIntentRouter(() => examples)

  const isCommand = (said: string): boolean =>
    known.some(({ sentences }) => sentences.has(sentence(said))) || formed(known, said, today()) !== null
  const intentOf = ({ tool, slots }: Known, filled: Filled): Intent => ({
    tool,
    filled,
    missing: slots.filter(({ name, isRequired }) => isRequired && !(name in filled)),
  })
  return {
    read(text) {
      if (text.length > LONGEST) return null
      const said = plain(text)
      const whole = known.filter(({ sentences }) => sentences.has(sentence(said)))
      const [spoken] = whole
      // A sentence of two tools tells neither.
      if (spoken && whole.length === 1) return intentOf(spoken, fillSlots(spoken.slots, said, today()))
      const byForm = formed(known, said, today())
      if (byForm) return intentOf(byForm.known, byForm.filled)
      const bare = withoutValues(said, today())
      const wanted = router.route(bare)
      const one = known.find(({ tool }) => tool.name === wanted)
      if (one === undefined) return null
      const filled = fillSlots(one.slots, said, today())
      const isBare = Object.keys(filled).length === 0
      if (isBare && router.route(bare, SURE) !== one.tool.name) return null
      return intentOf(one, filled)
    },
    goOn(intent, text) {
      const one = known.find(({ tool }) => tool === intent.tool)
      if (one === undefined || text.length > LONGEST) return null
      const said = text.normalize('NFKC').trim()
      // A command of its own changes the subject; it is no value.
      if (isCommand(plain(text))) return null
      const form = formFilled(one.slots, said, today())
      const rest = form.rest.trim()
      const filled = { ...fillSlots(one.slots, rest, today(), { ...intent.filled, ...form.filled }) }
      const [only] = intent.missing
      // Free words are the answer when nothing else was asked for.
      if (intent.missing.length === 1 && only?.find === null && rest !== '') filled[only.name] ??= rest
      const next = intentOf(one, filled)
      return next.missing.length < intent.missing.length ? next : null
    },
  }
}

function formed(
  known: readonly Known[],
  said: string,
  today: Today,
): { readonly known: Known; readonly filled: Filled } | null {
  for (const one of known)
    for (const template of one.templates) {
      const groups = template.exec(said)?.groups
      if (!groups) continue
      const words = one.slots.flatMap(({ name, find }): readonly (readonly [string, string | number])[] => {
        const group = groups[name.replaceAll('-', '_')]?.trim()
        if (!group) return []
        const value = find === null ? group : find(group, today)[0]?.value
        return value === undefined ? [] : [[name, value]]
      })
      // What stands in free words is part of them.
      const around = Object.values(groups).reduce((left, group) => left.replace(group, ' '), said)
      return { known: one, filled: fillSlots(one.slots, around, today, Object.fromEntries(words)) }
    }
  return null
}

/** Examples with their values replaced, beside everything that people say to the engine otherwise. */
function lessonsOf(known: readonly Known[], today: Today): readonly Example[] {
  const wanted = known.flatMap(({ tool, slots }) =>
    (tool.examples ?? [])
      .filter((example) => templateOf(example, slots).length === 0)
      .map((example) => ({
        text: withoutValues(plain(example.replaceAll(PLACEHOLDER, ' slotcode ')), today),
        label: tool.name,
      })),
  )
  return wanted.length === 0 ? [] : [...TALK_EXAMPLES.map(({ text }) => ({ text, label: NONE })), ...wanted]
}
