import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ConversationHouse } from './conversation-house.ts'
import { openConversations, SlowModel, textOf } from './conversation-house.ts'
import { ordinary } from './gateway-upstream.ts'
import { openSocket } from './socket-client.ts'

let house: ConversationHouse
before(async () => {
  house = await openConversations()
})
after(() => house.close())
beforeEach(() => house.target.answer(ordinary))

test('a message is answered by a run, whose events and whose answer stay', async () => {
  const { me } = house
  const conversation = await me.begin()
  const { run, answer, message } = await me.say(conversation, 'How are you?')
  const events = await me.events(run)
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  )
  assert.deepEqual([events[0]?.type, events.at(-1)?.type], ['run.started', 'run.completed'])
  const [asked, said] = await me.messages(conversation)
  assert.deepEqual([asked?.id, asked?.text, asked?.parent], [message.id, 'How are you?', null])
  assert.deepEqual([said?.id, said?.parent, said?.text], [answer, message.id, textOf(events)])
  assert.deepEqual([said?.making?.target, said?.making?.zone], ['house', 'private'])
  const record = await me.call<{ state: string }>('GET', `/api/requests/${said?.making?.requests[0]}`)
  assert.match(record.state, /admitted|settled/)
  assert.deepEqual(await me.events(run, 2), events.slice(2))
  const seen = await me.call<{ title: string; leaf: string; run: null }>(
    'GET',
    `/api/conversations/${conversation}`,
  )
  assert.deepEqual([seen.title, seen.leaf, seen.run], ['How are you?', answer, null])
})

test('whoever leaves does not stop a run, and two who watch see the same', async () => {
  const { me, target } = house
  const model = new SlowModel()
  target.answer(model.script)
  const conversation = await me.begin()
  const { run } = await me.say(conversation, 'Tell me a story.')
  await model.says('Once ')
  await me.events(run, 0, ({ type }) => type === 'text')
  const [sse, socket] = [me.events(run), await openSocket(`${house.url}/api/ws`, { headers: me.headers })]
  socket.send({ type: 'subscribe', run })
  await model.says('upon ', 'a ', 'time.')
  await model.ends()
  const notices = await socket.until('ended')
  const told = notices.filter(({ type }) => type === 'event') as unknown as { seq: number; event: object }[]
  const events = await sse
  assert.deepEqual(
    told.map(({ seq, event }) => JSON.stringify([seq, event])),
    events.map(({ seq, ...event }) => JSON.stringify([seq, event])),
  )
  assert.equal(textOf(events), 'Once upon a time.')
  await socket.end()
})

test('a stop lets go of the model, keeps what was said, and is answered afterwards', async () => {
  const { me, target } = house
  const model = new SlowModel()
  target.answer(model.script)
  target.forget()
  const conversation = await me.begin()
  const { run, answer } = await me.say(conversation, 'Count to a million.')
  await model.says('One, ')
  await me.events(run, 0, ({ type }) => type === 'text')
  const { state } = await me.call<{ state: string }>('POST', `/api/runs/${run}/stop`)
  assert.equal(state, 'stopped')
  await target.seen[0]?.left
  const auditor = house.speaker({ authorization: `Bearer ${await house.key('--scope', 'audit')}` })
  const { data } = await auditor.call<{ data: { action: string; subject: string }[] }>(
    'GET',
    '/api/audit?limit=50',
  )
  assert.deepEqual(
    ['run.started', 'run.stopped'].filter(
      (one) => !data.some(({ action, subject }) => action === one && subject === run),
    ),
    [],
  )
  const said = (await me.messages(conversation)).at(-1)
  assert.deepEqual([said?.id, said?.status, said?.text], [answer, 'stopped', 'One, '])
  assert.equal((await me.events(run)).at(-1)?.type, 'run.stopped')
  assert.equal((await me.call<{ state: string }>('POST', `/api/runs/${run}/stop`)).state, 'stopped')
})

test('a stop before the first word leaves no answer', async () => {
  const { me, target } = house
  const model = new SlowModel()
  target.answer(model.script)
  const conversation = await me.begin()
  const { run } = await me.say(conversation, 'Wait.')
  await model.begun()
  await me.call('POST', `/api/runs/${run}/stop`)
  assert.deepEqual(
    (await me.messages(conversation)).map(({ role }) => role),
    ['user'],
  )
})

test('one answer is made at a time in a conversation', async () => {
  const { me, target } = house
  const model = new SlowModel()
  target.answer(model.script)
  const conversation = await me.begin()
  const { run } = await me.say(conversation, 'First.')
  const path = `/api/conversations/${conversation}/messages`
  assert.deepEqual(await me.refused('POST', path, { text: 'Second.' }), [409, 'conflict'])
  await me.call('POST', `/api/runs/${run}/stop`)
  target.answer(ordinary)
  await me.over((await me.say(conversation, 'Second.')).run)
})

