import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { House } from './house.ts'
import { preparedData, open, remove } from './house.ts'
import type { OpenIdProvider } from './openid-house.ts'
import { freePort, startOpenIdProvider } from './openid-house.ts'

const OWNER = { name: 'Olga', password: 'correct horse battery' }

let house: House
let provider: OpenIdProvider
/** Groups by the name that somebody signs in with at the provider. */
const groups = new Map<string, readonly string[]>()

before(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  provider = await startOpenIdProvider(url, groups)
  const data = await preparedData()
  const config = join(data, 'freehold.yaml')
  const connection = {
    ...provider.connection,
    create: true,
    groupsClaim: 'groups',
    groupRoles: { 'it-admins': 'admin', auditors: 'auditor', support: { group: 'Support' } },
    defaultRole: 'guest',
  }
  const gone = { id: 'gone', name: 'Branch', issuer: 'http://127.0.0.1:9', clientId: 'x' }
  await writeFile(
    config,
    JSON.stringify({ listen: `127.0.0.1:${port}`, identity: { connections: [connection, gone] } }),
  )
  house = await open({
    data,
    args: ['--config', config],
    env: { OIDC_SECRET: provider.secret },
  })
  const token = new URL(house.claimUrl ?? '').hash.replace('#claim=', '')
  const body = JSON.stringify({ token, ...OWNER })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${house.url}/api/claim`, { method: 'POST', headers, body })).status, 201)
})
after(async () => {
  await house.stop()
  await provider.stop()
  await remove(house.data)
})

/** What a browser does: keeps cookies for each place, sends them back, and follows. */
class Browser {
  readonly #jar = new Map<string, Map<string, string>>()

  async go(address: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address)
    const jar = this.#jar.get(url.host) ?? new Map<string, string>()
    this.#jar.set(url.host, jar)
    const response = await fetch(url, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { accept: 'text/html', cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
      ...(form && { body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value.join('='))
    }
    return response
  }

  cookies(url: string): string {
    return [...(this.#jar.get(new URL(url).host) ?? [])].map((pair) => pair.join('=')).join('; ')
  }

  /** Follows until the provider has sent it back to us; signs in there as `name` and agrees to everything. */
  async travel(start: string, name: string): Promise<Response> {
    let response = await this.go(start)
    for (let hop = 0; hop < 20; hop += 1) {
      const location = response.headers.get('location')
      if (location === null) {
        const page = await response.text()
        const action = /action="([^"]+)"/.exec(page)?.[1]
        if (action === undefined) throw new Error(page)
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'login'
        response = await this.go(new URL(action, provider.issuer).href, {
          prompt,
          login: name,
          password: 'any',
        })
        continue
      }
      const next = new URL(location, provider.issuer).href
      if (next.startsWith(`${house.url}/`)) return this.go(next)
      response = await this.go(next)
    }
    throw new Error('the provider goes in circles')
  }

  async session(): Promise<{
    caller: { name: string; roles: string[]; groups: string[]; principal: string }
    csrf: string
  }> {
    const answer = await fetch(`${house.url}/api/session`, { headers: { cookie: this.cookies(house.url) } })
    return (await answer.json()) as Awaited<ReturnType<Browser['session']>>
  }
}

const start = (): string => `${house.url}/api/oidc/hq/start`

async function events(): Promise<readonly string[]> {
  const admin = { authorization: `Bearer ${await house.key('--scope', '*')}` }
  const answer = await fetch(`${house.url}/api/audit?limit=100`, { headers: admin })
  const { data } = (await answer.json()) as { data: { action: string; detail: object }[] }
  return data.map(({ action, detail }) => `${action} ${JSON.stringify(detail)}`)
}

test('the door shows who may be asked to vouch, and who does not answer', async () => {
  const list = async () =>
    (
      (await (await fetch(`${house.url}/api/identity/connections`)).json()) as {
        data: { id: string; state: string }[]
      }
    ).data.map(({ id, state }) => `${id} ${state}`)
  while (!(await list()).includes('gone away')) continue
  assert.deepEqual(await list(), ['hq ready', 'gone away'])
})

test('somebody of the provider comes in, with an account and a role that the groups say', async () => {
  groups.set('anna', ['auditors', 'nobody-knows'])
  const browser = new Browser()
  const back = await browser.travel(start(), 'anna')
  assert.deepEqual([back.status, back.headers.get('location')], [302, '/'])
  const { caller } = await browser.session()
  assert.deepEqual([caller.name, caller.roles, caller.groups], ['anna', ['auditor'], []])
})

test('the same person again is the same account, and what the provider took is taken', async () => {
  await house.cli('group', 'create', 'Support')
  await house.cli('group', 'create', 'Others')
  const browser = new Browser()
  await browser.travel(start(), 'anna')
  const before_ = await browser.session()
  await house.cli('group', 'add', 'Others', 'anna')
  groups.set('anna', ['support'])
  const again = new Browser()
  await again.travel(start(), 'anna')
  const { caller } = await again.session()
  assert.equal(caller.principal, before_.caller.principal)
  assert.deepEqual([caller.roles, caller.groups], [['guest'], ['Others', 'Support']])
  groups.set('anna', [])
  const third = new Browser()
  await third.travel(start(), 'anna')
  // What was given here by hand is not the provider's to take.
  assert.deepEqual((await third.session()).caller.groups, ['Others'])
})

test('somebody elsewhere who is called like the owner is somebody else', async () => {
  const browser = new Browser()
  await browser.travel(start(), 'Olga')
  const { caller } = await browser.session()
  assert.deepEqual([caller.name, caller.roles], ['Olga (hq)', ['guest']])
})

test('an account that was shut stays shut, and the page says so', async () => {
  await new Browser().travel(start(), 'berta')
  assert.equal((await house.cli('user', 'disable', 'berta')).status, 0)
  const browser = new Browser()
  const back = await browser.travel(start(), 'berta')
  assert.equal(back.headers.get('location'), '/#refused=no_account')
  assert.equal((await browser.session()).caller, undefined)
  assert.ok(
    (await events()).includes('identity.refused {"reason":"shut","connection":"hq"}') ||
      (await events()).includes('identity.refused {"connection":"hq","reason":"shut"}'),
  )
})

async function owner(): Promise<{ readonly browser: Browser; readonly headers: Record<string, string> }> {
  const browser = new Browser()
  const answer = await fetch(`${house.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrf } = (await answer.json()) as { csrf: string }
  return { browser, headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' } }
}

test('whoever is signed in and knows the password links an account elsewhere, and unlinks it', async () => {
  const { headers } = await owner()
  const begin = (password: string) =>
    fetch(`${house.url}/api/session/identities`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ connection: 'hq', password }),
    })
  assert.equal((await begin('not the password')).status, 401)
  const begun = await begin(OWNER.password)
  const { location } = (await begun.json()) as { location: string }
  const browser = new Browser()
  const sealed = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  // The cookie that the answer set travels with the browser.
  const jar = browser.go.bind(browser)
  browser.go = (address, form) => {
    if (!address.startsWith(house.url)) return jar(address, form)
    return fetch(address, { redirect: 'manual', headers: { accept: 'text/html', cookie: sealed } })
  }
  const back = await browser.travel(location, 'olga.at.hq')
  assert.equal(back.headers.get('location'), '/#linked')
  const entered = new Browser()
  await entered.travel(start(), 'olga.at.hq')
  assert.deepEqual((await entered.session()).caller.roles, ['owner'])
  const list = await fetch(`${house.url}/api/session/identities`, { headers })
  const { data } = (await list.json()) as { data: { id: string; subject: string }[] }
  assert.deepEqual(
    data.map(({ subject }) => subject),
    ['olga.at.hq'],
  )
  const gone = await fetch(`${house.url}/api/session/identities/${data[0]?.id}`, {
    method: 'DELETE',
    headers: { cookie: headers['cookie'] ?? '', 'x-csrf-token': headers['x-csrf-token'] ?? '' },
  })
  assert.equal(gone.status, 204)
})

