import type { Script, Seen } from './gateway-upstream.ts'
import { chatEvents, event, streamed } from './gateway-upstream.ts'

/** What a model was asked, as far as the tests look at it. */
export interface AskedModel {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  readonly tools?: readonly {
    readonly function: { readonly name: string; readonly parameters?: { readonly required?: unknown } }
  }[]
}
export const askedOf = (seen: Seen): AskedModel => JSON.parse(seen.body.toString()) as AskedModel

/** Calls the tool, whatever was said. */
export function calls(name: string, input: object): Script {
  const call = { index: 0, id: 'x', type: 'function', function: { name, arguments: JSON.stringify(input) } }
  const [first = '', , ...last] = chatEvents([])
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
  return streamed([
    first,
    event({ ...chunk, choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] }),
    event({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
    ...last,
  ])
}

/** Calls the tool, and once its result is there says the words. */
export const callsThenSays =
  (name: string, input: object, ...words: readonly string[]): Script =>
  (seen, response) => {
    const hasResult = askedOf(seen).messages.at(-1)?.role === 'tool'
    return (hasResult ? streamed(chatEvents(words)) : calls(name, input))(seen, response)
  }
