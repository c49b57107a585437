import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ConversationHouse } from './conversation-house.ts'
import { openConversations } from './conversation-house.ts'
import { privateModel } from './gateway-house.ts'

let house: ConversationHouse
before(async () => {
  house = await openConversations()
})
after(() => house.close())

interface Share {
  readonly id: string
  readonly token: string
  readonly path: string | null
}

async function spoken(wish: object = {}): Promise<string> {
  const conversation = await house.me.begin({ title: 'Hall <b>', ...wish })
  await house.me.over((await house.me.say(conversation, '<script>alert(1)</script> *Who*?')).run)
  return conversation
}

const share = (conversation: string, wish: object): Promise<Share> =>
  house.me.call('POST', `/api/conversations/${conversation}/shares`, wish)

/** As a browser of somebody who is not known here. */
const visit = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(house.url + path, {
    headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': 'zh-CN', ...headers },
  })

test('whoever has the link of an open share reads it without signing in, until it is taken back', async () => {
  const conversation = await spoken()
  const { id, path } = await share(conversation, { audience: 'anyone' })
  const page = await visit(path ?? '')
  const html = await page.text()
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
  )
  assert.deepEqual(
    ['x-robots-tag', 'referrer-policy', 'cache-control', 'set-cookie'].map((name) => page.headers.get(name)),
    ['noindex, nofollow', 'no-referrer', 'no-store', null],
  )
  assert.match(html, /<h1 dir="auto">Hall &lt;b&gt;<\/h1>/)
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt; <em>Who<\/em>\?/)
  assert.doesNotMatch(html, /<script|house/)
  await house.me.call('DELETE', `/api/shares/${id}`)
  const gone = await visit(path ?? '')
  assert.deepEqual([gone.status, (await gone.text()).includes('已不再分享')], [404, true])
  // A program is told as everywhere.
  const told = await fetch(house.url + (path ?? ''))
  assert.deepEqual(
    [told.status, ((await told.json()) as { error: { code: string } }).error.code],
    [404, 'not_found'],
  )
})

test('what is shared within the tenant has no page, and what is above the class of open shares gets none', async () => {
  const conversation = await spoken()
  const inside = await share(conversation, {})
  const open = await share(conversation, { audience: 'anyone' })
  assert.equal(inside.path, null)
  const tenant = (open.path ?? '').split('/')[2] ?? ''
  for (const path of [
    `/shared/${tenant}/${inside.token}`,
    `/shared/${crypto.randomUUID()}/${open.token}`,
    `/shared/${tenant}/${'x'.repeat(43)}`,
  ])
    assert.equal((await visit(path)).status, 404, path)
  const confidential = await spoken({ class: 'confidential' })
  assert.deepEqual(
    await house.me.refused('POST', `/api/conversations/${confidential}/shares`, { audience: 'anyone' }),
    [403, 'above_ceiling'],
  )
})

test('a conversation is printed as a file that is no page of ours', async () => {
  const conversation = await spoken()
  const printed = await house.get(`/api/conversations/${conversation}/export?format=html&language=zh-CN`)
  const html = await printed.text()
  assert.match(printed.headers.get('content-disposition') ?? '', /^attachment; filename="conversation-/)
  assert.match(html, /<html lang="zh-CN">[^]*http-equiv="Content-Security-Policy"[^]*在私有区 · house/)
  assert.deepEqual(await house.me.refused('GET', `/api/conversations/${conversation}/export?format=pdf`), [
    400,
    'invalid',
  ])
})

test('an operator who shuts open shares shuts those that are out', async () => {
  const { path } = await share(await spoken(), { audience: 'anyone' })
  assert.equal((await visit(path ?? '')).status, 200)
  await house.rewrite({
    targets: [privateModel(house.target.url)],
    routes: [{ to: ['house'] }],
    conversations: { model: 'house', openShares: 'none' },
  })
  while ((await visit(path ?? '')).status !== 404) await new Promise((resolve) => setTimeout(resolve, 50))
})
