import { setTimeout as sleep } from 'node:timers/promises'
import { totp } from '../../packages/server/src/identity/factors/totp.ts'
import type { Headers, Ground } from './operation-ground.ts'
import { CANARY, OWNER } from './operation-ground.ts'

const collection = (ground: Ground): Promise<{ id: string }> =>
  ground.ok({ method: 'POST', path: '/api/collections', body: { name: `${CANARY} ${crypto.randomUUID()}` } })

export const texts = {
  documents: [{ id: `${CANARY}-1`, title: CANARY, text: `The ${CANARY} sings at dawn.` }],
}

export async function withDocument(
  ground: Ground,
): Promise<{ readonly collection: string; readonly document: string }> {
  const { id } = await collection(ground)
  const document = crypto.randomUUID()
  const documents = texts.documents.map(({ title, text }) => ({ id: document, title, text }))
  await ground.ok({ method: 'POST', path: `/api/collections/${id}/documents`, body: { documents } })
  return { collection: id, document }
}

/** `by`: the headers of a member who is going to send it; otherwise the owner is. */
export type Sample = (
  ground: Ground,
  by?: Headers,
) => Promise<{
  /** What stands in the path in the place of its parameters. */
  readonly id?: string
  readonly user?: string
  readonly tenant?: string
  readonly secret?: string
  /** With its question mark. */
  readonly query?: string
  readonly body?: object
}>

export const bare: Sample = async () => ({})
export const inCollection: Sample = async (ground) => ({ id: (await collection(ground)).id })
/** What a collection is tested with. */
export const aQuestion: Sample = async (ground) => {
  const { collection: of, document } = await withDocument(ground)
  return ground.ok({
    method: 'POST',
    path: `/api/collections/${of}/questions`,
    body: { question: CANARY, document },
  })
}
export const ofDocument: Sample = async (ground) => ({ id: (await withDocument(ground)).document })

export const SAMPLE_TARGET = {
  name: 'sample',
  kind: 'service',
  zone: 'private',
  url: 'http://10.0.0.1',
  auth: { apiKey: `sk-${CANARY}` },
}

/** No directory is open to sources here: it is made, and its run is refused. */
export const sourceBody = async (ground: Ground): Promise<object> => ({
  name: `${CANARY} papers`,
  collection: (await collection(ground)).id,
  from: { kind: 'folder', path: `/${CANARY}` },
})

export const aSource: Sample = async (ground) =>
  ground.ok<{ id: string }>({ method: 'POST', path: '/api/sources', body: await sourceBody(ground) })

export async function aTrial(ground: Ground): Promise<number> {
  const body = { routes: [] }
  const { version } = await ground.ok<{ version: number }>({
    method: 'POST',
    path: '/api/routes/shadow',
    body,
  })
  return version
}

export async function aTarget(ground: Ground): Promise<string> {
  const name = `t-${crypto.randomUUID()}`
  await ground.ok({
    method: 'PUT',
    path: `/api/targets/${name}`,
    body: { target: { ...SAMPLE_TARGET, name } },
  })
  return name
}

export function anInvitation(ground: Ground): Promise<{ id: string; token: string }> {
  const name = `${CANARY} ${crypto.randomUUID()}`
  return ground.ok({ method: 'POST', path: '/api/invitations', body: { name } })
}

export const MEMBER_PASSWORD = 'copper lantern drifts'
export const TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const PUBLIC_KEY = { id: 'AA', rawId: 'AA', type: 'public-key' }

export const passwordOf = (by: Headers | undefined): string => (by ? MEMBER_PASSWORD : OWNER.password)
export const codeNow = (): string =>
  totp(Buffer.from('12345678901234567890'), Math.floor(Date.now() / 30_000))

/** The member has an authenticator app; the owner of these tests never has. */
export async function withTotp(ground: Ground, by: Headers | undefined): Promise<void> {
  if (by === undefined) return
  const body = { secret: TOTP_SECRET, code: codeNow(), password: MEMBER_PASSWORD }
  await ground.ok({ method: 'PUT', path: '/api/session/totp', body, headers: by })
}

/** Somebody new who is signed in: what the browser sends, with the token. */
export async function memberHeaders(ground: Ground): Promise<Headers> {
  const { token } = await anInvitation(ground)
  const body = { token, password: MEMBER_PASSWORD }
  const answer = await ground.send({ method: 'POST', path: '/api/invitations/accept', body })
  if (answer.status !== 201) throw new Error(answer.text)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  return { cookie, 'x-csrf-token': (JSON.parse(answer.text) as { csrf: string }).csrf }
}

/** Joining takes a slow hash: one member serves for all samples until it is deleted. */
const members = new WeakMap<Ground, string>()

export async function aMember(ground: Ground): Promise<string> {
  const known = members.get(ground)
  if (known !== undefined && (await openSessions(ground, known)).length > 0) return known
  const { token } = await anInvitation(ground)
  const body = { token, password: MEMBER_PASSWORD }
  const joined = await ground.ok<{ caller: { principal: string } }>({
    method: 'POST',
    path: '/api/invitations/accept',
    body,
  })
  members.set(ground, joined.caller.principal)
  return joined.caller.principal
}

async function openSessions(ground: Ground, user: string): Promise<readonly { id: string }[]> {
  const call = { method: 'GET', path: `/api/sessions?user=${user}`, headers: ground.admin }
  const answer = await ground.send(call)
  return answer.status === 200 ? (JSON.parse(answer.text) as { data: { id: string }[] }).data : []
}

export async function aSession(ground: Ground): Promise<string> {
  return (await openSessions(ground, await aMember(ground)))[0]?.id ?? ''
}

