import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { RequestView } from '@freehold/contract/requests.ts'
import { eventsOf, readStream } from './client-answers.ts'
import type { FaultyTarget, Mood } from './faulty-target.ts'
import { faultyTarget, textFor } from './faulty-target.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { Api } from './recorded-streams.ts'
import type { Random } from './stream-mutations.ts'
import { below, oneOf, randomOf } from './stream-mutations.ts'
import { isComplete } from './stream-oracle.ts'

const PRICES = {
  alpha: { in: 1.25, out: 4.75 },
  beta: { in: 3, out: 5.5 },
  gamma: { in: 0.75, out: 7.25 },
} as const
type Name = keyof typeof PRICES
const NAMES = ['alpha', 'beta', 'gamma'] as const
const isName = (text: unknown): text is Name => NAMES.some((name) => name === text)
/** What a target speaks to a client of this API without translation. */
const SPOKEN: Readonly<Record<Api, readonly Name[]>> = {
  chat: ['alpha', 'beta'],
  messages: ['gamma'],
  responses: ['alpha'],
}

/** Money per day of the key that is to reach its limit. */
const SCARCE = 0.01
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

function bodyOf(api: Api, model: string, stream: boolean, tag: string): string {
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
  const text = await (await house.get('/metrics')).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}
/** Of the server itself. */
export const residentBytes = ({ house }: Pick<FaultHouse, 'house'>): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${house.pid}/status`, 'latin1'))?.[1]) * 1024
const activeRequests = (open: FaultHouse): Promise<number> => metric(open, 'freehold_streams_active')

/** What became of the requests, by end. */
export type Ends = Readonly<Record<string, number>>

/** Compares what clients saw, what targets served and what stands on record. @throws AssertionError */
export function reconcile(open: FaultHouse, seen: readonly Seen[], records: readonly RequestView[]): Ends {
  const byId = new Map(records.map((record) => [record.id, record]))
  assert.equal(byId.size, records.length, 'a request has two records')
  const ends: Record<string, number> = {}
  let turnedAway = 0
  for (const one of seen) {
    ends[one.end] = (ends[one.end] ?? 0) + 1
    const told = `${one.tag} (${one.api}, ${one.stream ? 'streamed' : 'whole'}, from ${one.target}): ${one.body.slice(-600)}`
    assert.notEqual(one.end, 'lost', told)
    if (one.id === null) continue
    const record = byId.get(one.id)
    // Whoever has too many requests under way is turned away before anything is written of the next.
    if (record === undefined && one.status === 429 && one.body.includes('The limit concurrent=')) {
      turnedAway += 1
      continue
    }
    assert.ok(record, `no record of ${told}`)
    checkOne(open, one, record, told)
  }
  const heads = seen.filter(({ id }) => id !== null).length - turnedAway
  assert.ok(
    records.length >= heads && records.length <= seen.length,
    `${records.length} records of ${seen.length} requests`,
  )
  return { ...ends, turnedAway }
}

/** After a kill: whatever had begun to answer is on record, and charged by its answer or with its reservation. */
export function reconcileKilled(
  open: FaultHouse,
  seen: readonly Seen[],
  records: readonly RequestView[],
): Ends {
  const byId = new Map(records.map((record) => [record.id, record]))
  assert.equal(byId.size, records.length, 'a request has two records')
  const ends: Record<string, number> = {}
  for (const one of seen) {
    ends[one.end] = (ends[one.end] ?? 0) + 1
    if (one.id === null || one.body.includes('The limit concurrent=')) continue
    const told = `${one.tag} (${one.api}, from ${one.target}): ${one.body.slice(-600)}`
    const record = byId.get(one.id)
    assert.ok(record, `no record of ${told}`)
    if (record.state === 'unknown') {
      ends['unknown'] = (ends['unknown'] ?? 0) + 1
      assert.equal(micros(record.cost), micros(record.reserved.cost), told)
    } else if (one.end === 'complete') checkComplete(open.targets, one, record, told)
  }
  return ends
}

const micros = (cost: number | null): number => Math.round((cost ?? 0) * 1e6)

function checkOne({ targets }: FaultHouse, one: Seen, record: RequestView, told: string): void {
  const arrived = NAMES.reduce((sum, name) => sum + (targets[name].arrivals.get(one.tag) ?? 0), 0)
  assert.ok(arrived <= record.attempts, `${arrived} calls and ${record.attempts} attempts: ${told}`)
  assert.ok(micros(record.cost) <= micros(record.reserved.cost), `dearer than reserved: ${told}`)
  if (one.end === 'complete') return checkComplete(targets, one, record, told)
  if (one.end === 'refused') {
    const { error }: { error: { message: unknown; code?: unknown } } = JSON.parse(one.body)
    assert.equal(typeof error.message, 'string', told)
    // What a target refused passes on and costs nothing.
    assert.equal(record.status, one.status, told)
    return assert.ok(record.state === 'failed' || (isName(one.target) && micros(record.cost) === 0), told)
  }
  if (one.end === 'broken') {
    assert.ok(one.stream, told)
    const last = eventsOf(one.body).at(-1)
    assert.equal(last?.name, 'error', told)
    assert.match(last.data ?? '', /upstream_(?:broke|timeout|down)/, told)
    assert.equal(record.state, 'failed', told)
    return
  }
  // Whoever leaves at the last moment leaves an answer that was whole.
  assert.ok(record.code === 'client_left' || record.state === 'settled' || record.state === 'failed', told)
}

function checkComplete(targets: FaultHouse['targets'], one: Seen, record: RequestView, told: string): void {
  assert.deepEqual(
    [record.state, record.code, record.status, record.target],
    ['settled', 'ok', 200, one.target],
    told,
  )
  assert.ok(isName(one.target), told)
  const served = targets[one.target].served.get(one.tag)
  assert.ok(served, `nobody served ${told}`)
  assert.ok(one.body.includes(`end-of-${one.tag}`), told)
  if (one.stream) assert.ok(isComplete(one.api, eventsOf(one.body)), told)
  if (one.stream && !SPOKEN[one.api].includes(one.target)) {
    assert.equal(wordsIn(one, told), textFor(one.tag), told)
  }
  const { input, output } = served
  assert.deepEqual(record.usage, { input, output, estimated: false }, told)
  const price = PRICES[one.target]
  assert.equal(micros(record.cost), Math.ceil(input * price.in + output * price.out), told)
}

function wordsIn({ api, body }: Seen, told: string): string {
  try {
    return readStream(api, body).words
  } catch (cause) {
    throw new Error(`not as its API wants it: ${told}`, { cause })
  }
}

/**
 * The usage of the day is the sum of its records, and nobody is over the limit by more than one request. Requests whose
 * end a kill lost are charged as much as they had reserved: what they did not spend of it, others may have spent since.
 */
export async function checkSums(open: FaultHouse): Promise<void> {
  const sums = new Map<string, number>()
  const unknown = new Map<string, number>()
  let dearest = 0
  for (const { principal, state, cost, reserved } of open.checked.values()) {
    sums.set(principal, (sums.get(principal) ?? 0) + micros(cost))
    if (state === 'unknown') unknown.set(principal, (unknown.get(principal) ?? 0) + micros(cost))
    dearest = Math.max(dearest, micros(reserved.cost))
  }
  const response = await open.house.get('/api/usage?by=principal', {
    authorization: `Bearer ${open.operator}`,
  })
  const { data }: { data: { name: string; cost: number }[] } = JSON.parse(await response.text())
  for (const [principal, sum] of sums) {
    assert.equal(micros(data.find(({ name }) => name === principal)?.cost ?? null), sum, principal)
  }
  const scarce = await limitedPrincipal(open)
  const known = (sums.get(scarce) ?? 0) - (unknown.get(scarce) ?? 0)
  assert.ok(known <= SCARCE * 1e6 + dearest, `${sums.get(scarce)}, of it ${known} known`)
}

/** Who may spend little, found by asking once. */
async function limitedPrincipal(open: FaultHouse): Promise<string> {
  const body = JSON.parse(bodyOf('chat', 'alpha', false, 'tag-0'))
  const response = await open.house.post('/v1/chat/completions', body, {
    authorization: `Bearer ${open.keys.scarce}`,
  })
  await response.text()
  const id = response.headers.get('x-freehold-request') ?? ''
  const record = await open.house.get(`/api/requests/${id}`, { authorization: `Bearer ${open.operator}` })
  const { principal }: RequestView = JSON.parse(await record.text())
  return principal
}

/** No place of the key with six is taken any more. */
export async function checkPlaces(open: FaultHouse): Promise<void> {
  const body: object = JSON.parse(bodyOf('chat', 'alpha', false, 'tag-0'))
  const asked = Array.from({ length: 6 }, () =>
    open.house.post('/v1/chat/completions', body, { authorization: `Bearer ${open.keys.six}` }),
  )
  for (const response of await Promise.all(asked)) {
    const text = await response.text()
    assert.ok(!text.includes('over_limit'), text)
  }
}

export async function closeFaultHouse({ house, targets }: FaultHouse): Promise<void> {
  await house.close()
  for (const name of NAMES) await targets[name].close()
}
