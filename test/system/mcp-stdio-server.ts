import { createInterface } from 'node:readline'

/** A server over stdio in the words of 2025-06-18, written by hand, so that it can also misbehave. */
const [, , manner = 'good'] = process.argv
if (manner === 'stillborn') process.exit(1)
const say = (message: object): void =>
  void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const tool = (name: string, description = 'Says a text again.') => ({
  name,
  description,
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
})
const seen = { lists: 0 }

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly cursor?: string; readonly arguments?: { readonly text?: string } }
}

function answer({ id, method, params }: Message): void {
  if (method === 'initialize')
    say({
      id,
      result: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'hand', version: '1' },
      },
    })
  else if (method === 'tools/list') {
    seen.lists += 1
    if (manner === 'endless')
      say({ id, result: { tools: [tool(`t${seen.lists}`)], nextCursor: `c${seen.lists}` } })
    else if (manner === 'changing') say({ id, result: { tools: [tool('echo', `Version ${seen.lists}.`)] } })
    else say({ id, result: { tools: [tool('echo'), tool('crash')] } })
  } else if (method === 'tools/call') {
    if (manner === 'silent') return
    if (manner === 'huge') process.stdout.write('x'.repeat(4 * 1024 * 1024))
    else if (manner === 'babble') process.stdout.write('this is no message\n')
    else if (manner === 'wrong-id') say({ id: 4711, result: { content: [{ type: 'text', text: 'forged' }] } })
    else if (manner === 'asking') {
      say({ id: 1, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } })
      say({ id, result: { content: [{ type: 'text', text: 'done' }] } })
    } else if (params?.arguments?.text === 'crash') process.exit(3)
    else say({ id, result: { content: [{ type: 'text', text: `again: ${params?.arguments?.text}` }] } })
  } else if (id !== undefined && method !== undefined)
    say({ id, error: { code: -32_601, message: 'Method not found' } })
}

for await (const line of createInterface({ input: process.stdin })) answer(JSON.parse(line) as Message)
