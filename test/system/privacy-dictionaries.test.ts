import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { asSuperuser } from './cluster.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'

let cloud: CaptureServer
let house: GatewayHouse
let admin: string

before(async () => {
  cloud = await captureServer()
  house = await openGateway(
    {
      targets: [managedModel(cloud.url)],
      routes: [
        { when: { model: 'secrets', class: ['public'] }, to: ['cloud'], desensitise: 'secrets-only' },
        { when: { model: 'mail', class: ['public'] }, to: ['cloud'], desensitise: 'mail' },
        { when: { class: ['public'] }, to: ['cloud'] },
      ],
      classes: { found: { default: 'public' } },
      desensitise: { mail: { EMAIL: 'keep' } },
    },
    { key: ['--class', 'public'] },
  )
  admin = `Bearer ${await house.key('--name', 'admin', '--scope', '*', '--class', 'public')}`
})
after(async () => {
  await house.close()
  await cloud.close()
})

const say = (content: unknown, more: object = {}): object => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...more,
})
const read = async (response: Response) => JSON.parse(await response.text())

async function api(method: string, name: string, body?: string, type = 'application/json') {
  const response = await fetch(`${house.url}/api/privacy/dictionaries${name}`, {
    method,
    headers: { authorization: admin, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, answer: text === '' ? null : JSON.parse(text), text }
}
const put = (name: string, entries: readonly object[]) => api('PUT', `/${name}`, JSON.stringify({ entries }))

/** What arrived at the managed target. */
async function arrived(body: object): Promise<string> {
  cloud.forget()
  const response = await house.post('/v1/chat/completions', body)
  assert.equal(response.status, 200, await response.clone().text())
  await response.text()
  return cloud.seen[0]?.body.toString() ?? ''
}

test('a term of a dictionary does not leave, from the answer to the import on, and comes back', async () => {
  const text = 'the Zanzibarium deal and 夜航星计划 as zqx-4711 for anna@zanzibarium.example'
  assert.match(await arrived(say(text)), /Zanzibarium/)
  const csv = 'value,type\r\nzanzibarium deal,ORGANIZATION\r\n夜航星计划,\r\n'
  const made = await api('PUT', '/customers', csv, 'text/csv')
  assert.deepEqual(
    [made.status, made.answer.values, made.answer.patterns, made.answer.version],
    [200, 2, 0, 1],
  )
  await put('codes', [{ pattern: 'ZQX-\\d{4}' }])
  const left = await arrived(say(text))
  assert.match(
    left,
    /"the \[ORGANIZATION_\w{4}_1\] and \[CUSTOM_TERM_\w{4}_1\] as \[CUSTOM_TERM_\w{4}_2\] for \[EMAIL_\w{4}_1\]"/,
  )
  cloud.answer((seen, response) => {
    const words = seen.body.toString().match(/\[[A-Z_]+_[a-z2-7]{4}_\d+\]/g) ?? []
    return streamed(chatEvents(words.flatMap((word) => [word.slice(0, 5), word.slice(5), ' '])))(
      seen,
      response,
    )
  })
  const streaming = await (await house.post('/v1/chat/completions', say(text, { stream: true }))).text()
  cloud.answer(ordinary)
  const said = [...streaming.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join('')
  assert.equal(said.trim(), 'Zanzibarium deal 夜航星计划 zqx-4711 anna@zanzibarium.example')
})

test('terms are found in every form and place, also in long texts that another thread reads', async () => {
  const hidden = [
    'ＺＡＮＺＩＢＡＲＩＵＭ deal',
    'zanzibarium\u00a0\u200bDeal',
    JSON.stringify({ customer: 'zanzibarium deal', code: 'ZQX-1234' }),
  ]
  const long = `${'The quick brown fox. '.repeat(4000)}zanzibarium deal${' jumps over it.'.repeat(100)}`
  const left = await arrived({
    model: 'm',
    messages: [
      { role: 'system', content: 'You know zanzibarium deal.' },
      { role: 'user', content: hidden.map((text) => ({ type: 'text', text })) },
      { role: 'user', content: long },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'find', arguments: '{"of":"\\u007aanzibarium deal","code":"zqx-9999"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '夜航星计划' },
    ],
  })
  assert.doesNotMatch(left.normalize('NFKC'), /zanzibarium|zqx|夜航星/i)
  assert.equal(JSON.parse(left).messages.length, 5)
  const key = await house.post('/v1/chat/completions', say('x', { metadata: { 'ZQX-1234': 'x' } }))
  assert.equal((await read(key)).error.code, 'stays_home')
})

test('a term leaves with no profile that keeps what stands around it, nor with one that only masks secrets', async () => {
  const text = 'for max@夜航星计划.example'
  assert.doesNotMatch(await arrived(say(text, { model: 'mail' })), /夜航星/)
  const left = await arrived(say('mail bob@plain.example of 夜航星计划', { model: 'secrets' }))
  assert.match(left, /bob@plain\.example of \[CUSTOM_TERM_/)
})

test('a replaced and a deleted dictionary count at once, also for texts that were read before', async () => {
  const text = `is the hollowbrook plan on time? ${'We ask every week about it. '.repeat(10)}`
  assert.match(await arrived(say(text)), /hollowbrook/)
  await put('projects', [{ value: 'Hollowbrook plan' }])
  assert.doesNotMatch(await arrived(say(text)), /hollowbrook/)
  await put('projects', [{ value: 'Something Else' }])
  assert.match(await arrived(say(text)), /hollowbrook/)
  await put('projects', [{ value: 'hollowbrook' }])
  assert.doesNotMatch(await arrived(say(text)), /hollowbrook/)
  assert.equal((await api('DELETE', '/projects')).status, 204)
  assert.match(await arrived(say(text)), /hollowbrook/)
  assert.equal((await api('DELETE', '/projects')).status, 404)
})

test('detection and preview tell of the terms of the caller', async () => {
  const found = await read(
    await house.post('/api/privacy/detect', { text: 'see 夜航星计划, bob@zqx-1111.org' }),
  )
  assert.deepEqual(
    found.entities.map(({ type, start, end }: { type: string; start: number; end: number }) => [
      type,
      start,
      end,
    ]),
    [
      ['CUSTOM_TERM', 4, 9],
      ['EMAIL', 11, 27],
    ],
  )
  const shown = await read(await house.post('/api/privacy/preview', say('夜航星计划')))
  assert.deepEqual(shown.values, { CUSTOM_TERM: 1 })
})

test('dictionaries are listed, read page by page and written by the operator alone', async () => {
  const { answer } = await api('GET', '')
  assert.deepEqual(
    answer.data.map(({ name, values, patterns }: Record<string, unknown>) => [name, values, patterns]),
    [
      ['codes', 0, 1],
      ['customers', 2, 0],
    ],
  )
  const first = await api('GET', '/customers?limit=1')
  assert.deepEqual(first.answer.entries, [
    { value: 'zanzibarium deal', type: 'ORGANIZATION', caseSensitive: false, wholeWord: true },
  ])
  const second = await api('GET', `/customers?limit=1&after=${first.answer.next}`)
  assert.deepEqual([second.answer.entries[0].value, second.answer.next], ['夜航星计划', null])
  const odd = await api('GET', '/customers?after=1.7')
  assert.deepEqual([odd.status, odd.answer.error.param], [400, 'after'])
  for (const path of ['', '/customers']) {
    const refused = await house.get(`/api/privacy/dictionaries${path}`)
    assert.equal(refused.status, 403)
  }
})

test('what is not taken is refused by line or field, changes nothing and repeats no term', async () => {
  const cases: readonly (readonly [string, string, string | null, RegExp])[] = [
    ['value,type\nQuetzalword,NOBODY\n', 'text/csv', 'line 2, type', /not a type/],
    ['pattern\nQuetzalword(a+)+\n', 'text/csv', 'line 2, pattern', /repeats without an end/],
    ['{"entries":[{"value":"Quetzalword","pattern":"x"}]}', 'application/json', 'entries[0]', /not both/],
    [
      '{"entries":[{"pattern":"Quetzalword\\\\1"}]}',
      'application/json',
      'entries[0], pattern',
      /refers back/,
    ],
    [`{"entries":[],"x":"${'Quetzalword'.repeat(100_000)}"}`, 'application/json', null, /as text\/csv/],
    ['value\nQuetzalword', 'text/plain', null, /application\/json/],
  ]
  for (const [body, type, param, reason] of cases) {
    const { status, answer, text } = await api('PUT', '/codes', body, type)
    assert.ok(status >= 400 && status < 500, text)
    assert.deepEqual([answer.error.param, reason.test(answer.error.message)], [param, true], text)
    assert.doesNotMatch(text, /Quetzal/)
  }
  const elsewhere = await fetch(`${house.url}/api/collections`, {
    method: 'POST',
    headers: { authorization: admin, 'content-type': 'text/csv' },
    body: 'name\nx',
  })
  assert.equal(elsewhere.status, 415)
  assert.equal((await api('GET', '/codes')).answer.version, 1)
})

test('the commands import, list, show and delete', async () => {
  const file = join(house.data, 'Hosts.csv')
  await writeFile(file, 'value\nbuild-07.corp.internal\n')
  const imported = await house.cli('privacy', 'dictionary', 'import', file)
  assert.equal(imported.stdout, 'hosts: 1 values and 0 patterns, version 1.\n', imported.stderr)
  assert.doesNotMatch(await arrived(say('ping build-07.corp.internal now')), /build-07/)
  assert.match((await house.cli('privacy', 'dictionary', 'list')).stdout, /^hosts +1 +0 +1 /m)
  assert.match((await house.cli('privacy', 'dictionary', 'show', 'hosts')).stdout, /CUSTOM_TERM +build-07/)
  const json = JSON.parse((await house.cli('privacy', 'dictionary', 'show', 'hosts', '--json')).stdout)
  assert.equal(json.entries[0].value, 'build-07.corp.internal')
  assert.equal((await house.cli('privacy', 'dictionary', 'delete', 'hosts')).stdout, 'hosts is deleted.\n')
  const wrong = await house.cli('privacy', 'dictionary', 'import', file, '--name', 'No Name')
  assert.deepEqual([wrong.status, /small letters/.test(wrong.stderr)], [2, true])
})

test('no term stands in the database, the record, the log or the metrics', async () => {
  const rows = await asSuperuser(house.data, async (sql) => {
    const { rows: dictionaries } = await sql.query('SELECT terms_sealed FROM dictionary')
    const { rows: events } = await sql.query(
      "SELECT action, subject, detail FROM audit_event WHERE action LIKE 'dictionary.%'",
    )
    return { dictionaries, events }
  })
  const words = /zanzibar|夜航星|zqx-|build-07|hollowbrook/i
  assert.equal(rows.dictionaries.length, 2)
  for (const { terms_sealed: sealed } of rows.dictionaries) assert.doesNotMatch(String(sealed), words)
  assert.doesNotMatch(JSON.stringify(rows.events), words)
  assert.deepEqual(
    rows.events.filter(({ action }) => action === 'dictionary.read').map(({ subject }) => subject),
    ['hosts', 'hosts'],
  )
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_dictionary_terms 3/)
  assert.match(metrics, /freehold_privacy_dictionary_loads_total\{outcome="ok"\} \d/)
  assert.doesNotMatch(metrics, words)
  assert.doesNotMatch(house.output(), words)
})

test('what was changed in the database by another process is followed, and what cannot be read keeps all at home', async () => {
  await asSuperuser(house.data, async (sql) => {
    await sql.query("UPDATE dictionary SET terms_sealed = terms_sealed || '\\x00' WHERE name = 'codes'")
    await sql.query('UPDATE dictionary_change SET changes = changes + 1')
  })
  cloud.forget()
  let code = ''
  while (code !== 'stays_home') {
    const response = await house.post('/v1/chat/completions', say('hello'))
    if (response.status !== 200) code = (await read(response)).error.code
  }
  const leaving = cloud.seen.length
  assert.equal((await house.post('/v1/chat/completions', say('hello again'))).status, 422)
  assert.equal(cloud.seen.length, leaving)
  assert.equal((await house.post('/api/privacy/detect', { text: 'hello' })).status, 503)
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_dictionary_loads_total\{outcome="failed"\} [1-9]/)
  assert.match(house.output(), /dictionary\.failed/)
  await put('codes', [{ pattern: 'ZQX-\\d{4}' }])
  assert.match(await arrived(say('now zqx-1234')), /CUSTOM_TERM/)
})
