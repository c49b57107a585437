import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import type { ConversationHouse } from './conversation-house.ts'
import { openConversations, SlowModel } from './conversation-house.ts'
import { ordinary } from './gateway-upstream.ts'
import { run, serverEntry } from './house.ts'

let house: ConversationHouse
before(async () => {
  house = await openConversations()
})
after(() => house.close())

interface Imported {
  readonly conversations: string[]
  readonly messages: number
  readonly skipped: number
}

const OPENAI = {
  title: 'Old talk',
  create_time: 1_700_000_000.5,
  current_node: 'd',
  mapping: {
    a: { message: null, parent: null },
    s: { message: { author: { role: 'system' }, content: { parts: [''] } }, parent: 'a' },
    b: {
      message: {
        author: { role: 'user' },
        create_time: 1_700_000_001,
        content: { content_type: 'text', parts: ['Hello?'] },
      },
      parent: 's',
    },
    c: {
      message: {
        author: { role: 'assistant' },
        content: { parts: ['First.'] },
        metadata: { model_slug: 'gpt-4' },
      },
      parent: 'b',
    },
    d: {
      message: { author: { role: 'assistant' }, content: { parts: ['Second.', { image: 1 }] } },
      parent: 'b',
    },
  },
}
const WEB_UI = {
  title: 'Web talk',
  chat: {
    history: {
      currentId: 'b',
      messages: {
        b: { parentId: 'a', role: 'assistant', content: '你好', model: 'qwen' },
        a: { parentId: null, role: 'user', content: '您好吗?', timestamp: 1_700_000_000 },
      },
    },
  },
}
const LIBRE = {
  conversationId: 'x',
  title: 'Libre talk',
  messages: [
    {
      messageId: '1',
      parentMessageId: '00000000-0000-0000-0000-000000000000',
      isCreatedByUser: true,
      text: 'Question',
      children: [{ messageId: '2', isCreatedByUser: false, content: [{ type: 'text', text: 'Answer' }] }],
    },
  ],
}

test('exports of OpenAI, Open WebUI and LibreChat come in with their branches, and a talk can go on from there', async () => {
  const { me } = house
  const data = [OPENAI, WEB_UI, LIBRE, { ...WEB_UI, chat: { history: { messages: {} } } }]
  const imported = await me.call<Imported>('POST', '/api/conversations/import', { data })
  assert.deepEqual([imported.conversations.length, imported.messages, imported.skipped], [3, 7, 1])
  const [openai = '', webUi = '', libre = ''] = imported.conversations
  const messages = await me.messages(openai)
  assert.deepEqual(
    messages.map(({ role, text, parent }) => [role, text, parent === messages[0]?.id]),
    [
      ['user', 'Hello?', false],
      ['assistant', 'First.', true],
      ['assistant', 'Second.', true],
    ],
  )
  const seen = await me.call<{ leaf: string; title: string; updatedAt: string }>(
    'GET',
    `/api/conversations/${openai}`,
  )
  assert.deepEqual(
    [seen.leaf, seen.title, seen.updatedAt],
    [messages[2]?.id, 'Old talk', '2023-11-14T22:13:20.500Z'],
  )
  for (const id of [webUi, libre])
    assert.deepEqual(
      (await me.messages(id)).map(({ role }) => role),
      ['user', 'assistant'],
    )
  const going = await me.say(libre, 'And then?')
  assert.equal(await me.over(going.run), 'completed')
})