test('a trial shows claims and what they would mean, and signs nobody in', async () => {
  groups.set('carla', ['it-admins'])
  const ran = await house.cli('identity', 'test', 'hq', '--json')
  assert.equal(ran.status, 0, ran.stderr)
  const told = JSON.parse(ran.stdout) as { ok: boolean; redirectUri: string; trialUrl: string }
  assert.deepEqual([told.ok, told.redirectUri], [true, `${house.url}/api/oidc/hq/callback`])
  const browser = new Browser()
  const shown = await browser.travel(told.trialUrl, 'carla')
  assert.equal(shown.status, 200)
  const text = await shown.text()
  assert.match(text, /"sub": "carla"/)
  assert.match(text, /"role": "admin"/)
  assert.equal((await browser.session()).caller, undefined)
  assert.doesNotMatch((await house.cli('user', 'list')).stdout, /carla/)
})

test('a self-test says what is wrong with a provider that does not answer', async () => {
  const ran = await house.cli('identity', 'test', 'gone')
  assert.equal(ran.status, 1)
  assert.match(ran.stdout, /discovery +no +away/)
  const listed = await house.cli('identity', 'list')
  assert.match(listed.stdout, /hq +ready +Head office/)
})

test('a way back that nobody began is refused, by our page to a browser and in words to a program', async () => {
  const path = `${house.url}/api/oidc/hq/callback?code=c&state=s`
  const page = await fetch(path, { redirect: 'manual', headers: { accept: 'text/html' } })
  assert.equal(page.headers.get('location'), '/#refused=federated_login')
  const { error } = (await (await fetch(path)).json()) as { error: { code: string } }
  assert.equal(error.code, 'federated_login')
})

test('an account can be had and lost: every step is on record, and counted', async () => {
  const said = await events()
  for (const action of [
    'identity.created',
    'identity.mapped',
    'identity.linked',
    'identity.unlinked',
    'identity.refused',
  ])
    assert.ok(
      said.some((one) => one.startsWith(`${action} `)),
      action,
    )
  assert.doesNotMatch(said.join('\n'), /anna|berta|olga/i)
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_federated_sign_ins_total\{connection="hq",outcome="enter"\} \d/)
  assert.match(metrics, /freehold_federated_sign_ins_total\{connection="hq",outcome="unbegun"\} 2/)
})
