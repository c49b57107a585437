import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ConversationHouse, Seen } from './conversation-house.ts'
import { openConversations } from './conversation-house.ts'
import { managedModel, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'

interface Answer extends Seen {
  readonly making:
    | (NonNullable<Seen['making']> & { readonly rule: string; readonly because: string[] })
    | null
}

const LEAVING = ['public', 'internal', 'confidential']

let home: CaptureServer
let cloud: CaptureServer
let house: ConversationHouse
before(async () => {
  home = await captureServer()
  cloud = await captureServer()
  home.answer(ordinary)
  cloud.answer(ordinary)
  house = await openConversations(
    {
      targets: [
        privateModel(home.url, { models: ['house'] }),
        managedModel(cloud.url, { models: ['cloud', 'house'] }),
      ],
      routes: [
        { when: { model: 'cloud', class: LEAVING }, to: ['cloud'] },
        { when: { model: 'house', class: LEAVING }, to: ['cloud', 'house'] },
      ],
      conversations: { model: 'house' },
    },
    { target: home },
  )
})
after(async () => {
  await house.close()
  await home.close()
  await cloud.close()
})

/** How many requests each got that this sent. */
async function sentBy(work: () => Promise<unknown>): Promise<{ home: number; cloud: number }> {
  const [atHome, away] = [home.seen.length, cloud.seen.length]
  await work()
  return { home: home.seen.length - atHome, cloud: cloud.seen.length - away }
}

async function say(conversation: string, wish: object = {}): Promise<readonly [string, string | null]> {
  const { me } = house
  const { run } = await me.say(conversation, 'Where does this go?', wish)
  const state = await me.over(run)
  const { code } = await me.call<{ code: string | null }>('GET', `/api/runs/${run}`)
  return [state, code]
}

/** The first answer. */
const answerIn = async (conversation: string): Promise<Answer | undefined> =>
  ((await house.me.messages(conversation)) as readonly Answer[]).find(({ role }) => role === 'assistant')

test('what is kept private is answered at home where the rule would let it leave first', async () => {
  const { me } = house
  const open = await me.begin()
  const kept = await me.begin({ keepPrivate: true })
  assert.deepEqual(await sentBy(() => say(open)), { home: 0, cloud: 1 })
  assert.deepEqual(await sentBy(() => say(kept)), { home: 1, cloud: 0 })
  const answer = await answerIn(kept)
  assert.equal(answer?.making?.zone, 'private')
})

test('where every target is a managed one, what is kept private is refused and nothing leaves', async () => {
  const kept = await house.me.begin({ keepPrivate: true })
  let outcome: unknown
  const sent = await sentBy(async () => (outcome = await say(kept, { model: 'cloud' })))
  assert.deepEqual([outcome, sent], [['failed', 'stays_home'], { home: 0, cloud: 0 }])
})

test('one message can be kept private, and it is in other words and answered again, unless somebody says otherwise', async () => {
  const { me } = house
  const id = await me.begin()
  assert.deepEqual(await sentBy(() => say(id, { keepPrivate: true })), { home: 1, cloud: 0 })
  const answer = await answerIn(id)
  const again = async (wish: object): Promise<void> => {
    const path = `/api/conversations/${id}/regenerate`
    const { run } = await me.call<{ run: string }>('POST', path, { message: answer?.id, ...wish })
    await me.over(run)
  }
  assert.deepEqual(await sentBy(() => again({})), { home: 1, cloud: 0 })
  const [question] = await me.messages(id)
  assert.deepEqual(await sentBy(() => say(id, { edits: question?.id })), { home: 1, cloud: 0 })
  assert.deepEqual(await sentBy(() => again({ keepPrivate: false })), { home: 0, cloud: 1 })
  assert.deepEqual(await sentBy(() => say(id)), { home: 0, cloud: 1 })
})

test('a conversation is kept private later, shown as such, and so is what is forked from it', async () => {
  const { me } = house
  const id = await me.begin()
  await say(id)
  const path = `/api/conversations/${id}`
  const changed = await me.call<{ keepPrivate: boolean }>('PATCH', path, { keepPrivate: true })
  assert.equal(changed.keepPrivate, true)
  assert.deepEqual(await sentBy(() => say(id, { keepPrivate: false })), { home: 1, cloud: 0 })
  const message = (await me.messages(id)).at(-1)?.id
  const fork = await me.call<{ keepPrivate: boolean }>('POST', `${path}/fork`, { message })
  assert.equal(fork.keepPrivate, true)
})

test('a client of the API keeps a request private with a header, and any other word is refused', async () => {
  const ask = (model: string, keep: string) =>
    fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...house.me.headers, 'content-type': 'application/json', 'x-freehold-keep': keep },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello?' }] }),
    })
  const codes = async (answer: Response) => {
    const { error } = (await answer.json()) as { error?: { code: string } }
    return [answer.status, error?.code]
  }
  const sent = await sentBy(async () => {
    assert.equal((await ask('house', 'private')).headers.get('x-freehold-zone'), 'private')
    assert.deepEqual(await codes(await ask('cloud', 'private')), [422, 'stays_home'])
    assert.deepEqual(await codes(await ask('house', 'public')), [400, 'invalid'])
  })
  assert.deepEqual(sent, { home: 1, cloud: 0 })
  const listed = await fetch(`${house.url}/v1/models`, {
    headers: { ...house.me.headers, 'x-freehold-keep': 'private' },
  })
  const { data } = (await listed.json()) as { data: readonly { id: string }[] }
  assert.deepEqual(
    data.map(({ id }) => id),
    ['extract-1', 'house'],
  )
})

