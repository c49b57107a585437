import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { after, before, test } from 'node:test'
import { hash, X509Certificate } from 'node:crypto'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { Issued } from './certificates.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'

const NAME = 'URI:spiffe://freehold.test/nightly'
const RESOURCE = 'https://payroll.example/'
const needsOpenssl = { skip: cannotIssue }

interface Answer {
  readonly status: number
  readonly body: { readonly access_token?: string; readonly error?: string; readonly caller?: object }
}

/** A house that asks for certificates, and those of an authority that it takes and of one that it does not. */
async function openHouse() {
  const registry = openRegistry()
  const authority = registry.authority('house')
  const stranger = registry.authority('stranger')
  const own = authority.issue()
  const tls = { ...own.files, clientCa: authority.file, clientCertificates: 'optional' }
  const house = await openGateway({ tls }, { key: ['--scope', '*'] })
  const named = ['--certificate', NAME, '--resource', RESOURCE, '--json'] as const
  const made = await house.cli('service', 'create', 'nightly', '--scope', 'model', ...named)
  assert.equal(made.status, 0, made.stderr)
  const { id } = JSON.parse(made.stdout) as { id: string }
  return { registry, authority, stranger, house, id }
}

let all: Awaited<ReturnType<typeof openHouse>> | null = null
before(async () => {
  if (cannotIssue === undefined) all = await openHouse()
})
after(async () => {
  await all?.house.close()
  all?.registry.close()
})

async function send(
  { house, authority }: { readonly house: GatewayHouse; readonly authority: { readonly cert: string } },
  path: string,
  wish: {
    readonly shown?: Issued | undefined
    readonly form?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<Answer> {
  const { shown, form } = wish
  const call = request(`${house.url}${path}`, {
    agent: false,
    method: form ? 'POST' : 'GET',
    ca: authority.cert,
    servername: 'localhost',
    ...(shown && { cert: shown.cert, key: shown.key }),
    headers: { ...wish.headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
  })
  call.end(form && new URLSearchParams(form).toString())
  const [response] = await once(call, 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode, body: JSON.parse(text) }
}

test('a client that shows its certificate gets a token, and comes in with it', needsOpenssl, async () => {
  assert.ok(all)
  const shown = all.authority.issue({ names: NAME })
  const form = { grant_type: 'client_credentials', client_id: all.id }
  const { status, body } = await send(all, '/oidc/token', { shown, form })
  assert.equal(status, 200, JSON.stringify(body))
  const headers = { authorization: `Bearer ${body.access_token}` }
  const view = await send(all, '/api/session', { headers })
  assert.equal(view.status, 200)
  const other = await send(all, '/oidc/token', { shown, form: { ...form, resource: RESOURCE } })
  const [, claims = ''] = String(other.body.access_token).split('.')
  const { aud, cnf } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; cnf: object }
  const thumbprint = hash('sha256', new X509Certificate(shown.cert).raw, 'base64url')
  assert.deepEqual([aud, cnf], [RESOURCE, { 'x5t#S256': thumbprint }])
})

test('no certificate, one of a stranger and one with another name get nothing', needsOpenssl, async () => {
  assert.ok(all)
  const { authority, stranger, id } = all
  const form = { grant_type: 'client_credentials', client_id: id }
  const attempts: Readonly<Record<string, Parameters<typeof send>[2]>> = {
    'no certificate': { form },
    'another name': { form, shown: authority.issue({ names: 'URI:spiffe://freehold.test/other' }) },
    'a longer name': { form, shown: authority.issue({ names: `${NAME}/admin` }) },
    'the name as a host': { form, shown: authority.issue({ names: 'DNS:spiffe' }) },
    'the name of the server itself': { form, shown: authority.issue() },
    'a header that speaks of a certificate': {
      form,
      headers: {
        'x-client-cert': authority.cert.replaceAll('\n', ''),
        'x-ssl-client-verify': 'SUCCESS',
        'x-forwarded-client-cert': NAME,
      },
    },
    'a client that nobody made': {
      form: { ...form, client_id: crypto.randomUUID() },
      shown: authority.issue({ names: NAME }),
    },
  }
  for (const [what, wish] of Object.entries(attempts)) {
    const { status, body } = await send(all, '/oidc/token', wish)
    assert.deepEqual([status, body.error], [401, 'invalid_client'], what)
  }
  // The listener itself turns one of a stranger away.
  await assert.rejects(send(all, '/oidc/token', { form, shown: stranger.issue({ names: NAME }) }))
})
