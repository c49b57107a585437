import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ConversationHouse, Told } from './conversation-house.ts'
import { openConversations } from './conversation-house.ts'
import { askedOf, callsThenSays } from './tool-scripts.ts'

let house: ConversationHouse
before(async () => {
  house = await openConversations()
})
after(() => house.close())

interface Version {
  readonly version: number
  readonly title: string
  readonly mediaType: string
  readonly class: string
  readonly by: string
  readonly run: string | null
  readonly message: string | null
}
interface Artifact extends Version {
  readonly id: string
  readonly conversation: string
}
interface Whole extends Artifact {
  readonly text: string
  readonly versions: readonly Version[]
}

const outcomes = (events: readonly Told[]): readonly unknown[] =>
  events.filter(({ type }) => type === 'tool.ended').map(({ outcome }) => outcome)

test('a model writes a document beside its answer, and a new version of it in the next turn', async () => {
  const { me, target } = house
  const conversation = await me.begin()
  target.answer(
    callsThenSays('write_artifact', { title: 'Poem', text: 'Roses are red.' }, 'I have written it.'),
  )
  const first = await me.say(conversation, 'Write a poem.')
  const events = await me.events(first.run)
  assert.deepEqual(outcomes(events), ['done'])
  const list = (): Promise<{ data: Artifact[] }> =>
    me.call('GET', `/api/conversations/${conversation}/artifacts`)
  const [poem] = (await list()).data
  assert.ok(poem)
  assert.deepEqual(
    [poem.title, poem.mediaType, poem.version, poem.by, poem.run, poem.message],
    ['Poem', 'text/markdown', 1, 'model', first.run, first.answer],
  )
  const result = askedOf(target.seen.at(-1)!).messages.findLast(({ role }) => role === 'tool')?.content
  assert.equal(result, `Kept as artifact ${poem.id}, version 1.`)
  target.answer(
    callsThenSays('write_artifact', { artifact: poem.id, title: 'Poem', text: 'Violets are blue.' }, 'Done.'),
  )
  const second = await me.say(conversation, 'Now about violets.')
  await me.over(second.run)
  const newest = await me.call<Whole>('GET', `/api/artifacts/${poem.id}`)
  assert.deepEqual([newest.version, newest.text, newest.run], [2, 'Violets are blue.', second.run])
  assert.deepEqual(
    newest.versions.map(({ version, run }) => [version, run]),
    [
      [1, first.run],
      [2, second.run],
    ],
  )
  const old = await me.call<Whole>('GET', `/api/artifacts/${poem.id}?version=1`)
  assert.equal(old.text, 'Roses are red.')
  assert.deepEqual(await me.refused('GET', `/api/artifacts/${poem.id}?version=3`), [404, 'not_found'])
})

test('somebody writes the next version, the model reads it, and an export takes all of them along', async () => {
  const { me, target } = house
  const conversation = await me.begin({ title: 'Drafts' })
  const made = await me.call<Artifact>('POST', `/api/conversations/${conversation}/artifacts`, {
    title: 'Letter',
    text: 'Dear all,',
    class: 'confidential',
  })
  assert.deepEqual([made.by, made.run, made.message, made.version], ['user', null, null, 1])
  const next = await me.call<Artifact>('POST', `/api/artifacts/${made.id}/versions`, {
    text: 'Dear ```everybody```,',
  })
  assert.deepEqual([next.version, next.title, next.class], [2, 'Letter', 'confidential'])
  const { class: raised } = await me.call<{ class: string }>('GET', `/api/conversations/${conversation}`)
  assert.equal(raised, 'confidential')
  target.answer(callsThenSays('read_artifact', { artifact: made.id }, 'It greets everybody.'))
  const { run, message, answer } = await me.say(conversation, 'Whom does the letter greet?')
  await me.over(run)
  assert.match(
    String(askedOf(target.seen.at(-1)!).messages.findLast(({ role }) => role === 'tool')?.content),
    /Dear ```everybody```,[\s\S]*Version 2\. This is its end\.$/,
  )
  const third = await me.call<Artifact>('POST', `/api/artifacts/${made.id}/versions`, {
    text: 'Dear nobody,',
    message: message.id,
  })
  assert.equal(third.message, message.id)
  const exported = await me.call<{ artifacts: { id: string; versions: { text: string }[] }[] }>(
    'GET',
    `/api/conversations/${conversation}/export`,
  )
  assert.deepEqual(
    exported.artifacts.map(({ id, versions }) => [id, versions.map(({ text }) => text)]),
    [[made.id, ['Dear all,', 'Dear ```everybody```,', 'Dear nobody,']]],
  )
  const markdown = await fetch(`${house.url}/api/conversations/${conversation}/export?format=md`, {
    headers: me.headers,
  })
  assert.match(
    await markdown.text(),
    /## Artifact: Letter · version 3 · .*\n\n```text\/markdown\nDear nobody,\n```\n$/,
  )
  // A fork takes along what came of its messages.
  const fork = await me.call<{ id: string }>('POST', `/api/conversations/${conversation}/fork`, {
    message: answer,
  })
  const { data } = await me.call<{ data: Artifact[] }>('GET', `/api/conversations/${fork.id}/artifacts`)
  const [copy] = data
  assert.ok(copy && copy.id !== made.id)
  const whole = await me.call<Whole>('GET', `/api/artifacts/${copy.id}`)
  assert.deepEqual([whole.text, whole.versions.length], ['Dear nobody,', 1])
})

test('a model writes nothing into another conversation', async () => {
  const { me, target } = house
  const here = await me.begin()
  const made = await me.call<Artifact>('POST', `/api/conversations/${here}/artifacts`, {
    title: 'Plan',
    text: 'One.',
  })
  for (const [name, input] of [
    ['write_artifact', { artifact: made.id, title: 'Plan', text: 'Two.' }],
    ['read_artifact', { artifact: made.id }],
  ] as const) {
    target.answer(callsThenSays(name, input, 'No.'))
    const { run } = await me.say(await me.begin(), 'Change the plan.')
    assert.deepEqual(outcomes(await me.events(run)), ['failed'], name)
  }
  assert.equal((await me.call<Whole>('GET', `/api/artifacts/${made.id}`)).text, 'One.')
})

test('nobody but its owner finds a document, and it goes with its conversation', async () => {
  const { me } = house
  const conversation = await me.begin()
  const path = `/api/conversations/${conversation}/artifacts`
  const made = await me.call<Artifact>('POST', path, { title: 'Plan', text: 'One.' })
  const gone = await me.call<Artifact>('POST', path, { title: 'Other', text: 'Two.' })
  const other = house.speaker({ authorization: `Bearer ${await house.key()}` })
  assert.deepEqual(await other.refused('GET', `/api/artifacts/${made.id}`), [404, 'not_found'])
  assert.deepEqual(await other.refused('DELETE', `/api/artifacts/${made.id}`), [404, 'not_found'])
  const body = { text: 'Mine now.' }
  assert.deepEqual(await other.refused('POST', `/api/artifacts/${made.id}/versions`, body), [
    404,
    'not_found',
  ])
  assert.deepEqual(await other.refused('POST', path, { ...body, title: 'x' }), [404, 'not_found'])
  await me.call('DELETE', `/api/artifacts/${gone.id}`)
  const { data } = await me.call<{ data: Artifact[] }>('GET', path)
  assert.deepEqual(
    data.map(({ id }) => id),
    [made.id],
  )
  await me.call('DELETE', `/api/conversations/${conversation}`)
  assert.deepEqual(await me.refused('GET', `/api/artifacts/${made.id}`), [404, 'not_found'])
})