test('a branch is read from its end, page by page, with what stands beside each of its messages', async () => {
  const { me } = house
  const turn = (id: string, parentId: string | null, at: number): object => ({
    [id]: { parentId, role: at % 2 === 0 ? 'user' : 'assistant', content: id, timestamp: 1_700_000_000 + at },
  })
  // a1 … a9 in a line; at the third place b3 and c3 stand beside it, and d4, e5 go on from b3.
  const line = Array.from({ length: 9 }, (_, at) => turn(`a${at + 1}`, at === 0 ? null : `a${at}`, at))
  const others = [turn('b3', 'a2', 10), turn('d4', 'b3', 11), turn('e5', 'd4', 12), turn('c3', 'a2', 14)]
  const messages = Object.assign({}, ...line, ...others) as object
  const data = [{ title: 'Tree', chat: { history: { currentId: 'a9', messages } } }, WEB_UI]
  const { conversations } = await me.call<Imported>('POST', '/api/conversations/import', { data })
  const [tree = '', other = ''] = conversations
  const ids = new Map((await me.messages(tree)).map(({ id, text }) => [text, id]))
  const names = new Map(Array.from(ids, ([text, id]) => [id, text]))
  interface BranchPage {
    readonly data: readonly { readonly text: string; readonly beside?: readonly string[] }[]
    readonly next: string | null
  }
  const read = (query: string) => me.call<BranchPage>('GET', `/api/conversations/${tree}/messages?${query}`)
  const told = ({ data: seen, next }: BranchPage) => [
    seen.map(({ text }) => text).join(' '),
    next === null ? null : names.get(next),
  ]
  const first = await read('branch=current&limit=4')
  assert.deepEqual(told(first), ['a9 a8 a7 a6', 'a6'])
  const rest = await read(`branch=current&limit=200&after=${first.next}`)
  assert.deepEqual(told(rest), ['a5 a4 a3 a2 a1', null])
  assert.deepEqual(
    [...first.data, ...rest.data].flatMap(({ text, beside }) =>
      beside === undefined ? [] : [[text, ...beside.map((id) => names.get(id))]],
    ),
    [['a3', 'a3', 'b3', 'c3']],
  )
  assert.deepEqual(told(await read(`branch=${ids.get('d4')}&limit=2`)), ['d4 b3', 'b3'])
  assert.deepEqual(told(await read(`through=${ids.get('b3')}&limit=3`)), ['e5 d4 b3', 'b3'])
  assert.deepEqual(told(await read(`through=${ids.get('a1')}&limit=1`)), ['c3', 'c3'])
  assert.deepEqual(told(await read(`branch=current&after=${ids.get('a1')}`)), ['', null])

  const [foreign] = await me.messages(other)
  const refused = async (query: string) => {
    const answer = await house.get(`/api/conversations/${tree}/messages?${query}`)
    const { error } = (await answer.json()) as { error: { code: string; param: string } }
    return [answer.status, error.code, error.param]
  }
  for (const field of ['branch', 'through'])
    assert.deepEqual(await refused(`${field}=${foreign?.id}`), [404, 'not_found', field])
  assert.deepEqual(await refused(`branch=current&after=${foreign?.id}`), [404, 'not_found', 'after'])
  assert.deepEqual(await refused('branch=current&after=x'), [400, 'invalid', 'after'])
  assert.deepEqual(await refused(`branch=current&through=${ids.get('a1')}`), [400, 'invalid', 'through'])
  assert.equal((await refused('branch=newest'))[1], 'invalid')
})

test('a file that lies about its tree, or is no export, is refused and names the field', async () => {
  const { me } = house
  const turn = (id: string, parentId: string): object => ({ [id]: { parentId, role: 'user', content: 'x' } })
  const circle = { chat: { history: { messages: { ...turn('a', 'b'), ...turn('b', 'a') } } } }
  for (const data of [circle, { hello: 1 }, [], { ...LIBRE, messages: [{ messageId: 7 }] }])
    assert.deepEqual(await me.refused('POST', '/api/conversations/import', { data }), [400, 'invalid'])
})

