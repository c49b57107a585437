import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalAnswer, LocalEngine, LocalQuestion } from '../../gateway/local-engine.ts'
import { systemCaller } from '../../identity/local-operator.ts'
import type { Tool } from '../../skills/tool.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { createActingEngine } from './acting-engine.ts'

/** A Wednesday. */
const TODAY = '2027-03-10'
const caller = systemCaller(tenantId('00000000-0000-7000-8000-000000000001'))
const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
/** Stands for the engine that quotes: it says which question reached it. */
const quoting: LocalEngine = {
  async answer({ messages }): Promise<LocalAnswer> {
    const { content } = messages.at(-1) ?? {}
    return {
      pieces: [`quoted: ${typeof content === 'string' ? content : ''}`],
      citations: [],
      class: 'public',
      usage: USAGE,
    }
  },
}
const tool = (shape: Pick<Tool, 'name' | 'input' | 'examples'>): Tool => ({
  description: shape.name,
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  run: async () => ({ parts: [] }),
  ...shape,
})
const TOOLS: readonly Tool[] = [
  tool({
    name: 'track_waybill',
    input: {
      type: 'object',
      properties: {
        waybill: { type: 'string', pattern: '[A-Z]{2}\\d{9,13}', title: '运单号 (waybill number)' },
      },
      required: ['waybill'],
    },
    examples: [
      '查运单 YT1234567890123',
      '查一下运单 {{waybill}}',
      '我的包裹 SF1234567890 到哪了',
      '帮我查快递',
      '查物流 YT1234567890123',
      'track waybill YT1234567890123',
      'where is my parcel {{waybill}}',
      'track my shipment',
    ],
  }),
  tool({
    name: 'book_leave',
    input: {
      type: 'object',
      properties: {
        from: { type: 'string', format: 'date', title: 'first day' },
        days: { type: 'integer', title: 'number of days' },
        note: { type: 'string' },
      },
      required: ['from', 'days'],
    },
    examples: [
      'book leave from 2027-04-01 for 3 days',
      'I want to take 2 days off from Friday',
      'book me a day off on {{from}}',
      '请假三天，从明天开始',
      '我想从下周一开始请两天假',
      '帮我请假',
    ],
  }),
  tool({
    name: 'search_knowledge',
    input: {
      type: 'object',
      properties: { query: { type: 'string' }, limit: { type: 'integer' } },
      required: ['query'],
    },
    examples: ['search for {{query}}', '搜索{{query}}'],
  }),
  tool({
    name: 'list_books',
    input: { type: 'object', properties: { q: { type: 'string' } } },
    examples: ['list all books', '列出所有图书', 'search books for {{q}}'],
  }),
  tool({
    name: 'show_loan',
    input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    examples: ['show loan {{id}}', '查询借阅{{id}}'],
  }),
  {
    ...tool({
      name: 'register_reader',
      input: {
        type: 'object',
        properties: {
          name: { type: 'string', title: '姓名 (name)' },
          card: {
            title: '借书证',
            oneOf: [
              { const: 'student', title: '学生' },
              { const: 'staff', title: '教师' },
            ],
          },
          until: { type: 'string', format: 'date', title: '截止日期' },
        },
        required: ['name', 'card', 'until'],
      },
      examples: ['登记读者', 'register a reader'],
    }),
    title: { en: 'Register a reader', zh: '登记读者' },
  },
  {
    ...tool({
      name: 'return_books',
      input: { type: 'object', properties: { reader: { type: 'string' } } },
      examples: ['return books of {{reader}}'],
    }),
    effect: 'write',
  },
]

type Message = LocalQuestion['messages'][number]
const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

const engine = createActingEngine({
  quoting,
  tools: async (_, wanted) => TOOLS.filter(({ name }) => wanted.includes(name)),
  today: () => TODAY,
})
const names = TOOLS.map(({ name }) => name)
const answer = (messages: readonly Message[], tools: readonly string[] = names): Promise<LocalAnswer> =>
  engine.answer({ caller, messages: [...messages], tools }, new AbortController().signal)
const saidTo = async (...messages: readonly Message[]): Promise<string> =>
  (await answer(messages)).pieces.join('')