export async function aGroup(ground: Ground): Promise<string> {
  const body = { name: `${CANARY} ${crypto.randomUUID()}` }
  return (await ground.ok<{ id: string }>({ method: 'POST', path: '/api/groups', body })).id
}

export async function aServiceAccount(ground: Ground): Promise<string> {
  const body = { name: `${CANARY} ${crypto.randomUUID()}` }
  return (await ground.ok<{ id: string }>({ method: 'POST', path: '/api/service-accounts', body })).id
}

export async function aDictionary(ground: Ground): Promise<string> {
  const name = 'd-sample'
  await ground.ok({
    method: 'PUT',
    path: `/api/privacy/dictionaries/${name}`,
    body: { entries: [{ value: `${CANARY} & Daughters` }] },
  })
  return name
}

const tenants = new WeakMap<Ground, Promise<string>>()

/** One that nobody has joined, which serves for all samples. */
export function aTenant(ground: Ground): Promise<string> {
  const body = { slug: `t-${crypto.randomUUID()}` }
  const made =
    tenants.get(ground) ??
    ground.ok<{ id: string }>({ method: 'POST', path: '/api/tenants', body }).then(({ id }) => id)
  tenants.set(ground, made)
  return made
}

/** The id of an event that is in the log. */
export async function anEntry(ground: Ground): Promise<string> {
  for (;;) {
    const logged = (await ground.events(null)).find(({ leaf }) => leaf !== null)
    if (logged) return logged.id
    await sleep(100)
  }
}

/** Long ago: it keeps nobody from anything. */
export const A_HOLD = {
  scope: 'time',
  since: '1990-01-01T00:00:00Z',
  until: '1990-01-02T00:00:00Z',
  reason: `${CANARY} against nobody`,
}

/** What opens the emergency account. */
export async function anEmergency(ground: Ground): Promise<{ code: string; reason: string }> {
  const { code } = await ground.ok<{ code: string }>({ method: 'POST', path: '/api/break-glass', body: {} })
  return { code, reason: 'The owner is away and nobody can get in' }
}

/** A conversation of who is going to send it; otherwise of the operator's key. */
export async function aConversation(ground: Ground, by?: Headers): Promise<string> {
  const body = { title: CANARY, class: 'public' }
  const headers = by ?? ground.admin
  const made = await ground.ok<{ id: string }>({ method: 'POST', path: '/api/conversations', body, headers })
  return made.id
}

interface Spoken {
  readonly conversation: string
  readonly run: string
  readonly message: string
  readonly answer: string
}

/** One in which something was said, and the run that answers is over. */
export async function aRun(ground: Ground, by?: Headers, wish: object = {}): Promise<Spoken> {
  const conversation = await aConversation(ground, by)
  const headers = by ?? ground.admin
  const path = `/api/conversations/${conversation}/messages`
  const body = { text: `Where is the ${CANARY}?`, ...wish }
  const { run, message, answer } = await ground.ok<{ run: string; message: { id: string }; answer: string }>({
    method: 'POST',
    path,
    body,
    headers,
  })
  for (;;) {
    const { state } = await ground.ok<{ state: string }>({ method: 'GET', path: `/api/runs/${run}`, headers })
    if (state !== 'running') return { conversation, run, message: message.id, answer }
  }
}

/** It fails: there is no such collection. */
export const aFailedRun = (ground: Ground, by?: Headers): Promise<Spoken> =>
  aRun(ground, by, { collections: [crypto.randomUUID()] })

export async function aProject(ground: Ground, by?: Headers): Promise<string> {
  const headers = by ?? ground.admin
  const body = { name: CANARY }
  return (await ground.ok<{ id: string }>({ method: 'POST', path: '/api/projects', body, headers })).id
}

export async function aShare(
  ground: Ground,
  by?: Headers,
  audience: 'tenant' | 'anyone' = 'tenant',
): Promise<{ id: string; token: string; path: string | null }> {
  const { conversation } = await aRun(ground, by)
  const path = `/api/conversations/${conversation}/shares`
  return ground.ok({ method: 'POST', path, body: { audience }, headers: by ?? ground.admin })
}

/** In a conversation of its own. It may still be read when this returns. */
export async function anAttachment(ground: Ground, by?: Headers): Promise<string> {
  const path = `/api/conversations/${await aConversation(ground, by)}/attachments`
  const body = { name: `${CANARY}.txt`, text: `The ${CANARY} sings.` }
  return (await ground.ok<{ id: string }>({ method: 'POST', path, body, headers: by ?? ground.admin })).id
}

export async function aReadAttachment(ground: Ground, by?: Headers): Promise<string> {
  const id = await anAttachment(ground, by)
  const headers = by ?? ground.admin
  for (;;) {
    const asked = { method: 'GET', path: `/api/attachments/${id}`, headers }
    if ((await ground.ok<{ state: string }>(asked)).state !== 'reading') return id
  }
}

export async function anArtifact(ground: Ground, by?: Headers): Promise<string> {
  const path = `/api/conversations/${await aConversation(ground, by)}/artifacts`
  const body = { title: CANARY, text: CANARY }
  return (await ground.ok<{ id: string }>({ method: 'POST', path, body, headers: by ?? ground.admin })).id
}

export async function aNote(ground: Ground, kind: 'memories' | 'templates', by?: Headers): Promise<string> {
  const headers = by ?? ground.admin
  const body = { text: CANARY, ...(kind === 'templates' && { name: CANARY }) }
  return (await ground.ok<{ id: string }>({ method: 'POST', path: `/api/${kind}`, body, headers })).id
}
