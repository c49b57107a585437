import assert from 'node:assert/strict'
import type { Api } from './recorded-streams.ts'

/** What an answer says, in no API's words. */
export interface Said {
  /** Text and refusals in their order. */
  words: string
  thinking: string
  signatures: string[]
  redacted: string[]
  calls: { id: string; name: string; arguments: string }[]
  /** In the words of the API that it was read from. */
  stop: string
  input: number
  output: number
}

export const nothingSaid = (): Said => ({
  words: '',
  thinking: '',
  signatures: [],
  redacted: [],
  calls: [],
  stop: '',
  input: 0,
  output: 0,
})

export interface Event {
  readonly name: string | null
  readonly data: string | null
}

/** WHATWG HTML section 9.2.6; an event that lacks its blank line at the end counts, as clients count it. */
export function eventsOf(text: string): readonly Event[] {
  const events: Event[] = []
  let name: string | null = null
  let data: string[] = []
  const end = (): void => {
    if (name !== null || data.length > 0)
      events.push({ name, data: data.length > 0 ? data.join('\n') : null })
    name = null
    data = []
  }
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (line === '') end()
    const [, field, value = ''] = /^([^:]+)(?:: ?([\s\S]*))?$/.exec(line) ?? []
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }
  end()
  return events
}

// What is read here was written by the program under test; where it has another shape, the test fails by itself.
interface Detail {
  readonly type: string
  readonly data: string
  readonly signature: string
}
interface ChatMessage {
  readonly content?: string | null
  readonly refusal?: string | null
  readonly reasoning_content?: string
  readonly reasoning_details?: readonly Detail[]
  readonly tool_calls?: readonly {
    readonly index: number
    readonly id?: string
    readonly function: { readonly name: string; readonly arguments: string }
  }[]
}
interface ChatAnswer {
  readonly id: string
  readonly object: string
  readonly model: string
  readonly created: number
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
  readonly choices: readonly {
    readonly delta: ChatMessage
    readonly message: ChatMessage
    readonly finish_reason: string | null
  }[]
}
interface Block {
  readonly type: string
  readonly id: string
  readonly name: string
  readonly data: string
  readonly text: string
  readonly thinking: string
  readonly signature: string
  readonly input: object
  readonly partial_json: string
}
interface MessageUsage {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_input_tokens: number
  readonly cache_creation_input_tokens: number
}
interface MessageEvent {
  readonly type: string
  readonly index: number
  readonly content_block: Block
  readonly delta: Block & { readonly stop_reason: string }
  readonly usage: MessageUsage
}
interface Item {
  readonly id: string
  readonly type: string
  readonly call_id: string
  readonly name: string
  readonly arguments: string
  readonly encrypted_content?: string
  readonly content: readonly { readonly text?: string; readonly refusal?: string }[]
  readonly summary: readonly { readonly text: string }[]
}
interface Response {
  readonly status: string
  readonly output: readonly Item[]
  readonly incomplete_details: { readonly reason: string } | null
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number } | null
}
interface ResponseEvent {
  readonly type: string
  readonly sequence_number: number
  readonly output_index: number
  readonly item_id: string
  readonly item: Item
  readonly delta: string
  readonly text?: string
  readonly arguments?: string
  readonly refusal?: string
  readonly response: Response
}

/** Reads a whole stream as strictly as the API describes it. */
export function readStream(api: Api, text: string): Said {
  const events = eventsOf(text).filter(({ name, data }) => data !== null && name !== 'ping')
  if (api === 'chat') return readChat(events)
  return api === 'messages' ? readMessages(events) : readResponses(events)
}

function readChat(events: readonly Event[]): Said {
  const said = nothingSaid()
  assert.equal(events.at(-1)?.data, '[DONE]')
  const ids = new Set<string>()
  for (const { data } of events.slice(0, -1)) {
    const chunk: ChatAnswer = JSON.parse(String(data))
    assert.equal(chunk.object, 'chat.completion.chunk')
    ids.add(`${chunk.id} ${chunk.model} ${chunk.created}`)
    if (chunk.usage) [said.input, said.output] = [chunk.usage.prompt_tokens, chunk.usage.completion_tokens]
    const [choice] = chunk.choices
    if (!choice) continue
    assert.equal(said.stop, '', 'something comes after the finish')
    takeMessage(said, choice.delta)
    const { tool_calls } = choice.delta
    for (const call of tool_calls ?? []) {
      if (call.id !== undefined) {
        assert.equal(call.index, said.calls.length)
        said.calls.push({ id: call.id, name: call.function.name, arguments: '' })
      }
      const known = said.calls[call.index]
      assert.ok(known, 'a piece belongs to no call')
      known.arguments += call.function.arguments
    }
    said.stop = choice.finish_reason ?? ''
  }
  assert.equal(ids.size, 1, 'the head changes')
  assert.notEqual(said.stop, '')
  return said
}

function takeMessage(said: Said, message: ChatMessage): void {
  said.words += (message.content ?? '') + (message.refusal ?? '')
  said.thinking += message.reasoning_content ?? ''
  for (const { type, data, signature } of message.reasoning_details ?? []) {
    if (type === 'reasoning.encrypted') said.redacted.push(data)
    else said.signatures.push(signature)
  }
}

