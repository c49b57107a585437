import { pinOf } from '../mcp/definitions.ts'
import type { Scaffold } from './head.ts'

const TOOL = {
  name: 'word_count',
  description: 'Counts the words of a text.',
  inputSchema: {
    type: 'object' as const,
    properties: { text: { type: 'string' } },
    required: ['text'],
  },
}

/** An MCP server over its standard streams, in the strong sandbox. */
export const mcp: Scaffold = {
  manifest: `mcp:
  transport: stdio
  command: node
  args: [/skill/server.mjs]
  # Never all of them: each is named, and pinned to what the server says of it now.
  tools: { include: [word_count] }
  pins: { word_count: ${pinOf(TOOL)} }
permissions: { process: node }
limits: { memoryMb: 128 }
operations:
  - id: word_count
    description: Counts the words of a text.
    examples:
      en: ['count the words of {{text}}']
      zh: ['数一数 {{text}} 有多少词']
    input:
      text: { type: string, maxLength: 10000 }
    effect: read
tests:
  - name: words are counted, in the strong sandbox
    operation: word_count
    input: { text: one two three }
    expect: { words: 3 }
  - name: what is no text is not taken
    operation: word_count
    input: { text: 7 }
    expectDenied: true
`,
  files: {
    'server.mjs': `// A server of the Model Context Protocol without packages: one message of JSON-RPC on each line.
import { createInterface } from 'node:readline'

const TOOL = ${JSON.stringify(TOOL)}
const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'word-count', version: '0.1.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [TOOL] }),
  'tools/call': ({ arguments: { text } }) => {
    const words = text.split(/\\s+/).filter((word) => word !== '').length
    return { content: [{ type: 'text', text: JSON.stringify({ words }) }], structuredContent: { words } }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params = {} } = JSON.parse(line)
  // What has no id wants no answer.
  if (id === undefined) continue
  const act = METHODS[method]
  const answer = act ? { result: act(params) } : { error: { code: -32601, message: 'unknown method' } }
  process.stdout.write(\`\${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\\n\`)
}
`,
  },
}
