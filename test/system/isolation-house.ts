import { rename, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { asSuperuser } from './cluster.ts'
import { sampleCall, TABLE } from './every-operation.ts'
import type { Call, Ground, Headers } from './operation-ground.ts'
import { bearer, CANARY, openGround, OWNER } from './operation-ground.ts'
import { MEMBER_PASSWORD } from './operation-subjects.ts'
import type { Settled } from './tenant-house.ts'
import { seenBy, sessionOf, settle } from './tenant-house.ts'

/** A wall that is switched off, between whom. */
export interface Fault {
  readonly fault: 'none' | 'caller' | 'tenant' | 'ring' | 'ring and rows' | 'between'
  readonly attacker?: string
  readonly victim?: string
  /** Of the victim. */
  readonly key?: string
}

/** What was heard back: everything a client can see of an answer. */
export interface Heard {
  readonly status: number
  readonly text: string
}

/** Something that must not be heard, of a tenant beside the attacker's. */
export interface Foreign {
  readonly words: readonly string[]
  readonly ids: readonly string[]
}

/** One operation, called with everything in it that belongs to the victim. */
export interface Target {
  readonly id: OperationId
  readonly operation: Operation
  readonly call: Call
}

export interface Isolation {
  readonly ground: Ground
  readonly attacker: Settled
  readonly victim: Settled
  readonly targets: readonly Target[]
  readonly foreign: Foreign
  /** Credentials by attack kind. */
  readonly headers: Readonly<Record<'member' | 'expired' | 'revoked' | 'downgraded', Headers>>
  /** Over a kept connection. */
  send(call: Call): Promise<Heard>
  switch(fault: Fault): Promise<void>
  close(): Promise<void>
}

const word = (): string => `Zeisig${crypto.randomUUID().replaceAll('-', '')}`

/** As `seenBy`, with the tenant's own canary in every text that it sends. */
function marked(
  ground: Ground,
  headers: Headers,
  { canary, slug }: { canary: string; slug: string },
): Ground {
  const own = seenBy(ground, headers)
  const mark = (call: Call): Call => {
    if (!call.body) return call
    const body = JSON.parse(JSON.stringify(call.body).replaceAll(CANARY, canary)) as object
    return { ...call, body: call.path.endsWith('/invitations/accept') ? { ...body, tenant: slug } : body }
  }
  const ok = <T>(call: Call): Promise<T> => own.ok<T>(mark(call))
  return {
    ...own,
    ok,
    send: (call) => own.send(mark(call)),
    async events() {
      return (
        await ok<{ data: Awaited<ReturnType<Ground['events']>> }>({
          method: 'GET',
          path: '/api/audit?limit=200',
        })
      ).data
    },
  }
}

export async function openIsolation(): Promise<Isolation> {
  const directory = mkdtempSync(join(tmpdir(), 'fh-faults-'))
  const file = join(directory, 'fault.json')
  await writeFile(file, JSON.stringify({ fault: 'none' }))
  const preload = pathToFileURL(join(import.meta.dirname, 'isolation-faults.ts')).href
  const ground = await openGround({ env: { NODE_OPTIONS: `--import ${preload}`, ISOLATION_FAULTS: file } })
  const settled = await settleAll(ground).catch(async (error: unknown) => {
    await ground.close()
    throw error
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return {
    ground,
    ...settled,
    send: (call) => heard(agent, new URL(ground.house.url), call),
    async switch(fault) {
      // At once: half a file must not be read.
      await writeFile(`${file}.next`, JSON.stringify(fault))
      await rename(`${file}.next`, file)
      // The server looks every 20 ms.
      await sleep(150)
    },
    async close() {
      agent.destroy()
      await ground.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function settleAll(
  ground: Ground,
): Promise<Pick<Isolation, 'attacker' | 'victim' | 'targets' | 'foreign' | 'headers'>> {
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  const [attacker, victim] = [await settle(ground, 'attacker'), await settle(ground, 'victim')]
  const words = { home: word(), victim: word() }
  const theirs = marked(ground, victim.ground.admin, { canary: words.victim, slug: 'victim' })
  const home = marked(ground, ground.admin, { canary: words.home, slug: 'home' })
  const targets: Target[] = []
  // Whoever ends its own session does so last.
  const rows = TABLE.toSorted(
    ([one], [other]) => Number(one === 'session.close') - Number(other === 'session.close'),
  )
  for (const [id, operation] of rows) {
    const from = PLATFORM_ACTIONS.has(operation.action) || id === 'kek.shred' ? home : theirs
    const all = { method: 'POST', path: `/api/tenants/${victim.id}/export`, body: {} }
    targets.push({ id, operation, call: id === 'tenant.export' ? all : await sampleCall(from, id) })
  }
  const headers = await credentials(theirs, ground)
  const foreign = { words: Object.values(words), ids: await idsOf(ground, victim) }
  return { attacker, victim, targets, foreign, headers }
}

/** Credentials of the victim's that are none any more, and of somebody of the attacker's tenant who may little. */
async function credentials(theirs: Ground, ground: Ground): Promise<Isolation['headers']> {
  const make = (wish: object, headers: Headers = {}): Promise<{ id: string; key: string }> =>
    theirs.ok({ method: 'POST', path: '/api/keys', body: { scopes: ['*'], ...wish }, headers })
  const soon = new Date(Date.now() + 2000).toISOString()
  const [expired, gone] = [await make({ expiresAt: soon }), await make({})]
  await theirs.ok({ method: 'DELETE', path: `/api/keys/${gone.id}` })
  const join_ = async (): Promise<{ session: Headers; id: string }> => {
    const name = `${CANARY} ${crypto.randomUUID()}`
    const made = await theirs.ok<{ token: string }>({
      method: 'POST',
      path: '/api/invitations',
      body: { name },
    })
    const body = { token: made.token, tenant: 'victim', password: MEMBER_PASSWORD }
    const answer = await ground.send({ method: 'POST', path: '/api/invitations/accept', body })
    return {
      session: sessionOf(answer),
      id: (JSON.parse(answer.text) as { caller: { principal: string } }).caller.principal,
    }
  }
  const member = await join_()
  const shut = await join_()
  const downgraded = await make({}, shut.session)
  await theirs.ok({ method: 'PATCH', path: `/api/users/${shut.id}`, body: { disabled: true } })
  await sleep(Math.max(0, Date.parse(soon) - Date.now()))
  return {
    member: member.session,
    expired: bearer(expired.key),
    revoked: bearer(gone.key),
    downgraded: bearer(downgraded.key),
  }
}

/** Every id that a row of the victim has: nobody else can know one. */
async function idsOf(ground: Ground, victim: Settled): Promise<readonly string[]> {
  return asSuperuser(ground.house.data, async (sql) => {
    const ids = new Set<string>([victim.id])
    for (const table of [
      'account',
      'session',
      'api_key',
      'people_group',
      'invitation',
      'collection',
      'document',
      'request_record',
      'audit_event',
    ]) {
      const { rows } = await sql.query<{ id: string }>(`SELECT id::text FROM ${table} WHERE tenant_id = $1`, [
        victim.id,
      ])
      for (const { id } of rows) ids.add(id)
    }
    return [...ids]
  })
}

async function heard(
  agent: Agent,
  { hostname, port }: URL,
  { method, path, headers, body }: Call,
): Promise<Heard> {
  const bytes = body === undefined ? '' : JSON.stringify(body)
  const call = request({
    hostname,
    port,
    method,
    path,
    agent: headers?.['upgrade'] === undefined ? agent : false,
    headers: {
      ...headers,
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(bytes),
      }),
    },
  })
  call.end(bytes)
  const [response, socket] = await Promise.race([once(call, 'response'), once(call, 'upgrade')])
  const parts: Buffer[] = []
  if (socket === undefined) for await (const part of response) parts.push(part)
  else socket.destroy()
  const said: IncomingHttpHeaders = response.headers
  return {
    status: response.statusCode,
    text: `${JSON.stringify(said)}\n${Buffer.concat(parts).toString('utf8')}`,
  }
}