async function calledBy(...messages: readonly Message[]): Promise<unknown> {
  const { calls = [] } = await answer(messages)
  return calls.map((call) => [call.name, JSON.parse(call.arguments) as unknown])
}

test('a command in either language becomes a call with typed values, without any model', async () => {
  const waybill = (number: string) => [['track_waybill', { waybill: number }]]
  assert.deepEqual(await calledBy(user('查运单 YT9988776655443')), waybill('YT9988776655443'))
  assert.deepEqual(await calledBy(user('请帮我查一下运单YT1112223334445')), waybill('YT1112223334445'))
  assert.deepEqual(await calledBy(user('Please track waybill SF123456789.')), waybill('SF123456789'))
  const leave = (from: string, days: number) => [['book_leave', { from, days }]]
  assert.deepEqual(await calledBy(user('从下周三开始请四天假')), leave('2027-03-17', 4))
  assert.deepEqual(await calledBy(user('Book leave from next Friday for 5 days')), leave('2027-03-19', 5))
})

test('free words stand where an example says, and numbers in them stay there', async () => {
  assert.deepEqual(await calledBy(user('Search for the budget of 2026')), [
    ['search_knowledge', { query: 'the budget of 2026' }],
  ])
  assert.deepEqual(await calledBy(user('搜索差旅报销标准')), [
    ['search_knowledge', { query: '差旅报销标准' }],
  ])
})

test('what is missing is asked for in the language of the user, and the reply completes the call', async () => {
  const zh = await saidTo(user('帮我查快递'))
  assert.match(zh, /还需要：运单号/)
  assert.deepEqual(await calledBy(user('帮我查快递'), assistant(zh), user('YT1234567890123')), [
    ['track_waybill', { waybill: 'YT1234567890123' }],
  ])
  const asked = await saidTo(user('Book leave from next Monday'))
  assert.match(asked, /“book_leave”.*number of days/)
  assert.deepEqual(
    await calledBy(user('Book leave from next Monday'), assistant(asked), user('three days please')),
    [['book_leave', { from: '2027-03-15', days: 3 }]],
  )
})

test('an example that is said as it stands is meant, whatever is said of other things', async () => {
  assert.deepEqual(await calledBy(user('List all books')), [['list_books', {}]])
  assert.deepEqual(await calledBy(user('请帮我列出所有图书。')), [['list_books', {}]])
  assert.equal(await saidTo(user('Who lists all books?')), 'quoted: Who lists all books?')
})

test('an example without the word that it has room for asks for that word', async () => {
  for (const said of ['Could you please show loan?', '查询借阅']) {
    const asked = await saidTo(user(said))
    assert.match(asked, /show_loan/)
    assert.deepEqual(await calledBy(user(said), assistant(asked), user('L-1001')), [
      ['show_loan', { id: 'L-1001' }],
    ])
  }
})

test('what changes something is not called because a word was left out that it could do without', async () => {
  assert.equal(await saidTo(user('Return books of')), 'quoted: Return books of')
  assert.deepEqual(await calledBy(user('Return books of Ann')), [['return_books', { reader: 'Ann' }]])
})

test('several things that are missing are asked for as a form, by its title, and its lines complete the call', async () => {
  const asked = await saidTo(user('登记读者'))
  assert.equal(
    asked,
    '要执行“登记读者”，还需要：\n\n- 姓名 (name)：\n- 借书证（学生、教师）：\n- 截止日期：\n\n请逐行填写。',
  )
  const turns = [user('登记读者'), assistant(asked)]
  assert.deepEqual(
    await calledBy(
      ...turns,
      user('- 姓名 (name)：王 芳\n- 借书证（学生、教师）：教师\n截止日期：2027年3月1日'),
    ),
    [['register_reader', { name: '王 芳', card: 'staff', until: '2027-03-01' }]],
  )
  // What a line leaves open is asked for again.
  const again = await saidTo(...turns, user('姓名：王芳\n借书证：老板'))
  assert.match(again, /- 借书证（学生、教师）：\n- 截止日期：/)
  assert.doesNotMatch(again, /姓名/)
  assert.deepEqual(await calledBy(...turns, user('姓名：王芳'), assistant(again), user('学生，2027-04-02')), [
    ['register_reader', { name: '王芳', card: 'student', until: '2027-04-02' }],
  ])
  assert.match(
    await saidTo(user('Register a reader')),
    /^For “Register a reader” I still need:\n\n- 姓名 \(name\):\n/,
  )
})

