import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import type { ExternalDatabase } from '../perf/gateway/external-database.ts'
import { startExternalDatabase } from '../perf/gateway/external-database.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel, withinOneDay } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { captureServer } from './gateway-upstream.ts'
import { emptyData, remove } from './house.ts'

/** Money per million tokens. */
const PRICE = { in: 3, out: 15 }

/** Several houses on one database and in front of one target, whose answers cost what the requests say. */
export interface Street {
  readonly target: CaptureServer
  readonly houses: GatewayHouse[]
  /** As the superuser, past row-level security. */
  readonly sql: Client
  /** Starts one more, or again the one of that number. */
  open(at?: number): Promise<GatewayHouse>
  close(): Promise<void>
}

export interface StreetOptions {
  readonly limits: object
  readonly targets?: (url: string) => readonly object[]
}

export async function openStreet({ limits, targets }: StreetOptions): Promise<Street> {
  await withinOneDay()
  const database: ExternalDatabase = await startExternalDatabase()
  const target = await captureServer(costly)
  const host = new URL(database.dsn.replace('postgres:', 'http:')).searchParams.get('host') ?? ''
  const houses: GatewayHouse[] = []
  const config = {
    database: database.dsn,
    targets: targets?.(target.url) ?? [privateModel(target.url, { price: PRICE })],
    routes: [{ to: targets === undefined ? ['house'] : ['first', 'second'] }],
    limits,
  }
  const sql = new Client({ host, user: 'postgres', database: 'freehold' })
  let isConnected = false
  return {
    target,
    houses,
    sql,
    async open(at = houses.length) {
      const known = houses[at]
      const data = known?.data ?? (await emptyData())
      const [first] = houses
      if (first && !known) await cp(join(first.data, 'keys'), join(data, 'keys'), { recursive: true })
      const house = await openGateway(config, { data })
      houses[at] = house
      if (!isConnected) await sql.connect()
      isConnected = true
      return house
    },
    async close() {
      for (const house of houses) await house.stop()
      await sql.end()
      await database.stop()
      await target.close()
      for (const { data } of houses) await remove(data)
    },
  }
}

/** Answers after `delayMs` of the request, and says that it took `completion` tokens. */
export const costly: Script = (seen, response) => {
  const { cost }: { cost: { completion: number; delayMs: number } } = JSON.parse(seen.body.toString('utf8'))
  setTimeout(() => {
    const body = Buffer.from(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: cost.completion },
      }),
    )
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }, cost.delayMs)
}

/** What became of one request, by the clock of the test. */
export interface Asked {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  /** 0 where the house went away. */
  readonly status: number
  readonly retryAfterS: number
  readonly message: string
}

/** @param key whose budget it comes out of */
export async function ask(
  house: GatewayHouse,
  key: string,
  cost: { readonly completion: number; readonly delayMs: number; readonly most?: number },
): Promise<Asked> {
  const fromMs = performance.now()
  try {
    const response = await house.post(
      '/v1/chat/completions',
      { model: 'm', max_tokens: cost.most ?? 60, cost, messages: [{ role: 'user', content: 'hi' }] },
      { authorization: `Bearer ${key}` },
    )
    const text = await response.text()
    return {
      id: response.headers.get('x-freehold-request') ?? '',
      fromMs,
      toMs: performance.now(),
      status: response.status,
      retryAfterS: Number(response.headers.get('retry-after') ?? 0),
      message: response.status === 200 ? '' : text,
    }
  } catch {
    return { id: '', fromMs, toMs: performance.now(), status: 0, retryAfterS: 0, message: '' }
  }
}

/** Asks without pause, in several voices, until told that only the next period helps, or until the house is gone. */
export async function hammer(
  house: GatewayHouse,
  { key, voices, seed }: { readonly key: string; readonly voices: number; readonly seed: number },
): Promise<readonly Asked[]> {
  const roll = dice(seed)
  const all: Asked[] = []
  const voice = async (): Promise<void> => {
    for (;;) {
      const one = await ask(house, key, {
        completion: Math.floor(roll() * 61),
        delayMs: Math.floor(roll() * 30),
      })
      all.push(one)
      if (one.status === 0 || one.retryAfterS > 1) return
    }
  }
  await Promise.all(Array.from({ length: voices }, voice))
  return all
}

/** Mulberry32: the same numbers for the same seed. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const idOf = (key: string): string => key.split('_')[1] ?? ''

interface Recorded {
  readonly id: string
  readonly state: string
  readonly reserved: number
  readonly cost: number
}

/** Millionths of money of every request of a key on record. */
export async function recordedOf({ sql }: Street, key: string): Promise<ReadonlyMap<string, Recorded>> {
  const { rows } = await sql.query<{ id: string; state: string; reserved: string; cost: string | null }>(
    `SELECT id, state, reserved_micros AS reserved, cost_micros AS cost FROM request_record
     WHERE principal = $1`,
    [idOf(key)],
  )
  return new Map(
    rows.map(({ id, state, reserved, cost }) => [
      id,
      { id, state, reserved: Number(reserved), cost: Number(cost ?? 0) },
    ]),
  )
}

/** Between the end of an answer and the moment at which it is settled, on a busy machine. */
const SETTLING_MS = 1000

/**
 * The requests that were refused although spending and open reservations were below the limit all the time from their
 * first byte to their refusal, by the highest that they can have been.
 */
export function refusedInVain(
  asked: readonly Asked[],
  records: ReadonlyMap<string, Recorded>,
  limit: number,
): readonly Asked[] {
  const admitted = asked.filter(({ status }) => status === 200)
  const mostAt = (ms: number): number =>
    admitted.reduce((sum, { id, fromMs, toMs }) => {
      const { reserved = 0, cost = 0 } = records.get(id) ?? {}
      if (ms < fromMs) return sum
      return sum + (ms <= toMs + SETTLING_MS ? Math.max(reserved, cost) : cost)
    }, 0)
  const refused = asked.filter(({ status }) => status === 429)
  // It changes only where a request begins or ends.
  const instants = admitted.flatMap(({ fromMs, toMs }) => [fromMs, toMs + SETTLING_MS])
  return refused.filter(({ fromMs, toMs }) =>
    [fromMs, ...instants.filter((ms) => ms > fromMs && ms < toMs)].every((ms) => mostAt(ms) < limit),
  )
}
