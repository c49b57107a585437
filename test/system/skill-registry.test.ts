import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { bundleOf } from '../../packages/server/src/skills/bundle/bundle.ts'
import { indexBytes, listed, MEDIA, ociDigest } from '../../packages/server/src/skills/oci/artifact.ts'
import { openPlace, placeAddress } from '../../packages/server/src/skills/oci/open-place.ts'
import { SkillRepository } from '../../packages/server/src/skills/oci/skill-repository.ts'
import { signEnvelope } from '../../packages/server/src/skills/signing/envelope.ts'
import { newKeyFile, readSigningKey } from '../../packages/server/src/skills/signing/signing-key.ts'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { RunningRegistry } from './skill-registry.ts'
import { PULLER, PUSHER, serveTokens, startRegistry, withoutRegistry } from './skill-registry.ts'
import type { Served } from './source-servers.ts'
import { serveHttp } from './source-servers.ts'

const key = readSigningKey(newKeyFile(null), null)
const envelopes = ['one', 'two', 'three'].map((text) => signEnvelope(Buffer.from(text), [key]))
const bundle = bundleOf(new Map([['skill.yaml', Buffer.from('x'.repeat(200_000))]]))
const named = { name: 'acme-orders', version: '1.0.0' }

interface Access {
  readonly user?: string
  readonly password?: string
  readonly hosts?: readonly string[]
}

async function repositoryAt(
  host: string,
  { user, password, hosts = [] }: Access = {},
): Promise<SkillRepository> {
  const access = {
    user: user ?? null,
    password: password === undefined ? null : new Secret(password),
    ca: null,
    hosts,
  }
  const opening = { dialler: createDialler(), clock: systemClock, access }
  return new SkillRepository(await openPlace(placeAddress(`oci+http://${host}/acme/skills`), opening))
}

const refused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof Fault && pattern.test(error.message))

/** Everything that is asked of a place. */
async function roundTrip(repository: SkillRepository, reader = repository): Promise<void> {
  assert.equal(await reader.metadata('timestamp.json', 100), null)
  const { manifest } = await repository.publish(bundle, named)
  await repository.attach(manifest, envelopes.slice(0, 2))
  await repository.attach(manifest, envelopes)
  assert.deepEqual(await repository.publish(bundle, named), { manifest })
  await repository.putMetadata('timestamp.json', Buffer.from('first'))
  await repository.putMetadata('timestamp.json', Buffer.from('second'))
  assert.deepEqual(await reader.file(bundle.digest, bundle.bytes.length), bundle.bytes)
  const texts = (await reader.envelopes(manifest)).map(({ payload }) => payload).sort()
  assert.deepEqual(texts, envelopes.map(({ payload }) => payload).sort())
  assert.equal(String(await reader.metadata('timestamp.json', 100)), 'second')
  await refused(reader.metadata('timestamp.json', 3), /more than is taken/)
}

test(
  'a registry keeps skills, what was signed about them, and their catalogue',
  { skip: withoutRegistry },
  async (t) => {
    const registry = await startRegistry()
    t.after(() => registry.stop())
    const repository = await repositoryAt(registry.host)
    await roundTrip(repository)
    await repository.close()
  },
)

const rooms: { tokens?: Served; registry?: RunningRegistry; close?: () => void } = {}
const skip = withoutRegistry || cannotIssue || false
before(async () => {
  if (skip !== false) return
  const certificates = openRegistry()
  const issued = certificates.authority('tokens').issue()
  rooms.close = () => certificates.close()
  rooms.tokens = await serveTokens(issued)
  rooms.registry = await startRegistry({ realm: `${rooms.tokens.url}/token`, certificate: issued.files.cert })
})
after(async () => {
  await rooms.registry?.stop()
  await rooms.tokens?.close()
  rooms.close?.()
})

test('where a registry wants a token it is fetched with user and password', { skip }, async () => {
  const { registry, tokens } = rooms
  assert.ok(registry && tokens)
  const hosts = [tokens.host]
  const writer = await repositoryAt(registry.host, { ...PUSHER, hosts })
  const reader = await repositoryAt(registry.host, { ...PULLER, hosts })
  await roundTrip(writer, reader)
  await refused(
    reader.publish(bundleOf(new Map([['skill.yaml', Buffer.from('y')]])), named),
    /does not let us in/,
  )
  await refused(
    (await repositoryAt(registry.host, { hosts })).metadata('timestamp.json', 100),
    /does not let us in/,
  )
  // One token for each right, not one for each request.
  assert.ok(tokens.asked.length < 12, `${tokens.asked.length} tokens`)
})