interface Foresight {
  readonly class: string
  readonly because: readonly string[]
  readonly rule: string | null
  readonly model: string
  readonly keepPrivate: boolean
  readonly attempts: readonly { readonly target: string; readonly masked?: Record<string, number> }[]
  readonly refused: { readonly code: string } | null
}

test('before it is sent one sees where a message would go, and sending it goes there', async () => {
  const { me } = house
  const foresee = (wish: object): Promise<Foresight> => me.call('POST', '/api/conversations/foresee', wish)
  const sent = await sentBy(async () => {
    const plain = await foresee({ text: 'Hello?' })
    assert.deepEqual([plain.class, plain.model, plain.attempts[0]?.target], ['internal', 'house', 'cloud'])
    const found = await foresee({ text: 'Write to jane.doe@example.org' })
    assert.deepEqual([found.class, found.attempts[0]?.masked], ['confidential', { EMAIL: 1 }])
    assert.deepEqual(found.because, ['key: internal', 'found EMAIL: confidential'])
    const kept = await foresee({ text: 'Hello?', keepPrivate: true })
    assert.deepEqual([kept.keepPrivate, kept.attempts.map(({ target }) => target)], [true, ['house']])
    const nowhere = await foresee({ text: 'Hello?', keepPrivate: true, model: 'cloud' })
    assert.deepEqual([nowhere.attempts, nowhere.refused?.code], [[], 'stays_home'])
  })
  assert.deepEqual(sent, { home: 0, cloud: 0 })
})

test('what is foreseen counts what the conversation and its files hold, and the answer says the same of itself', async () => {
  const { me } = house
  const conversation = await me.begin({ class: 'confidential', keepPrivate: true })
  const wish = { conversation, text: 'Hello?' }
  const before = await me.call<Foresight>('POST', '/api/conversations/foresee', wish)
  assert.deepEqual(
    [before.class, before.because],
    ['confidential', ['key: internal', 'conversation: confidential']],
  )
  assert.equal(before.keepPrivate, true)
  await say(conversation)
  const { rule, because } = (await answerIn(conversation))?.making ?? {}
  assert.equal(rule, before.rule)
  assert.equal(because?.[0], 'key: internal')
})

test('nobody foresees a message in the conversation of somebody else', async () => {
  const conversation = await house.me.begin()
  const other = house.speaker({ authorization: `Bearer ${await house.key('--name', 'another')}` })
  const wish = { conversation, text: 'Hello?' }
  assert.deepEqual(await other.refused('POST', '/api/conversations/foresee', wish), [404, 'not_found'])
})

test('what a conversation is locked with is told, and who could read it and what that leaves', async () => {
  interface Lock {
    keyVersion: number
    rootKey: string
    readers: readonly { who: string; recorded: string | null; count: number | null }[]
  }
  const { me } = house
  const id = await me.begin()
  await say(id)
  const lockOf = () => me.call<Lock>('GET', `/api/conversations/${id}/lock`)
  const open = await lockOf()
  assert.deepEqual([open.keyVersion, open.rootKey], [1, 'file'])
  const byWho = (lock: Lock) => lock.readers.map(({ who }) => who)
  assert.ok(byWho(open).includes('managed-targets'))
  assert.equal(open.readers.find(({ who }) => who === 'person-export')?.recorded, 'person.exported')
  await me.call('PATCH', `/api/conversations/${id}`, { keepPrivate: true })
  await me.call('POST', `/api/conversations/${id}/shares`, {})
  const kept = await lockOf()
  assert.ok(!byWho(kept).includes('managed-targets'))
  assert.equal(kept.readers.find(({ who }) => who === 'shared-tenant')?.count, 1)
})
