import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import type { Ending, Part, Voice, Wanted } from './generation.ts'
import { Generation } from './generation.ts'
import type { LlamaModel, Sequence, Token } from './llama-package.ts'

const END = -1
const unread = (): never => {
  throw new Error('nobody needs this here')
}

/** A model whose tokens are bytes, and that says what is written for it: one text for each time that it is begun. */
function voice(says: readonly string[], contextTokens = 1000) {
  const read: Token[] = []
  const grammars: string[] = []
  /** Told how many tokens are read at a time. */
  const watching = { reads: (_: number): void => undefined }
  let begun = 0
  const sequence: Sequence = {
    get nextTokenIndex() {
      return read.length
    },
    async adaptStateToTokens(tokens) {
      const same = tokens.findIndex((token, at) => read[at] !== token)
      read.length = Math.min(read.length, same < 0 ? tokens.length : same)
    },
    async clearHistory() {
      read.length = 0
    },
    async evaluateWithoutGeneratingNewTokens(tokens) {
      read.push(...tokens)
      watching.reads(tokens.length)
    },
    async *evaluate(tokens) {
      read.push(...tokens)
      watching.reads(tokens.length)
      for (const byte of Buffer.from(says[begun++] ?? '')) {
        yield byte
        read.push(byte)
      }
      yield END
    },
  }
  const model: LlamaModel = {
    trainContextSize: contextTokens,
    embeddingVectorSize: 1,
    tokenizer: {},
    gpuLayers: 0,
    fileInsights: { estimateContextResourceRequirementsV2: unread },
    tokenize: (text) => [...Buffer.from(text)],
    detokenize: (tokens) => Buffer.from([...tokens]).toString('utf8'),
    isEogToken: (token) => token === END,
    createContext: unread,
    createEmbeddingContext: unread,
  }
  const made: Voice = {
    llama: {
      loadModel: unread,
      async createGrammar({ grammar }) {
        grammars.push(grammar)
        return {}
      },
    },
    model,
    sequence,
    contextTokens,
    GrammarState: class {
      readonly isMade = true
    },
  }
  return { made, read: () => Buffer.from(read).toString('utf8'), grammars, watching }
}

const CALLING = { grammar: 'root ::= call', isForced: false, mayBeSeveral: true }
const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  prompt: [...Buffer.from('Q')],
  ends: new Set(),
  most: null,
  sampling: { temperature: 0, topK: 1, topP: 1, minP: 0, seed: 1 },
  penalties: { frequency: 0, presence: 0 },
  stops: [],
  calling: null,
  format: null,
  ...more,
})

async function heard(made: Voice, more: Partial<Wanted> = {}, signal = new AbortController().signal) {
  const parts: Part[] = []
  const generated = new Generation(made, wanted(more), signal).parts()
  for (;;) {
    const { value, done } = await generated.next()
    if (done) return told(parts, value)
    parts.push(value)
  }
}

function told(parts: readonly Part[], { reason, answerTokens }: Ending) {
  const text = parts.map((part) => ('text' in part ? part.text : '')).join('')
  const calls = parts.flatMap((part) => ('call' in part ? [`${part.call.name} ${part.call.arguments}`] : []))
  return { text, calls, reason, answerTokens }
}

test('characters of several bytes come whole', async () => {
  const { made } = voice(['ä 快递 😀'])
  const generated = new Generation(made, wanted(), new AbortController().signal).parts()
  for await (const part of generated) assert.ok('text' in part && !part.text.includes('\uFFFD'))
  assert.equal((await heard(voice(['ä 快递 😀']).made)).text, 'ä 快递 😀')
})

test('a model that begins to call goes on under the grammar, and may call again', async () => {
  const { made, read, grammars } = voice([
    'Let me see. <tool_call>\nwhatever',
    '{"name": "now", "arguments": {}}',
    ' and <tool_call>',
    '{"name": "book", "arguments": {"to": "安娜"}}',
    '\n',
  ])
  const { text, calls, reason } = await heard(made, { calling: CALLING })
  assert.deepEqual(
    [text.trim(), calls, reason],
    ['Let me see.  and', ['now {}', 'book {"to":"安娜"}'], 'tool_calls'],
  )
  assert.deepEqual(grammars, [CALLING.grammar, CALLING.grammar])
  assert.ok(
    read().startsWith(
      'QLet me see. <tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>\n and <tool_call>\n{',
    ),
  )
})

test('a model that answers in words calls nothing', async () => {
  const { made } = voice(['It is <tool late.'])
  assert.deepEqual(await heard(made, { calling: CALLING }), {
    text: 'It is <tool late.',
    calls: [],
    reason: 'stop',
    answerTokens: 17,
  })
})

test('where a call is forced nothing comes before it and nothing after it', async () => {
  const { made, read } = voice(['{"name": "now", "arguments": {}}', 'more'])
  const said = await heard(made, { calling: { ...CALLING, isForced: true, mayBeSeveral: false } })
  assert.deepEqual([said.text, said.calls, said.reason], ['', ['now {}'], 'tool_calls'])
  assert.ok(read().startsWith('Q<tool_call>\n{'))
})

test('a call that is cut off is not handed out', async () => {
  const { made } = voice(['{"name": "now", "arguments": {}}'])
  const said = await heard(made, { calling: { ...CALLING, isForced: true }, most: 10 })
  assert.deepEqual([said.calls, said.reason], [[], 'length'])
})

test('an answer ends where it is full, at a stop, or at a token that ends it', async () => {
  assert.deepEqual(await heard(voice(['abcdef']).made, { most: 3 }), {
    text: 'abc',
    calls: [],
    reason: 'length',
    answerTokens: 3,
  })
  const stopped = await heard(voice(['abcdef']).made, { stops: ['de'] })
  assert.deepEqual([stopped.text, stopped.reason], ['abc', 'stop'])
  const ended = await heard(voice(['abcdef']).made, { ends: new Set(Buffer.from('e')) })
  assert.deepEqual([ended.text, ended.reason], ['abcd', 'stop'])
  assert.equal((await heard(voice(['abcdef'], 12).made)).text, 'abc', 'no further than the context')
})

test('a prompt without room for an answer is refused', () => {
  const { made } = voice([''], 100)
  const prompt = Array.from({ length: 95 }, () => 65)
  assert.throws(() => new Generation(made, wanted({ prompt }), new AbortController().signal), Fault)
})

test('whoever leaves while a long prompt is read is not waited for', async () => {
  const { made, read, watching } = voice(['never said'], 5000)
  const leaving = new AbortController()
  watching.reads = () => leaving.abort()
  const prompt = Array.from({ length: 4000 }, () => 65)
  await assert.rejects(heard(made, { prompt }, leaving.signal))
  assert.equal(read().length, 128)
})

test('what was read before is not read again', async () => {
  const { made, watching } = voice(['one', 'two'])
  await heard(made)
  let again = 0
  watching.reads = (count) => void (again += count)
  await heard(made, { prompt: [...Buffer.from('Qone!')] })
  assert.equal(again, 1)
})
