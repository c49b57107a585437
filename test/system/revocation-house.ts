import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { startExternalDatabase } from '../perf/gateway/external-database.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script, Seen } from './gateway-upstream.ts'
import { captureServer, chatEvents, messageEvents, responseEvents } from './gateway-upstream.ts'
import { emptyData } from './house.ts'
import type { RealtimeServer } from './realtime-upstream.ts'
import { realtimeServer } from './realtime-upstream.ts'

export interface Key {
  readonly id: string
  readonly key: string
}

/** Two replicas that share a database, behind them a model whose streams stay open until the test ends them. */
export interface Replicas {
  /** Where everything is changed. */
  readonly here: GatewayHouse
  readonly there: GatewayHouse
  readonly model: CaptureServer
  readonly realtime: RealtimeServer
  /** As the superuser, past every wall. */
  readonly sql: Client
  makeKey(wish?: object, by?: string): Promise<Key>
  revoke(id: string): Promise<void>
  /** Ends every stream that is still open well. */
  finish(): void
  close(): Promise<void>
}

export async function openReplicas(): Promise<Replicas> {
  const database = await startExternalDatabase()
  const open = new Map<Seen, () => void>()
  const [model, realtime] = [await captureServer(held(open)), await realtimeServer()]
  const config = {
    database: database.dsn,
    targets: [privateModel(model.url), privateModel(realtime.url, { name: 'speech', realtime: true })],
    routes: [{ when: { model: 'speech' }, to: ['speech'] }, { to: ['house'] }],
    limits: { key: { concurrent: 1000 } },
  }
  const key = ['--scope', '*'] as const
  const here = await openGateway(config, { key })
  const data = await emptyData()
  await mkdir(join(data, 'keys'), { mode: 0o700 })
  await cp(join(here.data, 'keys', 'root.key'), join(data, 'keys', 'root.key'))
  const there = await openGateway(config, { key, data })
  const host = new URL(database.dsn).searchParams.get('host') ?? ''
  const sql = new Client({ host, user: 'postgres', database: 'freehold' })
  await sql.connect()
  return {
    here,
    there,
    model,
    realtime,
    sql,
    async makeKey(wish = {}, by = here.apiKey) {
      const answer = await here.post('/api/keys', wish, { authorization: `Bearer ${by}` })
      if (!answer.ok) throw new Error(await answer.text())
      return (await answer.json()) as Key // As the contract says.
    },
    async revoke(id) {
      const { apiKey, url } = here
      const headers = { authorization: `Bearer ${apiKey}` }
      const answer = await fetch(`${url}/api/keys/${id}`, { method: 'DELETE', headers })
      if (!answer.ok) throw new Error(await answer.text())
    },
    finish() {
      for (const end of open.values()) end()
      open.clear()
    },
    async close() {
      await there.close()
      await here.close()
      await sql.end()
      await model.close()
      await realtime.close()
      await database.stop()
    },
  }
}

/** Begins a stream and leaves it open; what is asked for by the name `mute` is not answered at all. */
function held(open: Map<Seen, () => void>): Script {
  return (seen, response) => {
    const { model, stream } = JSON.parse(seen.body.toString()) as { model: string; stream?: boolean }
    if (model === 'mute' || stream !== true) return
    const events = eventsOf(seen.path)
    const begun = events.findIndex((event) => event.includes('Bonjour')) + 1
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events.slice(0, begun).join(''))
    open.set(seen, () => void response.end(events.slice(begun).join('')))
  }
}

function eventsOf(path: string): readonly string[] {
  const words = ['Bonjour ', 'le monde']
  if (path.endsWith('/messages')) return messageEvents(words)
  return path.endsWith('/responses') ? responseEvents(words) : chatEvents(words)
}

/** A stream that has begun, and how it ended. */
export interface Stream {
  readonly seen: Seen
  /** All that came, and whether the answer was whole. */
  readonly over: Promise<{ readonly text: string; readonly isWhole: boolean }>
}

const BODIES = {
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'hi' }] },
  '/v1/messages': { max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] },
  '/v1/responses': { input: 'hi' },
}
export type Path = keyof typeof BODIES

/** Resolves when a replica lets these in: what was made elsewhere is heard of a moment later. */
export async function known(at: GatewayHouse, headers: Readonly<Record<string, string>>): Promise<void> {
  while ((await fetch(`${at.url}/v1/models`, { headers })).status === 401);
}

/** Asks for a stream and resolves when its first words have come. */
export async function begin(
  { model }: Replicas,
  at: GatewayHouse,
  { path = '/v1/chat/completions', headers }: { path?: Path; headers: Readonly<Record<string, string>> },
): Promise<Stream> {
  await known(at, headers)
  const asked = model.next()
  const answer = await fetch(at.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'm', stream: true, ...BODIES[path] }),
  })
  if (!answer.ok || answer.body === null) throw new Error(await answer.text())
  const seen = await asked
  const begun = Promise.withResolvers<void>()
  let text = ''
  const read = async (): Promise<{ text: string; isWhole: boolean }> => {
    try {
      for await (const piece of answer.body ?? []) {
        text += Buffer.from(piece).toString()
        if (text.includes('Bonjour')) begun.resolve()
      }
      return { text, isWhole: true }
    } catch {
      return { text, isWhole: false }
    } finally {
      begun.resolve()
    }
  }
  const over = read()
  await begun.promise
  return { seen, over }
}

export const bearer = ({ key }: Pick<Key, 'key'>): { readonly authorization: string } => ({
  authorization: `Bearer ${key}`,
})