test('an edited message begins a branch, another answer stands beside the first, and a fork is a copy', async () => {
  const { me, target } = house
  const conversation = await me.begin()
  const first = await me.say(conversation, 'One?')
  await me.over(first.run)
  const second = await me.say(conversation, 'Two?')
  await me.over(second.run)
  const edited = await me.say(conversation, 'Two, please?', { edits: second.message.id })
  assert.equal(edited.message.parent, first.answer)
  await me.over(edited.run)
  target.forget()
  const path = `/api/conversations/${conversation}/regenerate`
  const again = await me.call<{ run: string; answer: string }>('POST', path, {
    message: first.answer,
    model: 'other',
    tools: false,
  })
  await me.over(again.run)
  const sent = JSON.parse(String(target.seen[0]?.body)) as { model: string; messages: object[] }
  assert.deepEqual([sent.model, sent.messages.length], ['other', 1])
  const messages = await me.messages(conversation)
  const beside = messages.filter(({ parent }) => parent === first.message.id).map(({ id }) => id)
  assert.deepEqual(beside, [first.answer, again.answer])
  const fork = await me.call<{ id: string }>('POST', `/api/conversations/${conversation}/fork`, {
    message: edited.answer,
  })
  assert.deepEqual(
    (await me.messages(fork.id)).map(({ text, role }) => (role === 'user' ? text : role)),
    ['One?', 'assistant', 'Two, please?', 'assistant'],
  )
})

/** Of the owner of a tenant that was made just now. */
async function keyOfAnotherTenant(): Promise<string> {
  const slug = `t-${crypto.randomUUID()}`
  const made = await house.cli('tenant', 'create', slug, '--json')
  assert.equal(made.status, 0, made.stderr)
  const { token } = JSON.parse(made.stdout) as { token: string }
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(house.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: house.url, ...headers },
      body: JSON.stringify(body),
    })
  const name = 'Neighbour'
  const password = 'granite harbour whistles'
  const joined = await post('/api/invitations/accept', { token, tenant: slug, name, password })
  assert.equal(joined.status, 201, await joined.clone().text())
  const { csrf } = (await joined.json()) as { csrf: string }
  const cookie = joined.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const given = await post('/api/keys', { name, scopes: ['*'] }, { cookie, 'x-csrf-token': csrf })
  assert.equal(given.status, 201, await given.clone().text())
  return ((await given.json()) as { key: string }).key
}

test('another user, and another tenant, find nothing', async () => {
  const { me } = house
  const conversation = await me.begin({ title: 'Mine' })
  const { run, message } = await me.say(conversation, 'A secret.')
  await me.over(run)
  const keys = [await house.key(), await keyOfAnotherTenant()]
  for (const key of keys) {
    const other = house.speaker({ authorization: `Bearer ${key}` })
    const at = `/api/conversations/${conversation}`
    for (const [method, path, body] of [
      ['GET', at],
      ['PATCH', at, { title: 'x' }],
      ['DELETE', at],
      ['GET', `${at}/messages`],
      ['POST', `${at}/find`, { text: 'secret' }],
      ['POST', `${at}/messages`, { text: 'x' }],
      ['POST', `${at}/regenerate`, { message: message.id }],
      ['POST', `${at}/fork`, { message: message.id }],
      ['GET', `/api/runs/${run}`],
      ['GET', `/api/runs/${run}/events`],
      ['POST', `/api/runs/${run}/stop`],
      ['POST', `/api/runs/${run}/continue`],
    ] as const)
      assert.deepEqual(await other.refused(method, path, body), [404, 'not_found'], `${method} ${path}`)
    assert.deepEqual((await other.call<{ data: object[] }>('GET', '/api/conversations')).data, [])
    const { hits } = await other.call<{ hits: object[] }>('POST', '/api/conversations/search', {
      query: 'secret',
    })
    assert.deepEqual(hits, [])
    const socket = await openSocket(`${house.url}/api/ws`, { headers: other.headers })
    socket.send({ type: 'subscribe', run })
    assert.equal((await socket.next()).error?.code, 'not_found')
    await socket.end()
  }
})

