import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { FaultyTarget, Mood } from './faulty-target.ts'
import { faultyTarget } from './faulty-target.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { Api } from './recorded-streams.ts'
import type { Random } from './stream-mutations.ts'
import { below, oneOf, randomOf } from './stream-mutations.ts'

/** Money for a million tokens. */
export const PRICES = {
  alpha: { in: 1.25, out: 4.75 },
  beta: { in: 3, out: 5.5 },
  gamma: { in: 0.75, out: 7.25 },
} as const
export type Name = keyof typeof PRICES
export const NAMES = ['alpha', 'beta', 'gamma'] as const
/** What a target speaks to a client of this API without translation. */
export const SPOKEN: Readonly<Record<Api, readonly Name[]>> = {
  chat: ['alpha', 'beta'],
  messages: ['gamma'],
  responses: ['alpha'],
}

/** Money per day of the key that is to reach its limit. */
export const SCARCE = 0.01
const CLIENTS = 16
const MOST_TOKENS = 50

/** A house with three targets in changing moods, and clients with keys of several kinds. */
export interface FaultHouse {
  house: GatewayHouse
  readonly targets: Readonly<Record<Name, FaultyTarget>>
  /** Without limits; with six requests at once; with little money. */
  readonly keys: Readonly<Record<'free' | 'six' | 'scarce', string>>
  readonly operator: string
  readonly random: Random
  /** Requests so far. */
  count: number
  /** Records that were checked. */
  readonly checked: Map<string, RequestView>
}

export const faultConfig = (targets: FaultHouse['targets'], more: readonly object[] = []): object => {
  const timeouts = { connectMs: 500, firstByteMs: 700, idleMs: 500, totalMs: 5000 }
  const model = (name: Name, fields: object = {}): object =>
    privateModel(targets[name].url, { name, price: PRICES[name], timeouts, ...fields })
  return {
    circuit: { failures: 4, openMs: 300 },
    targets: [
      model('alpha'),
      model('beta', { responses: 'translated' }),
      model('gamma', { dialect: 'anthropic' }),
      ...more,
    ],
    routes: [
      { when: { model: 'alpha' }, to: ['alpha'] },
      { when: { model: 'gamma' }, to: ['gamma'] },
      { when: { model: 'any' }, to: ['alpha', 'beta', 'gamma'] },
      { to: ['gamma', 'beta'] },
    ],
  }
}

export async function openFaultHouse(seed: number): Promise<FaultHouse> {
  const random = randomOf(seed)
  const targets = {
    alpha: await faultyTarget(random),
    beta: await faultyTarget(random),
    gamma: await faultyTarget(random),
  }
  const house = await openGateway(faultConfig(targets))
  const keys = {
    free: await house.key(),
    six: await house.key('--limit', 'moneyPerDay=1000', '--limit', 'concurrent=6'),
    scarce: await house.key('--limit', `moneyPerDay=${SCARCE}`),
  }
  return {
    house,
    targets,
    keys,
    operator: await house.key('--scope', '*'),
    random,
    count: 0,
    checked: new Map(),
  }
}

/** One request and what its client saw of it. */
export interface Seen {
  readonly tag: string
  readonly api: Api
  readonly stream: boolean
  /** Null where no head came. */
  readonly id: string | null
  readonly target: string | null
  readonly end: 'complete' | 'refused' | 'broken' | 'left' | 'lost'
  readonly body: string
  readonly status: number
}

const PATHS: Readonly<Record<Api, string>> = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
}

/** What a client of this API asks. */
export function bodyOf(api: Api, model: string, stream: boolean, tag: string): string {
  const messages = [
    { role: 'user', content: `Please answer ${tag} in a few words, and say where it begins and ends.` },
  ]
  if (api === 'responses')
    return JSON.stringify({ model, stream, input: messages, max_output_tokens: MOST_TOKENS })
  return JSON.stringify({ model, stream, messages, max_tokens: MOST_TOKENS })
}

interface Asking {
  readonly agent: Agent
  readonly leaveAfterMs: number | null
}