test('user and password go to no host that a registry merely names', { skip }, async () => {
  const { registry, tokens } = rooms
  assert.ok(registry && tokens)
  const asked = tokens.asked.length
  await refused(
    (await repositoryAt(registry.host, PUSHER)).metadata('x', 100),
    /sends us to 127\.0\.0\.1:\d+, which is not named/,
  )
  assert.equal(tokens.asked.length, asked)
})

/** A registry of version 1.1: it lists referrers page by page, and keeps its blobs elsewhere. */
async function newerRegistry(elsewhere: () => string) {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Buffer>()
  const body = async (request: IncomingMessage): Promise<Buffer> =>
    Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
  const server = await serveHttp(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const [, kind = '', reference = ''] = /^\/v2\/acme\/skills\/([a-z]+)\/(.*)$/.exec(url.pathname) ?? []
    if (kind === 'blobs' && request.method === 'POST') {
      response.writeHead(202, { location: '/v2/acme/skills/uploads/1?state=x' }).end()
    } else if (kind === 'uploads') {
      blobs.set(url.searchParams.get('digest') ?? '', await body(request))
      response.writeHead(201).end()
    } else if (kind === 'blobs' && request.method === 'HEAD')
      response.writeHead(blobs.has(reference) ? 200 : 404).end()
    else if (kind === 'blobs') response.writeHead(307, { location: `${elsewhere()}/${reference}` }).end()
    else if (kind === 'manifests' && request.method === 'PUT') {
      const bytes = await body(request)
      manifests.set(reference, bytes).set(ociDigest(bytes), bytes)
      response.writeHead(201, String(bytes).includes('"subject"') ? { 'oci-subject': 'x' } : {}).end()
    } else if (kind === 'manifests') send(response, manifests.get(reference))
    else {
      const about = [...manifests].filter(
        ([name, one]) => name.startsWith('sha256:') && refersTo(one, reference),
      )
      const at = Number(url.searchParams.get('at') ?? 0)
      const next = `<${url.pathname}?at=${at + 1}>; rel="next"`
      if (at + 1 < about.length) response.setHeader('link', next)
      response.setHeader('content-type', MEDIA.index)
      response.end(indexBytes(about.slice(at, at + 1).map(([, one]) => listed(one))))
    }
  })
  return { server, blobs }
}

const refersTo = (manifest: Buffer, digest: string): boolean =>
  (JSON.parse(String(manifest)) as { subject?: { digest: string } }).subject?.digest === digest

function send(response: ServerResponse, bytes: Buffer | undefined): void {
  response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
}

test('a registry with the referrers interface is asked page by page, and what it keeps elsewhere is fetched there', async (t) => {
  const secrets: (string | undefined)[] = []
  const store = await serveHttp((request, response) => {
    secrets.push(request.headers.authorization)
    send(response, registry.blobs.get(request.url?.slice(1) ?? ''))
  })
  const registry = await newerRegistry(() => store.url)
  t.after(async () => {
    await registry.server.close()
    await store.close()
  })
  const repository = await repositoryAt(registry.server.host, { ...PUSHER, hosts: [store.host] })
  await roundTrip(repository)
  assert.ok(secrets.length > 0)
  assert.deepEqual(new Set(secrets), new Set([undefined]))
  // Without its name it is one more address of this house that a registry would have us look at.
  const stranger = await repositoryAt(registry.server.host)
  await refused(stranger.file(bundle.digest, bundle.bytes.length), /which is not named/)
  // What comes back there is checked by its hash, whoever sends it.
  registry.blobs.set(`sha256:${bundle.digest}`, Buffer.alloc(bundle.bytes.length))
  await refused(repository.file(bundle.digest, bundle.bytes.length), /other bytes/)
})

test('a registry that answers nothing, too much or rubbish is refused in words', async (t) => {
  const answer: { act: (response: ServerResponse) => void } = { act: (response) => response.destroy() }
  const server = await serveHttp((_, response) => answer.act(response))
  t.after(() => server.close())
  const repository = await repositoryAt(server.host)
  const asked = () => repository.metadata('timestamp.json', 100)
  await refused(asked(), /could not be reached/)
  answer.act = (response) => response.end('{')
  await refused(asked(), /manifest that cannot be read/)
  answer.act = (response) => response.writeHead(503).end()
  await refused(asked(), /answered 503/)
  answer.act = (response) => response.writeHead(302, { location: `${server.url}/again` }).end()
  await refused(asked(), /around in circles/)
  answer.act = (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  await refused(asked(), /169\.254\.169\.254, which is not named/)
  answer.act = (response) => response.end(Buffer.alloc(5 * 1024 * 1024))
  await refused(asked(), /more than is taken/)
  const { host } = server
  await server.close()
  await refused((await repositoryAt(host)).metadata('x', 1), /could not be reached \(ECONNREFUSED\)/)
})
