import { rename, writeFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { sampleCall, TABLE } from './every-operation.ts'
import { aShare } from './operation-subjects.ts'
import type { Seen } from './isolation-foreign.ts'
import { foreignTo, idsIn } from './isolation-foreign.ts'
import type { Credentials, Insiders } from './isolation-people.ts'
import { comeAll } from './isolation-people.ts'
import { Wires } from './isolation-wire.ts'
import type { Call, Ground } from './operation-ground.ts'
import { CANARY, openGround, OWNER } from './operation-ground.ts'
import { realtimeServer } from './realtime-upstream.ts'
import type { Settled } from './tenant-house.ts'
import { seenBy, settle } from './tenant-house.ts'

/** A wall that is switched off, between whom. */
export interface Fault {
  readonly fault:
    | 'none'
    // The caller, the transaction or the keys are the victim's.
    | 'caller'
    | 'session'
    | 'tenant'
    | 'ring'
    | 'ring and rows'
    // What a request says of itself is believed.
    | 'header'
    | 'assigned'
    | 'nobody'
    // What was taken away still counts.
    | 'expiry'
    | 'revocation'
    | 'shut'
    | 'rights'
    // Within one tenant.
    | 'owner'
    | 'policies'
    // Between role and query the database fails; what it leaves on a connection is the next request's.
    | 'between'
    | 'left over'
    // Every answer carries what is the victim's.
    | 'leak'
  readonly attacker?: string
  readonly victim?: string
  /** Of the victim: its owner, the id of a key and the key. */
  readonly owner?: string
  readonly key?: string
  readonly secret?: string
}

/** What was heard back: everything a client can see of an answer. */
export interface Heard {
  readonly status: number
  readonly text: string
}

/** Something that must not be heard. */
export interface Foreign {
  readonly words: readonly string[]
  readonly ids: ReadonlySet<string>
}

/** One operation, called with everything in it that belongs to the victim. */
export interface Target {
  readonly id: OperationId
  readonly operation: Operation
  readonly call: Call
}

/** What the victim's tenant has in its shelves: for its members, and for some of them only. */
export interface Shelves {
  readonly open: { readonly collection: string; readonly document: string }
  readonly closed: { readonly collection: string; readonly document: string }
}

export interface Isolation {
  readonly ground: Ground
  readonly attacker: Settled
  readonly victim: Settled
  readonly targets: readonly Target[]
  readonly shelves: Shelves
  credentials: Credentials
  /** New sessions in the place of those that were ended. */
  readonly come: () => Promise<Credentials>
  readonly insiders: Insiders
  /** By whom it must not be heard. */
  readonly foreign: Readonly<Record<Seen, Foreign>>
  /** Ids of the victim's, to ask for. */
  readonly ids: readonly string[]
  /** All that there was of the victim before anything was tried. */
  readonly archive: string
  readonly wires: Wires
  switch(fault: Fault['fault']): Promise<void>
  close(): Promise<void>
}

const word = (): string => `Zeisig${crypto.randomUUID().replaceAll('-', '')}`

/** As `seenBy`, with the tenant's own canary in every text that it sends; `shelf` where it is for all of its members. */
function marked(
  ground: Ground,
  headers: Ground['admin'],
  { canary, slug, shelf = canary }: { canary: string; slug: string; shelf?: string },
): Ground {
  const own = seenBy(ground, headers)
  const mark = (call: Call): Call => {
    // Stands in the record, behind the seal of an event; of people it would be told to themselves.
    const reason = call.path.startsWith('/api/groups') ? { 'x-freehold-reason': canary } : {}
    const reasoned = { ...call, headers: { ...reason, ...call.headers } }
    if (!call.body) return reasoned
    const isShelf = /^\/api\/(?:collections|sources)/.test(call.path)
    const body = JSON.parse(JSON.stringify(call.body).replaceAll(CANARY, isShelf ? shelf : canary)) as object
    return { ...reasoned, body: call.path.endsWith('/invitations/accept') ? { ...body, tenant: slug } : body }
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
  const speech = await realtimeServer()
  const ground = await openGround({
    env: { NODE_OPTIONS: `--import ${preload}`, ISOLATION_FAULTS: file },
    speech: speech.url,
  })
  const settled = await settleAll(ground).catch(async (error: unknown) => {
    await ground.close()
    await speech.close()
    throw error
  })
  const { attacker, victim } = settled
  const wires = new Wires(ground.house.url)
  return {
    ground,
    wires,
    ...settled,
    async switch(fault) {
      const said: Fault = {
        fault,
        attacker: attacker.id,
        victim: victim.id,
        owner: victim.owner.id,
        key: victim.key.id,
        secret: victim.key.key,
      }
      // At once: half a file must not be read.
      await writeFile(`${file}.next`, JSON.stringify(said))
      await rename(`${file}.next`, file)
      // The server looks every 20 ms.
      await sleep(150)
    },
    async close() {
      wires.close()
      await ground.close()
      await speech.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function settleAll(
  ground: Ground,
): Promise<
  Pick<
    Isolation,
    | 'attacker'
    | 'victim'
    | 'targets'
    | 'shelves'
    | 'foreign'
    | 'credentials'
    | 'come'
    | 'ids'
    | 'archive'
    | 'insiders'
  >
> {
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  const [attacker, victim] = [await settle(ground, 'attacker'), await settle(ground, 'victim')]
  const words = { home: word(), victim: word(), shelf: word(), closed: word(), quoted: word() }
  const marks = { canary: words.victim, slug: 'victim', shelf: words.shelf }
  const theirs = marked(ground, victim.ground.admin, marks)
  const people = comeAll({ theirs, ground, attacker, victim })
  const targets = await callsOf(ground, { theirs, victim, canary: words.home })
  const shelves = {
    open: await shelve(theirs, { name: words.shelf, text: `The ${words.shelf} sings at dawn.` }),
    closed: await shelve(theirs, {
      name: words.closed,
      text: `At dawn the bird called ${words.closed} sings ${words.quoted}.`,
    }),
  }
  const { come, insiders } = await people
  await theirs.ok({
    method: 'PUT',
    path: '/api/policies',
    body: { text: closedTo(insiders.member, shelves.closed.collection) + saying(words.victim) },
  })
  const { data: tenants } = await ground.ok<{ data: readonly { id: string; slug: string }[] }>({
    method: 'GET',
    path: '/api/tenants',
  })
  const home = tenants.find(({ slug }) => slug === 'home')?.id ?? ''
  const own = await exported(ground, victim.id)
  // What every tenant's archive says is no secret of one, nor is what the interface says of itself.
  const { text } = await ground.send({ method: 'GET', path: '/api/openapi.json' })
  const others = [await exported(ground, attacker.id), await exported(ground, home), text].join('\n')
  return {
    attacker,
    victim,
    targets,
    shelves,
    credentials: await come(),
    come,
    insiders,
    foreign: foreignTo(own, others, { words, insiders, secret: victim.key.key, tenant: victim.id }),
    ids: idsIn(own),
    archive: own,
  }
}

/** For this member one collection is as if it were not there, and it changes none: what is asked for later is there still. */
const closedTo = (member: string, collection: string): string => `
@id("closed-to-one")
forbid (principal == User::"${member}", action == Action::"knowledge.read", resource == Collection::"${collection}");
@id("reads-only")
forbid (principal == User::"${member}", action == Action::"knowledge.write", resource);`

/** It stops nobody, or they would hear its advice. */
const saying = (word: string): string => `
@id("never") @advice("${word}")
forbid (principal in Role::"auditor", action == Action::"cache.purge", resource);`

async function callsOf(
  ground: Ground,
  { theirs, victim, canary }: { theirs: Ground; victim: Settled; canary: string },
): Promise<readonly Target[]> {
  const home = marked(ground, ground.admin, { canary, slug: 'home' })
  const targets: Target[] = []
  // Whoever ends its own session does so last.
  const rows = TABLE.toSorted(
    ([one], [other]) => Number(one === 'session.close') - Number(other === 'session.close'),
  )
  for (const [id, operation] of rows) {
    const from = PLATFORM_ACTIONS.has(operation.action) || id === 'kek.shred' ? home : theirs
    const all = { method: 'POST', path: `/api/tenants/${victim.id}/export`, body: {} }
    const call =
      id === 'tenant.export'
        ? all
        : id === 'share.open'
          ? await unopened(theirs, victim.id)
          : await sampleCall(from, id)
    targets.push({ id, operation, call: SEEKING.has(id) ? seeking(call) : call })
  }
  return targets
}

/** Whoever has the link of an open share may read it; one for the people of the tenant opens to nobody. */
async function unopened(theirs: Ground, tenant: string): Promise<Call> {
  const { token } = await aShare(theirs)
  return { method: 'GET', path: `/shared/${tenant}/${token}` }
}

/** What would find what is on a shelf asks for it in words that stand there beside the canary. */
const SEEKING: ReadonlySet<OperationId> = new Set<OperationId>(['collection.search', 'chat.complete'])
const seeking = (call: Call): Call => ({
  ...call,
  body: JSON.parse(
    JSON.stringify(call.body)
      .replaceAll(`Where is the ${CANARY}?`, 'Which bird sings at dawn?')
      .replaceAll(CANARY, 'bird sings at dawn'),
  ) as object,
})

async function shelve(
  theirs: Ground,
  { name, text }: { name: string; text: string },
): Promise<Shelves['open']> {
  const { id } = await theirs.ok<{ id: string }>({ method: 'POST', path: '/api/collections', body: { name } })
  const document = crypto.randomUUID()
  const documents = [{ id: document, title: name, text, class: 'public' }]
  await theirs.ok({ method: 'POST', path: `/api/collections/${id}/documents`, body: { documents } })
  return { collection: id, document }
}

/** All that there is of a tenant. */
export async function exported(ground: Ground, tenant: string): Promise<string> {
  const path = `/api/tenants/${tenant}/export`
  const answer = await ground.send({ method: 'POST', path, body: {}, headers: ground.admin })
  if (answer.status !== 200 || !answer.text.includes('"end":true')) throw new Error(answer.text)
  return answer.text
}