/** Asks once, in a way that is drawn; some clients leave early. */
function ask(
  { house, random, keys }: FaultHouse,
  tag: string,
  { agent, leaveAfterMs }: Asking,
): Promise<Seen> {
  const api = oneOf(random, ['chat', 'messages', 'responses'] as const)
  const stream = random() < 0.6
  const body = bodyOf(api, oneOf(random, ['any', 'any', 'alpha', 'gamma', 'mixed']), stream, tag)
  const headers = {
    authorization: `Bearer ${random() < 0.05 ? keys.scarce : random() < 0.4 ? keys.six : keys.free}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    let head: { readonly status: number; readonly headers: IncomingHttpHeaders } | null = null
    let hasLeft = false
    const parts: Buffer[] = []
    const hang = setTimeout(
      () => reject(new assert.AssertionError({ message: `${tag} does not end` })),
      30_000,
    )
    const over = (isWhole: boolean): void => {
      clearTimeout(hang)
      const text = Buffer.concat(parts).toString()
      const status = head?.status ?? 0
      const named = (name: string): string | null => {
        const value = head?.headers[name]
        return typeof value === 'string' ? value : null
      }
      const end =
        hasLeft && !isWhole
          ? 'left'
          : status === 0
            ? 'lost'
            : status >= 400 && isWhole
              ? 'refused'
              : isWhole
                ? 'complete'
                : 'broken'
      resolve({
        tag,
        api,
        stream,
        id: named('x-freehold-request'),
        target: named('x-freehold-target'),
        end,
        body: text,
        status,
      })
    }
    const call = request(house.url + PATHS[api], { method: 'POST', agent, headers }, (response) => {
      head = { status: response.statusCode ?? 0, headers: response.headers }
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => {})
      response.on('close', () => over(response.complete))
    })
    call.on('error', () => over(false))
    call.end(body)
    if (leaveAfterMs === null) return
    setTimeout(() => {
      hasLeft = true
      call.destroy()
    }, leaveAfterMs)
  })
}

const MOODS: readonly Mood[] = ['good', 'good', 'rough', 'rough', 'bad', 'away']

/** Asks without pause for so long, while targets change their moods and the configuration is read again. */
export async function ride(
  open: FaultHouse,
  ms: number,
  isOver: () => boolean = () => false,
): Promise<readonly Seen[]> {
  const { random, targets } = open
  const until = performance.now() + ms
  const isOn = (): boolean => performance.now() < until && !isOver()
  const seen: Seen[] = []
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (isOn()) {
      open.count += 1
      const leaveAfterMs = random() < 0.1 ? below(random, 120) : null
      seen.push(await ask(open, `tag-${open.count}`, { agent, leaveAfterMs }))
    }
    agent.destroy()
  }
  const changing = async (): Promise<void> => {
    for (let step = 1; isOn(); step += 1) {
      await targets[oneOf(random, NAMES)].turn(oneOf(random, MOODS))
      if (step % 10 === 0) {
        await open.house.rewrite(
          faultConfig(
            targets,
            step % 20 === 0 ? [] : [privateModel('http://127.0.0.1:1', { name: 'spare' })],
          ),
        )
      }
      await pause(100 + below(random, 200))
    }
    for (const name of NAMES) await targets[name].turn('good')
  }
  await Promise.all([changing(), ...Array.from({ length: CLIENTS }, client)])
  return seen
}

/** The same ride, but the server is killed in its middle and started again. */
export async function rideAndKill(open: FaultHouse, ms: number): Promise<readonly Seen[]> {
  let isKilled = false
  const riding = ride(open, ms * 2, () => isKilled)
  await pause(ms / 2 + open.random() * ms)
  await open.house.kill()
  isKilled = true
  const seen = await riding
  open.house = await openGateway(faultConfig(open.targets), { data: open.house.data })
  return seen
}

/** All records since the last time, once nothing is under way any more; each request has one. */
export async function newRecords(open: FaultHouse): Promise<readonly RequestView[]> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const records = await recordsAfter(open)
    if (records.every(({ state }) => state !== 'admitted') && (await activeRequests(open)) === 0) {
      for (const record of records) open.checked.set(record.id, record)
      return records
    }
    assert.ok(Date.now() < deadline, 'requests stay under way')
    await pause(100)
  }
}

async function recordsAfter({ house, operator, checked }: FaultHouse): Promise<readonly RequestView[]> {
  const found: RequestView[] = []
  for (let after = ''; ;) {
    const response = await house.get(`/api/requests?limit=200${after}`, {
      authorization: `Bearer ${operator}`,
    })
    const { data, next }: { data: RequestView[]; next: string | null } = JSON.parse(await response.text())
    const fresh = data.filter(({ id }) => !checked.has(id))
    found.push(...fresh)
    if (next === null || fresh.length === 0) return found
    after = `&after=${encodeURIComponent(next)}`
  }
}

async function metric({ house }: Pick<FaultHouse, 'house'>, name: string): Promise<number> {
  const text = await house.metrics()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}
/** Of the server itself. */
export const residentBytes = ({ house }: Pick<FaultHouse, 'house'>): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${house.pid}/status`, 'latin1'))?.[1]) * 1024
const activeRequests = (open: FaultHouse): Promise<number> => metric(open, 'freehold_streams_active')

export async function closeFaultHouse({ house, targets }: FaultHouse): Promise<void> {
  await house.close()
  for (const name of NAMES) await targets[name].close()
}