test('what was exported can be imported again, and reads well', async () => {
  const { me } = house
  const conversation = await me.begin({ title: 'Round trip' })
  const first = await me.say(conversation, 'One?')
  await me.over(first.run)
  await me.over((await me.say(conversation, 'One, please?', { edits: first.message.id })).run)
  const data = await me.call<object>('GET', `/api/conversations/${conversation}/export`)
  const { conversations } = await me.call<Imported>('POST', '/api/conversations/import', { data })
  const shape = async (id: string): Promise<string[]> => {
    const messages = await me.messages(id)
    return messages
      .map(({ role, text, parent }) =>
        JSON.stringify([role, text, messages.find((one) => one.id === parent)?.text ?? '']),
      )
      .toSorted()
  }
  assert.deepEqual(await shape(conversations[0] ?? ''), await shape(conversation))
  const markdown = await fetch(`${house.url}/api/conversations/${conversation}/export?format=md`, {
    headers: me.headers,
  })
  assert.match(markdown.headers.get('content-type') ?? '', /^text\/markdown/)
  assert.match(await markdown.text(), /^# Round trip\n\n## You · .*\n\nOne, please\?\n\n## /)
})

test('one answer is shared with its question, and nothing else of the conversation', async () => {
  const { me } = house
  const conversation = await me.begin({ title: 'Between us' })
  await me.over((await me.say(conversation, 'Kept.')).run)
  const { run, answer } = await me.say(conversation, 'Shown.')
  await me.over(run)
  await me.over((await me.say(conversation, 'Kept too.')).run)
  const { token, messages } = await me.call<{ token: string; messages: number }>(
    'POST',
    `/api/conversations/${conversation}/shares`,
    { message: answer, only: true },
  )
  const other = house.speaker({ authorization: `Bearer ${await house.key()}` })
  const shared = await other.call<{ title: null; messages: { role: string; text: string }[] }>(
    'GET',
    `/api/shared/${token}`,
  )
  assert.deepEqual(
    [messages, shared.title, shared.messages.map(({ role }) => role), shared.messages[0]?.text],
    [2, null, ['user', 'assistant'], 'Shown.'],
  )
})

test('a share shows a branch as it was to others of the tenant, until it is taken back', async () => {
  const { me } = house
  const conversation = await me.begin({ title: 'For others' })
  await me.over((await me.say(conversation, 'Shown.')).run)
  const path = `/api/conversations/${conversation}/shares`
  const share = await me.call<{ id: string; token: string; messages: number }>('POST', path, { days: 1 })
  await me.over((await me.say(conversation, 'Not shown.')).run)
  const other = house.speaker({ authorization: `Bearer ${await house.key()}` })
  const shared = await other.call<{ title: string; messages: { text: string }[] }>(
    'GET',
    `/api/shared/${share.token}`,
  )
  assert.deepEqual(
    [shared.title, shared.messages.length, shared.messages[0]?.text],
    ['For others', 2, 'Shown.'],
  )
  const low = house.speaker({
    authorization: `Bearer ${await house.key('--class', 'public', '--ceiling', 'public')}`,
  })
  assert.deepEqual(await low.refused('GET', `/api/shared/${share.token}`), [404, 'not_found'])
  assert.deepEqual(await other.refused('DELETE', `/api/shares/${share.id}`), [404, 'not_found'])
  await me.call('DELETE', `/api/shares/${share.id}`)
  assert.deepEqual(await other.refused('GET', `/api/shared/${share.token}`), [404, 'not_found'])
  assert.deepEqual((await me.call<{ data: object[] }>('GET', path)).data, [])
})

test('projects, pins, tags and the archive keep conversations in order', async () => {
  const { me } = house
  const { id: project } = await me.call<{ id: string }>('POST', '/api/projects', { name: 'House' })
  const conversation = await me.begin({ title: 'In it', project, tags: ['a', 'a', 'b'] })
  const list = async (query: string): Promise<readonly string[]> =>
    (await me.call<{ data: { id: string }[] }>('GET', `/api/conversations?${query}`)).data.map(({ id }) => id)
  assert.deepEqual(await list(`project=${project}`), [conversation])
  await me.call('PATCH', `/api/conversations/${conversation}`, { pinned: true, archived: true })
  assert.deepEqual(
    [await list(`project=${project}`), await list('archived=true&pinned=true')],
    [[], [conversation]],
  )
  assert.deepEqual(await me.refused('POST', '/api/conversations', { project: crypto.randomUUID() }), [
    404,
    'not_found',
  ])
  await me.call('DELETE', `/api/projects/${project}`)
  const seen = await me.call<{ project: null; tags: string[] }>('GET', `/api/conversations/${conversation}`)
  assert.deepEqual([seen.project, seen.tags], [null, ['a', 'b']])
})

test('conversations of a tag are found below more than a hundred others', async () => {
  const { me } = house
  const tagged = [await me.begin({ tags: ['rare'] }), await me.begin({ tags: ['rare', 'other'] })]
  const data = Array.from({ length: 120 }, (_, at) => ({ ...LIBRE, title: `Above ${at}` }))
  await me.call('POST', '/api/conversations/import', { data })
  const page = (query: string) =>
    me.call<{ data: { id: string }[]; next: string | null }>('GET', `/api/conversations?${query}`)
  const first = await page('tag=rare&limit=1')
  assert.deepEqual(
    first.data.map(({ id }) => id),
    [tagged[1]],
  )
  const second = await page(`tag=rare&limit=5&after=${first.next}`)
  assert.deepEqual([second.data.map(({ id }) => id), second.next], [[tagged[0]], null])
  assert.deepEqual((await page('tag=unheard')).data, [])
  const tags = await me.call<{ data: { tag: string; conversations: number }[]; next: string | null }>(
    'GET',
    '/api/conversations/tags',
  )
  const ours = tags.data.filter(({ tag }) => tag === 'rare' || tag === 'other')
  assert.deepEqual(
    [ours, tags.next],
    [
      [
        { tag: 'rare', conversations: 2 },
        { tag: 'other', conversations: 1 },
      ],
      null,
    ],
  )
  const other = house.speaker({ authorization: `Bearer ${await house.key()}` })
  assert.deepEqual((await other.call<{ data: unknown[] }>('GET', '/api/conversations/tags')).data, [])
})

test('a temporary conversation is found by no search and has an end', async () => {
  const { me } = house
  const conversation = await me.begin({ temporary: true })
  await me.over((await me.say(conversation, 'Ephemeral nightingale.')).run)
  const seen = await me.call<{ expiresAt: string | null }>('GET', `/api/conversations/${conversation}`)
  assert.ok(Date.parse(seen.expiresAt ?? '') > Date.now())
  const query = { query: 'nightingale' }
  assert.deepEqual((await me.call<{ hits: object[] }>('POST', '/api/conversations/search', query)).hits, [])
})

test('a legal hold keeps a conversation from being deleted', async () => {
  const { me } = house
  const conversation = await me.begin()
  const added = await house.cli('hold', 'add', '--everything', '--reason', 'case 7', '--json')
  assert.equal(added.status, 0, added.stderr)
  assert.deepEqual(await me.refused('DELETE', `/api/conversations/${conversation}`), [409, 'on_hold'])
  assert.equal((await house.cli('hold', 'lift', JSON.parse(added.stdout).id)).status, 0)
  await me.call('DELETE', `/api/conversations/${conversation}`)
})

test('people converse at the command line, line by line, and find again what they said', async () => {
  const said = await house.cli('chat', 'Where', 'do', 'storks', 'go?', '--json')
  assert.equal(said.status, 0, said.stderr)
  const { conversation, text } = JSON.parse(said.stdout) as { conversation: string; text: string }
  assert.match(text, /quick brown fox/)
  const lines = await run(
    process.execPath,
    [serverEntry, 'chat', '--conversation', conversation, '--data', house.data],
    {
      input: 'And cranes?\n\nAnd geese?\n',
    },
  )
  assert.equal(lines.status, 0, lines.stderr)
  assert.equal(lines.stdout.match(/quick brown fox/g)?.length, 2)
  const shown = await house.cli('chat', 'show', conversation)
  assert.match(shown.stdout, /Where do storks go\?[\s\S]*And cranes\?[\s\S]*And geese\?/)
  assert.match(
    (await house.cli('chat', 'list')).stdout,
    new RegExp(`^${conversation} .*Where do storks go`, 'm'),
  )
  assert.match((await house.cli('chat', 'search', 'stork')).stdout, new RegExp(`^${conversation}`))
  const found = await house.cli('chat', 'search', 'QUICK  brown', '--conversation', conversation, '--json')
  const { hits } = JSON.parse(found.stdout) as { hits: { message: string; role: string }[] }
  assert.deepEqual(
    hits.map(({ role }) => role),
    ['assistant', 'assistant', 'assistant'],
  )
  const shared = await house.cli('chat', 'share', conversation, '--message', hits[0]?.message ?? '', '--json')
  assert.equal(shared.status, 0, shared.stderr)
  assert.equal((await house.cli('chat', 'share', conversation, '--message', 'last')).status, 2)
  const file = await house.cli('chat', 'export', conversation, '--format', 'json')
  assert.equal((JSON.parse(file.stdout) as { freehold: string }).freehold, 'conversation')
  assert.equal((await house.cli('chat', 'delete', conversation)).status, 0)
  assert.equal((await house.cli('chat', 'show', conversation)).status, 1)
})

test('Ctrl-C at the command line stops the model', async () => {
  const { target } = house
  const model = new SlowModel()
  target.answer(model.script)
  target.forget()
  const child = spawn(process.execPath, [serverEntry, 'chat', 'Count.', '--data', house.data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await model.says('One, ')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  assert.deepEqual(await exited, [130, null])
  await target.seen[0]?.left
  target.answer(ordinary)
})

test('what is to be remembered goes along in every conversation that is not temporary, until it is deleted', async () => {
  const { me, target } = house
  const { id } = await me.call<{ id: string }>('POST', '/api/memories', { text: 'I keep bees.' })
  const changed = await me.call<{ text: string }>('PATCH', `/api/memories/${id}`, { text: 'I keep geese.' })
  assert.equal(changed.text, 'I keep geese.')
  const told = async (wish: object): Promise<boolean> => {
    target.forget()
    await me.over((await me.say(await me.begin(wish), 'Hello.')).run)
    return String(target.seen[0]?.body).includes('I keep geese.')
  }
  assert.deepEqual([await told({}), await told({ temporary: true })], [true, false])
  await me.call('DELETE', `/api/memories/${id}`)
  assert.deepEqual(
    [await told({}), (await me.call<{ data: object[] }>('GET', '/api/memories')).data],
    [false, []],
  )
})

test('a prompt template says what is to be filled in', async () => {
  const { me } = house
  const wish = { name: 'Letter', text: 'Write to {{ name }} about {{thema}}, {{name}}.' }
  const made = await me.call<{ id: string; variables: string[] }>('POST', '/api/templates', wish)
  assert.deepEqual(made.variables, ['name', 'thema'])
  const other = house.speaker({ authorization: `Bearer ${await house.key()}` })
  assert.deepEqual(await other.refused('PATCH', `/api/templates/${made.id}`, { name: 'x' }), [
    404,
    'not_found',
  ])
  await me.call('DELETE', `/api/templates/${made.id}`)
})
