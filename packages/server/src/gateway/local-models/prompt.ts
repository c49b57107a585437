import { Fault } from '../../kernel/fault.ts'
import type { ChatInput, Tool } from './chat-input.ts'
import type { Turn } from './llama-package.ts'
import { literal, SchemaGrammar } from './schema-grammar.ts'

/** The form in which most models with open weights were taught to call (Hermes, Qwen). */
export const CALL_BEGINS = '<tool_call>'
export const CALL_ENDS = '</tool_call>'

/** What a call must look like, and when there is one. */
export interface Calling {
  /** GBNF of `{"name": …, "arguments": …}`. */
  readonly grammar: string
  /** There is no answer but a call. */
  readonly isForced: boolean
  readonly mayBeSeveral: boolean
}

/** What the tools of a request make of its answer; null where none may be called. @throws Fault `invalid` */
export function callingOf(input: ChatInput): Calling | null {
  const tools = offered(input)
  if (tools.length === 0) return null
  const choice = input.tool_choice ?? 'auto'
  const grammar = new SchemaGrammar()
  const calls = (input.tools ?? []).flatMap((tool, at) => {
    if (!tools.includes(tool)) return []
    const { name, parameters = NO_PARAMETERS, strict } = tool.function
    const place = { param: `tools[${at}].function.parameters`, strict: strict === true }
    const body = grammar.add({ type: 'object', ...parameters }, place)
    const before = literal(`{"name": ${JSON.stringify(name)}, "arguments": `)
    return [grammar.rule(`${before} ${body} "}"`)]
  })
  return {
    grammar: grammar.text(calls.join(' | ')),
    isForced: choice !== 'auto',
    mayBeSeveral: choice === 'auto' && input.parallel_tool_calls !== false,
  }
}

const NO_PARAMETERS = { type: 'object', additionalProperties: false }

/** The tools that may be called. */
function offered({ tools, tool_choice: choice }: ChatInput): readonly Tool[] {
  if (!tools?.length) {
    if (choice === 'required' || (typeof choice === 'object' && choice !== null)) {
      throw new Fault('invalid', 'tool_choice: there are no tools to choose.', { param: 'tool_choice' })
    }
    return []
  }
  if (choice === 'none') return []
  if (typeof choice !== 'object' || choice === null) return tools
  const chosen = tools.filter((tool) => tool.function.name === choice.function.name)
  if (chosen.length === 0)
    throw new Fault('invalid', 'tool_choice: names none of the tools.', { param: 'tool_choice' })
  return chosen
}

/** GBNF of the answer as a whole; null where it may be anything. @throws Fault `invalid` */
export function formatOf({ response_format: format }: ChatInput): string | null {
  if (!format || format.type === 'text') return null
  const grammar = new SchemaGrammar()
  if (!('json_schema' in format)) return grammar.text('object')
  const { schema, strict } = format.json_schema
  const place = { param: 'response_format.json_schema.schema', strict: strict === true }
  return grammar.text(grammar.add(schema, place))
}

/** The conversation as chat templates take it: the system first, and an empty answer as the last. */
export function turnsOf({ messages, ...input }: ChatInput): readonly Turn[] {
  const turns: Turn[] = []
  const system = messages.flatMap(({ role, content }) =>
    role === 'system' || role === 'developer' ? [content] : [],
  )
  const about = toolsText(offered({ messages, ...input }))
  if (about !== null) system.push(about)
  if (system.length > 0) turns.push({ type: 'system', text: system.join('\n\n') })
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role === 'user') turns.push({ type: 'user', text: message.content })
    else if (message.role === 'assistant') {
      const calls = (message.tool_calls ?? []).map(({ function: { name, arguments: given } }) =>
        callText(name, given),
      )
      turns.push({
        type: 'model',
        response: [[message.content, ...calls].filter((text) => text !== '').join('\n')],
      })
    } else if (message.role === 'tool') {
      const text = `<tool_response>\n${message.content}\n</tool_response>`
      const isFurther = last?.type === 'user' && last.text.endsWith('</tool_response>')
      if (isFurther) turns[turns.length - 1] = { type: 'user', text: `${last.text}\n${text}` }
      else turns.push({ type: 'user', text })
    }
  }
  return [...turns, { type: 'model', response: [] }]
}

const callText = (name: string, given: string): string =>
  `${CALL_BEGINS}\n{"name": ${JSON.stringify(name)}, "arguments": ${given}}\n${CALL_ENDS}`

function toolsText(tools: readonly Tool[]): string | null {
  if (tools.length === 0) return null
  const lines = tools.map(({ function: { name, description, parameters } }) =>
    JSON.stringify({ type: 'function', function: { name, description, parameters } }),
  )
  return [
    'You can call the functions that are described here, one JSON object in each line:',
    '<tools>',
    ...lines,
    '</tools>',
    'To call one, write exactly this, with its name and its arguments as JSON, and nothing after it:',
    CALL_BEGINS,
    '{"name": "…", "arguments": {…}}',
    CALL_ENDS,
    'The result comes back between <tool_response> and </tool_response>. Without need of a function, just answer.',
  ].join('\n')
}
