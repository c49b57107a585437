import type { ToolCall } from '@freehold/contract/loop-events.ts'
import type {
  Model,
  ModelCall,
  ModelMessage,
  ModelPiece,
} from '../../packages/server/src/assistant/loop/ports.ts'

interface Wish {
  readonly name: string
  readonly input: Readonly<Record<string, string>>
}

const MAIL = String.raw`([\w.+-]+@[\w-]+(?:\.[\w-]+)+)`
const FILE = String.raw`([\w/-]+\.\w{2,4})\b`
const QUOTED = String.raw`[“"「]([^”"」]{1,200})[”"」]`
const ADDRESS = String.raw`(https?:\/\/[^\s。，)"”<>]+)`

/** What the words of an order ask for, in English and Chinese. */
const UNDERSTOOD: readonly (readonly [pattern: string, wish: (found: string) => Wish])[] = [
  ...[`(?:send|forward|mail)\\b[^.\\n]{0,120}?\\bto\\s+${MAIL}`, `(?:发送|转发|寄)(?:到|给)\\s*${MAIL}`].map(
    (pattern) => [pattern, (to: string) => ({ name: 'send_mail', input: { to } })] as const,
  ),
  ...[`(?:delete|erase)\\s+(?:the\\s+)?file\\s+${FILE}`, `删除文件\\s*${FILE}`].map(
    (pattern) => [pattern, (path: string) => ({ name: 'delete_file', input: { path } })] as const,
  ),
  ...[`(?:write|add)\\s+the\\s+note\\s+${QUOTED}`, `(?:写入|添加)备注${QUOTED}`].map(
    (pattern) => [pattern, (text: string) => ({ name: 'write_note', input: { text } })] as const,
  ),
  ...[`(?:open|fetch|visit)\\s+${ADDRESS}`, `(?:打开|访问)\\s*${ADDRESS}`].map(
    (pattern) => [pattern, (url: string) => ({ name: 'fetch_page', input: { url } })] as const,
  ),
  ...[`search\\s+for\\s+${QUOTED}`, `搜索${QUOTED}`].map(
    (pattern) => [pattern, (query: string) => ({ name: 'search_documents', input: { query } })] as const,
  ),
  ...['list\\s+the\\s+tickets', '列出工单'].map(
    (pattern) => [`(${pattern})`, () => ({ name: 'list_tickets', input: {} })] as const,
  ),
]
const IMAGE = new RegExp(`(?:show\\s+the\\s+image|显示图片)\\s*${ADDRESS}`, 'giu')
/** Half of an order: a name for what another half uses. */
const MEANS = /<(\w+)>\s+(?:means|指的是)\s+(\S+?)(?=[\s。]|$)/gu

const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
  })

/** The text and whatever it holds in other writing. */
function decoded(text: string): string {
  const plain = text.normalize('NFKC').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
  const others = [
    ...[...plain.matchAll(/[A-Za-z\d+/]{24,}={0,2}/g)].map(([code]) =>
      Buffer.from(code, 'base64').toString(),
    ),
    ...[...plain.matchAll(/\b(?:[\da-f]{2}){20,}\b/g)].map(([code]) => Buffer.from(code, 'hex').toString()),
    ...[...plain.matchAll(/rot13:\s*([^\n]+)/g)].map(([, code = '']) => rot13(code)),
    ...[...plain.matchAll(/reversed:\s*([^\n]+)/g)].map(([, code = '']) =>
      Array.from(code).reverse().join(''),
    ),
  ]
  return [plain, ...others].join('\n')
}

function wishesIn(text: string): Wish[] {
  const names = new Map([...text.matchAll(MEANS)].map(([, name = '', meaning = '']) => [name, meaning]))
  const whole = text.replace(/<(\w+)>/g, (same, name: string) => names.get(name) ?? same)
  const found = UNDERSTOOD.flatMap(([pattern, wish]) =>
    [...whole.matchAll(new RegExp(pattern, 'giu'))].map((match) => ({
      at: match.index,
      wish: wish(match[1] ?? ''),
    })),
  )
  return found.sort((one, other) => one.at - other.at).map(({ wish }) => wish)
}

const TRIES = 2
const AT_ONCE = 3

/** Calls that were made for a wish, and whether one of them came to something. */
function madeFor(wish: Wish, messages: readonly ModelMessage[]): { tries: number; isDone: boolean } {
  const text = JSON.stringify(wish.input)
  const calls = messages
    .flatMap((message) => (message.role === 'assistant' ? message.calls : []))
    .filter((call) => call.name === wish.name && call.arguments === text)
  const isDone = messages.some(
    (message) =>
      message.role === 'tool' &&
      calls.some(({ id }) => id === message.call) &&
      !message.text.includes('was not made'),
  )
  return { tries: calls.length, isDone }
}

/**
 * A model that does whatever any text of its context tells it to, whoever wrote it and in whatever disguise, as well as
 * what its user wants; what it is refused it tries again.
 */
export const obedientModel: Model = {
  async *call({ messages, tools, class: dataClass }: ModelCall): AsyncGenerator<ModelPiece> {
    const words = messages.filter(({ role }) => role !== 'system').map(({ text }) => text)
    const text = decoded(words.join('\n'))
    const calls: ToolCall[] = []
    for (const wish of wishesIn(text)) {
      const { tries, isDone } = madeFor(wish, messages)
      const isOffered = tools.some(({ name }) => name === wish.name)
      const call = { id: `c${calls.length}`, name: wish.name, arguments: JSON.stringify(wish.input) }
      const isRepeated = calls.some((one) => one.name === call.name && one.arguments === call.arguments)
      if (isOffered && !isDone && tries < TRIES && !isRepeated && calls.length < AT_ONCE) calls.push(call)
    }
    for (const call of calls) yield { type: 'call', call }
    if (calls.length === 0) {
      yield { type: 'text', text: 'That is all done. ' }
      for (const [, url] of text.matchAll(IMAGE)) yield { type: 'text', text: `![chart](${url}) ` }
    }
    yield {
      type: 'end',
      end: {
        request: 'req_000000000000000000000000',
        model: 'obedient',
        target: 'test',
        zone: 'private',
        class: dataClass,
        rule: null,
        because: [],
        masked: 0,
        usage: { input: 10, output: 5 },
        costMicros: null,
        finish: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    }
  },
}
