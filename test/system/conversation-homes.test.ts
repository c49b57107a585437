import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { asSuperuser } from './cluster.ts'
import type { Seen, Speaker } from './conversation-house.ts'
import { speakerAt } from './conversation-house.ts'
import { preparedData, remove } from './house.ts'
import type { PeopleHouse, Person } from './people-house.ts'
import { openPeopleHouse, untilTrue } from './people-house.ts'

const CANARY = 'quokkabafazum'

let house: PeopleHouse
let ada: Person
let me: Speaker
before(async () => {
  house = await openPeopleHouse({ conversations: { home: 'blobs', model: 'm' } })
  ada = await house.come('Ada Quill')
  me = speakerAt(house.url, { authorization: `Bearer ${ada.key.key}` })
})
after(() => house.close())

const rows = async <T extends object>(query: string, values: readonly unknown[] = []): Promise<T[]> =>
  asSuperuser(house.data, async (db) => (await db.query<T>(query, [...values])).rows)

const blobOf = async (conversation: string): Promise<string | null> => {
  const found = await rows<{ blob: string | null }>(
    'SELECT bodies_blob AS blob FROM conversation WHERE id = $1',
    [conversation],
  )
  return found[0]?.blob ?? null
}

const objects = (): string[] =>
  readdirSync(join(house.data, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[\da-f]{32}$/.test(name),
  )

/** Says something, and closes the conversation; its bodies go. */
async function closed(text: string): Promise<{ id: string; run: string; messages: readonly Seen[] }> {
  const id = await me.begin({ title: 'About a hall' })
  const { run } = await me.say(id, text)
  assert.equal(await me.over(run), 'completed')
  const messages = await me.messages(id)
  await close(id)
  return { id, run, messages }
}

async function close(id: string): Promise<void> {
  await me.call('PATCH', `/api/conversations/${id}`, { archived: true })
  await untilTrue(async () => (await blobOf(id)) !== null)
}

test('a conversation of class public is answered by a managed model that may call tools', async () => {
  const id = await me.begin()
  const { run } = await me.say(id, 'What is there?')
  assert.equal(await me.over(run), 'completed')
  const [, answer] = await me.messages(id)
  assert.deepEqual([answer?.class, answer?.making?.zone], ['public', 'managed'])
})

test('the words of a closed conversation leave the database, and nobody who reads or goes on notices', async () => {
  const { id, run, messages } = await closed(`The rent of the ${CANARY} hall?`)
  const told = await rows(
    `SELECT 1 FROM message WHERE conversation_id = $1 AND body_sealed IS NOT NULL
     UNION ALL SELECT 1 FROM run_event WHERE run_id = $2 AND events_sealed IS NOT NULL`,
    [id, run],
  )
  assert.equal(told.length, 0)
  const [object = ''] = objects()
  assert.match(object, new RegExp(`${await blobOf(id)}$`))
  assert.doesNotMatch(readFileSync(join(house.data, 'blobs', object), 'latin1'), /quokka|rent/)
  // Search reads it where it lies.
  const { hits } = await me.call<{ hits: { conversation: string; snippet: string }[] }>(
    'POST',
    '/api/conversations/search',
    { query: CANARY },
  )
  assert.deepEqual([hits[0]?.conversation, hits[0]?.snippet.includes(CANARY)], [id, true])
  assert.notEqual(await blobOf(id), null)
  const before = (await me.call<{ lastSeq: number }>('GET', `/api/runs/${run}`)).lastSeq
  assert.notEqual(await blobOf(id), null)
  assert.equal((await me.events(run)).length, before)
  assert.deepEqual(await me.messages(id), messages)
  assert.deepEqual([await blobOf(id), objects()], [null, []])
  // What came back rests for a while; once that is over it goes again, and a word brings it back.
  await rows(`UPDATE conversation SET bodies_back_at = now() - interval '2 hours' WHERE id = $1`, [id])
  await close(id)
  assert.equal(await me.over((await me.say(id, 'And now?')).run), 'completed')
  assert.equal((await me.messages(id)).length, messages.length + 2)
  assert.deepEqual([await blobOf(id), objects()], [null, []])
})

test('what a person and a tenant are handed holds what lies in objects', async () => {
  const { id } = await closed(`A ${CANARY} for the archive.`)
  const own = await (await ada.send('POST', '/api/session/export')).text()
  assert.match(own, new RegExp(`A ${CANARY} for the archive`))
  const tenant = (await rows<{ tenant: string }>('SELECT tenant_id AS tenant FROM conversation LIMIT 1'))[0]
    ?.tenant
  const handed = await fetch(`${house.url}/api/tenants/${tenant}/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.match(await handed.text(), new RegExp(`A ${CANARY} for the archive`))
  assert.notEqual(await blobOf(id), null)
})

test('a hold keeps an object, and whoever deletes the conversation deletes it and what was masked in it', async () => {
  const { id } = await closed('Write to somebody-of-old@example.org, please.')
  const vaults = () => rows('SELECT 1 FROM privacy_vault')
  const [kept, others] = [await vaults(), objects().length]
  assert.ok(kept.length > 0)
  const added = await house.cli('hold', 'add', '--person', 'Ada Quill', '--reason', 'Matter 7')
  assert.equal(added.status, 0, added.stderr)
  assert.deepEqual(await me.refused('DELETE', `/api/conversations/${id}`), [409, 'on_hold'])
  assert.equal((await house.cli('hold', 'lift', added.stdout.trim())).status, 0)
  await me.call('DELETE', `/api/conversations/${id}`)
  assert.deepEqual([(await vaults()).length, objects().length], [kept.length - 1, others - 1])
})

test('a house that is told to keep everything in its database fetches it all back by itself', async () => {
  const { id, messages } = await closed('Back home.')
  await house.rewrite({
    conversations: { home: 'database', model: 'm' },
    knowledge: { guide: false },
  })
  await untilTrue(async () => {
    // Closing one lets it look at once.
    await me.call('PATCH', `/api/conversations/${id}`, { archived: true })
    return objects().length === 0
  })
  assert.deepEqual(await me.messages(id), messages)
})

/** As another program exports them; nobody has spoken in them for long. */
const SAID = Array.from({ length: 30 }, (_, at) => ({
  title: `Old ${at}`,
  create_time: 1_600_000_000,
  mapping: {
    a: { message: { author: { role: 'user' }, content: { parts: [`question ${at}`] } }, parent: null },
    b: {
      message: { author: { role: 'assistant' }, content: { parts: [`answer ${at} ${'x'.repeat(5000)}`] } },
      parent: 'a',
    },
  },
}))

test('a server that is killed while it moves conversations loses none of them', async (t) => {
  const data = await preparedData()
  const more = { conversations: { home: 'blobs', model: 'm' } }
  let other = await openPeopleHouse(more, data)
  t.after(async () => {
    await other.close()
    await remove(data)
  })
  const headers = { authorization: `Bearer ${other.apiKey}` }
  const { conversations } = await speakerAt(other.url, headers).call<{ conversations: string[] }>(
    'POST',
    '/api/conversations/import',
    { data: SAID },
  )
  const away = async (): Promise<number> => {
    const found = await asSuperuser(data, (db) =>
      db.query<{ away: string }>('SELECT count(bodies_blob) AS away FROM conversation'),
    )
    return Number(found.rows[0]?.away)
  }
  for (const least of [3, 20]) {
    // Closing one lets it look at once.
    await speakerAt(other.url, headers).call('PATCH', `/api/conversations/${conversations[0]}`, {
      archived: true,
    })
    await untilTrue(async () => (await away()) >= least)
    await other.kill()
    other = await other.again()
  }
  const torn = await asSuperuser(data, (db) =>
    db.query(`SELECT 1 FROM message JOIN conversation c ON c.id = conversation_id
              WHERE (body_sealed IS NULL) <> (bodies_blob IS NOT NULL)`),
  )
  assert.equal(torn.rowCount, 0)
  for (const [at, id] of conversations.entries()) {
    const texts = (await speakerAt(other.url, headers).messages(id)).map(({ text }) => text)
    assert.deepEqual(texts, [`question ${at}`, `answer ${at} ${'x'.repeat(5000)}`])
  }
})