test('who changes the subject instead of replying is answered', async () => {
  const asked = await saidTo(user('帮我查快递'))
  assert.equal(
    await saidTo(user('帮我查快递'), assistant(asked), user('食堂几点开门？')),
    'quoted: 食堂几点开门？',
  )
})

test('a command instead of the reply is that command, and not the word that was asked for', async () => {
  const asked = await saidTo(user('查询借阅'))
  assert.deepEqual(await calledBy(user('查询借阅'), assistant(asked), user('搜索差旅报销标准')), [
    ['search_knowledge', { query: '差旅报销标准' }],
  ])
  assert.deepEqual(await calledBy(user('查询借阅'), assistant(asked), user('show loan L-9')), [
    ['show_loan', { id: 'L-9' }],
  ])
})

test('fields stand below each other where Markdown is shown, and tables and fences stay as they came', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'show_loan', arguments: '{}' } }
  const told = async (content: string): Promise<string> => {
    const said = await saidTo(
      user('show loan L-1'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content, tool_call_id: 'call_1' },
    )
    return said.slice(said.indexOf('\n\n') + 2)
  }
  assert.equal(await told('id: L-1\ndue: Friday'), 'id: L-1  \ndue: Friday')
  const table = 'total: 2\npage: 1\n\n| id |\n| --- |\n| L-1 |\n| L-2 |'
  assert.equal(await told(table), table.replace('2\npage', '2  \npage'))
  const fenced = '```\na\nb\n```'
  assert.equal(await told(fenced), fenced)
})

test('a code that was asked for is answered in the language of what was said before it', async () => {
  const turns = [user('查询借阅'), assistant(await saidTo(user('查询借阅'))), user('L-1001')]
  const call = { id: 'call_1', type: 'function', function: { name: 'show_loan', arguments: '{}' } }
  const result: Message[] = [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', content: 'Due tomorrow.', tool_call_id: 'call_1' },
  ]
  assert.match(await saidTo(...turns, ...result), /^以下是“show_loan”逐字返回的内容/)
  assert.match(await saidTo(user('show loan L-1'), ...result), /^What “show_loan” came back with/)
})

test('what came back as JSON keeps its lines', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'show_loan', arguments: '{}' } }
  const said = await saidTo(
    user('show loan L-1'),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', content: JSON.stringify({ loan: [[{ id: '```' }]] }, null, 2), tool_call_id: 'call_1' },
  )
  assert.match(said, /\n\n```json\n\{\n {2}"loan": \[\n[\s\S]*\n\}\n```$/)
})

test('questions to documents are no commands, even such as name the same things', async () => {
  for (const question of [
    '年假有几天？',
    '运单上要写什么内容？',
    '请假由谁批准？',
    'Who approves leave requests?',
    'How many days of leave do I get?',
    'What is the deposit for a parcel locker?',
    '你好',
    'Thanks a lot',
  ])
    assert.equal(await saidTo(user(question)), `quoted: ${question}`, question)
})

test('a tool that is not offered is not called', async () => {
  const { calls, pieces } = await answer([user('查运单 YT9988776655443')], ['search_knowledge'])
  assert.deepEqual([calls, pieces.join('')], [undefined, 'quoted: 查运单 YT9988776655443'])
})

test('what a tool returned is shown word for word, without the marks for models', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'track_waybill', arguments: '{}' } }
  const result = [
    '⟦material 0123abcd · tool⟧\nYT1 is in Leeds.\n⟦end 0123abcd⟧',
    '⟦material 0123abcd · document · [2]⟧\nHandbook (document "h\\"1")\n\nAsk the desk.\n⟦end 0123abcd⟧',
  ].join('\n\n')
  const said = await saidTo(
    user('Track waybill YT1234567890123'),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', content: result, tool_call_id: 'call_1' },
  )
  assert.equal(
    said,
    'What “track_waybill” came back with, word for word; no language model wrote this.\n\nYT1 is in Leeds.\n\nAsk the desk. [2]  \n— Handbook',
  )
})