test('a refusal of a model is told, and the run goes on when it is continued', async () => {
  const { me, target } = house
  target.answer((_, response) => void response.writeHead(503).end())
  const conversation = await me.begin()
  const { run, answer } = await me.say(conversation, 'Are you there?')
  assert.equal(await me.over(run), 'failed')
  const failed = (await me.events(run)).at(-1)
  assert.deepEqual([failed?.type, typeof failed?.['error']], ['run.failed', 'object'])
  // By it whoever is asked why finds the record.
  const { status } = await me.call<{ status: number }>('GET', `/api/requests/${String(failed?.['request'])}`)
  assert.equal(status, 503)
  const seen = await me.call<{ unanswered: { id: string } }>('GET', `/api/conversations/${conversation}`)
  assert.equal(seen.unanswered.id, run)
  target.answer(ordinary)
  await me.call('POST', `/api/runs/${run}/continue`)
  const events = await me.events(run)
  assert.deepEqual(
    [events.at(-1)?.type, (await me.messages(conversation)).at(-1)?.id],
    ['run.completed', answer],
  )
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  )
})

test('the class of a conversation only rises, goes along with every call, and hides it from whoever may not read it', async () => {
  const { me, target } = house
  const conversation = await me.begin({ class: 'confidential' })
  target.forget()
  const { run } = await me.say(conversation, 'Hello.')
  await me.over(run)
  const answer = (await me.messages(conversation)).at(-1)
  assert.equal(answer?.class, 'confidential')
  const path = `/api/conversations/${conversation}`
  assert.deepEqual(await me.refused('PATCH', path, { class: 'public' }), [400, 'invalid'])
  const raised = await me.call<{ class: string }>('PATCH', path, { class: 'restricted' })
  assert.equal(raised.class, 'restricted')
})

test('what is said where all is public is answered like anything else', async () => {
  const me = house.speaker({
    authorization: `Bearer ${await house.key('--scope', '*', '--class', 'public')}`,
  })
  const conversation = await me.begin()
  const { run } = await me.say(conversation, 'What does the lighthouse keeper log?')
  assert.equal((await me.events(run)).at(-1)?.type, 'run.completed')
  const answer = (await me.messages(conversation)).at(-1)
  assert.deepEqual([answer?.role, answer?.class], ['assistant', 'public'])
})

test('own conversations are found by their words, in English and in Chinese', async () => {
  const { me } = house
  const [english, chinese] = [await me.begin(), await me.begin()]
  for (const [conversation, text] of [
    [english, 'Where do the migrating swallows spend their winter?'],
    [chinese, '请告诉我西湖龙井茶的采摘时间。'],
  ] as const)
    await me.over((await me.say(conversation, text)).run)
  for (const [query, conversation, part] of [
    ['swallow', english, /swallows/],
    ['龙井', chinese, /龙井茶/],
  ] as const) {
    const { hits } = await me.call<{ hits: { conversation: string; snippet: string }[] }>(
      'POST',
      '/api/conversations/search',
      { query },
    )
    assert.equal(hits[0]?.conversation, conversation)
    assert.match(hits[0]?.snippet ?? '', part)
  }
  await me.call('DELETE', `/api/conversations/${english}`)
  const { hits } = await me.call<{ hits: object[] }>('POST', '/api/conversations/search', {
    query: 'swallow',
  })
  assert.deepEqual(hits, [])
})

test('a person speaks in the browser, goes on with an own key, and a session that ends ends the call', async () => {
  const { target } = house
  const invited = await house.cli('user', 'invite', '--name', 'Berta', '--json')
  assert.equal(invited.status, 0, invited.stderr)
  const { token } = JSON.parse(invited.stdout) as { token: string }
  const joined = await fetch(`${house.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: 'copper lantern drifts' }),
  })
  const { csrf } = (await joined.json()) as { csrf: string }
  const cookie = joined.headers.get('set-cookie')?.split(';')[0] ?? ''
  const berta = house.speaker({ cookie, 'x-csrf-token': csrf })
  const conversation = await berta.begin()
  const first = await berta.say(conversation, 'Hello.')
  assert.equal(await berta.over(first.run), 'completed')
  const { key } = await berta.call<{ key: string }>('POST', '/api/keys', { name: 'mine' })
  const byKey = house.speaker({ authorization: `Bearer ${key}` })
  assert.equal((await byKey.messages(conversation)).length, 2)
  assert.deepEqual(await house.me.refused('GET', `/api/conversations/${conversation}`), [404, 'not_found'])
  const model = new SlowModel()
  target.answer(model.script)
  target.forget()
  const { run } = await berta.say(conversation, 'Go on.')
  await model.says('On ')
  await byKey.events(run, 0, ({ type }) => type === 'text')
  await berta.call('DELETE', '/api/session')
  await target.seen[0]?.left
  assert.equal(await byKey.over(run), 'failed')
  assert.equal((await byKey.call<{ code: string }>('GET', `/api/runs/${run}`)).code, 'revoked')
})