function readMessages(events: readonly Event[]): Said {
  const said = nothingSaid()
  let open: Block | null = null
  let blocks = 0
  for (const [at, { name, data }] of events.entries()) {
    const one: MessageEvent = JSON.parse(String(data))
    assert.equal(one.type, name)
    assert.equal(at === 0, name === 'message_start')
    assert.equal(at === events.length - 1, name === 'message_stop')
    assert.equal(said.stop !== '', name === 'message_stop')
    if (name === 'content_block_start') {
      assert.deepEqual([open, one.index], [null, blocks])
      blocks += 1
      open = one.content_block
      if (open.type === 'tool_use') said.calls.push({ id: open.id, name: open.name, arguments: '' })
      if (open.type === 'redacted_thinking') said.redacted.push(open.data)
    } else if (name === 'content_block_delta') {
      assert.equal(one.index, blocks - 1)
      assert.ok(open)
      const { delta } = one
      const call = said.calls.at(-1)
      if (delta.type === 'text_delta' && open.type === 'text') said.words += delta.text
      else if (delta.type === 'thinking_delta' && open.type === 'thinking') said.thinking += delta.thinking
      else if (delta.type === 'signature_delta' && open.type === 'thinking')
        said.signatures.push(delta.signature)
      else if (delta.type === 'input_json_delta' && open.type === 'tool_use' && call)
        call.arguments += delta.partial_json
      else assert.fail(`a ${delta.type} in a block of ${open.type}`)
    } else if (name === 'content_block_stop') {
      assert.equal(one.index, blocks - 1)
      open = null
    } else if (name === 'message_delta') {
      assert.equal(open, null)
      said.stop = one.delta.stop_reason
      Object.assign(said, messageUsage(one.usage))
    }
  }
  return said
}

const messageUsage = (usage: MessageUsage): Pick<Said, 'input' | 'output'> => ({
  input: usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
  output: usage.output_tokens,
})

function readResponses(events: readonly Event[]): Said {
  const items: { readonly id: string; text: string; whole: Item | null }[] = []
  for (const [at, { name, data }] of events.entries()) {
    const one: ResponseEvent = JSON.parse(String(data))
    assert.deepEqual([one.type, one.sequence_number], [name, at])
    const item = items[one.output_index]
    if (name === 'response.output_item.added') {
      assert.equal(one.output_index, items.length)
      items.push({ id: one.item.id, text: '', whole: null })
    } else if (name?.endsWith('.delta')) {
      assert.equal(item?.id, one.item_id)
      if (item) item.text += one.delta
    } else if (name === 'response.output_item.done') {
      assert.deepEqual([item?.id, item?.whole], [one.item.id, null])
      if (item) item.whole = one.item
    } else if (name?.endsWith('.done')) {
      const whole = one.text ?? one.arguments ?? one.refusal
      if (whole !== undefined) assert.equal(whole, item?.text)
    }
    const isLast = at === events.length - 1
    assert.equal(isLast, name === 'response.completed' || name === 'response.incomplete')
    if (!isLast) continue
    assert.deepEqual(
      items.map(({ whole }) => whole),
      one.response.output,
    )
    return readResponse(one.response)
  }
  return assert.fail('an empty stream')
}

/** Reads a whole answer that came at once. */
export function readAnswer(api: Api, text: string): Said {
  if (api === 'responses') return readResponse(JSON.parse(text))
  return api === 'messages' ? readMessage(text) : readChatAnswer(text)
}

function readMessage(text: string): Said {
  const answer: { content: Block[]; stop_reason: string; usage: MessageUsage } = JSON.parse(text)
  const said = nothingSaid()
  for (const block of answer.content) {
    if (block.type === 'text') said.words += block.text
    else if (block.type === 'redacted_thinking') said.redacted.push(block.data)
    else if (block.type === 'tool_use') {
      said.calls.push({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) })
    } else {
      said.thinking += block.thinking
      if (block.signature !== '') said.signatures.push(block.signature)
    }
  }
  return { ...said, stop: answer.stop_reason, ...messageUsage(answer.usage) }
}

function readChatAnswer(text: string): Said {
  const { choices, usage }: ChatAnswer = JSON.parse(text)
  const [choice] = choices
  assert.ok(choice)
  const said = nothingSaid()
  takeMessage(said, choice.message)
  for (const { id = '', function: made } of choice.message.tool_calls ?? []) said.calls.push({ id, ...made })
  return {
    ...said,
    stop: choice.finish_reason ?? '',
    input: usage?.prompt_tokens ?? 0,
    output: usage?.completion_tokens ?? 0,
  }
}

function readResponse(response: Response): Said {
  const said = nothingSaid()
  for (const item of response.output) {
    if (item.type === 'function_call') {
      said.calls.push({ id: item.call_id, name: item.name, arguments: item.arguments })
    } else if (item.type === 'message') {
      for (const part of item.content) said.words += part.text ?? part.refusal ?? ''
    } else {
      for (const { text } of item.summary) said.thinking += text
      if (item.encrypted_content === undefined) continue
      const [, kind, sealed] = /^anthropic-(signature|redacted):(.*)$/s.exec(item.encrypted_content) ?? []
      if (kind === 'signature') said.signatures.push(String(sealed))
      else said.redacted.push(String(sealed))
    }
  }
  const { usage, status, incomplete_details: details } = response
  return {
    ...said,
    stop: details?.reason ?? status,
    input: usage?.input_tokens ?? 0,
    output: usage?.output_tokens ?? 0,
  }
}
