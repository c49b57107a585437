import { Carried, cannotCarry } from './carried.ts'
import type { Conversation, Tool } from './conversation.ts'
import { CUSTOM_SCHEMA } from './custom-input.ts'

/** Where an API of OpenAI says more of something: in its own object, or in one under the name of its type. */
export type MembersOf = (holder: Carried, type: string) => Carried

/** Read as it is: what stands in a JSON Schema is not ours to judge. */
export function schemaOf(holder: Carried, name: string): Readonly<Record<string, unknown>> | null {
  // Whoever is given an object has been given an object.
  return holder.inner(name)?.whole ?? null
}

/** A tool that the client runs. */
export function openaiTool(tool: Carried, membersOf: MembersOf): Tool {
  const type = tool.one('type', ['function', 'custom']) ?? 'function'
  const members = membersOf(tool, type)
  const read = type === 'custom' ? customOf(members) : functionOf(members)
  if (members !== tool) members.done()
  return read
}

function functionOf(definition: Carried): Tool {
  return {
    name: definition.needed('name'),
    description: definition.text('description') ?? null,
    input: schemaOf(definition, 'parameters'),
    strict: definition.flag('strict') ?? null,
    isCustom: false,
  }
}

/** Elsewhere a function that takes one text. A grammar would have to be held to, and nobody else does. */
function customOf(definition: Carried): Tool {
  const format = definition.inner('format')
  format?.one('type', ['text'])
  format?.done()
  return {
    name: definition.needed('name'),
    description: definition.text('description') ?? null,
    input: CUSTOM_SCHEMA,
    strict: null,
    isCustom: true,
  }
}

type Offered = Pick<Conversation, 'tools' | 'toolChoice'>

/** Which of the tools the model is offered, and whether it has to call one. */
export function offeredTools(request: Carried, tools: readonly Tool[], membersOf: MembersOf): Offered {
  // Without tools there is nothing to choose from.
  if (tools.length === 0) request.hint('parallel_tool_calls', 'tool_choice')
  const choice = request.take('tool_choice')
  if (choice === undefined) return { tools, toolChoice: null }
  if (typeof choice === 'string') {
    const kind = request.one('tool_choice', ['auto', 'none', 'required'])
    return { tools, toolChoice: kind === undefined ? null : { kind } }
  }
  const named = new Carried(choice, 'tool_choice', request.journey)
  const type = named.one('type', ['function', 'custom', 'allowed_tools']) ?? 'function'
  const members = membersOf(named, type)
  const offered: Offered =
    type === 'allowed_tools'
      ? allowedOf(members, tools, membersOf)
      : { tools, toolChoice: { kind: 'tool', name: members.needed('name') } }
  members.done()
  named.done()
  return offered
}

/** A model calls only what it is shown, so that those which are not allowed are not shown. */
function allowedOf(allowed: Carried, tools: readonly Tool[], membersOf: MembersOf): Offered {
  const kind = allowed.one('mode', ['auto', 'required']) ?? 'auto'
  const names = allowed.items('tools').map((tool) => {
    const members = membersOf(tool, tool.one('type', ['function', 'custom']) ?? 'function')
    const name = members.needed('name')
    members.done()
    tool.done()
    if (!tools.some((one) => one.name === name))
      cannotCarry(members.at('name'), allowed.journey, 'The request has no such tool.')
    return name
  })
  if (names.length > 0)
    return { tools: tools.filter(({ name }) => names.includes(name)), toolChoice: { kind } }
  if (kind === 'required') cannotCarry(allowed.at('tools'), allowed.journey, 'It allows none.')
  return { tools, toolChoice: { kind: 'none' } }
}
