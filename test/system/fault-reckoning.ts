import assert from 'node:assert/strict'
import type { RequestView } from '@freehold/contract/requests.ts'
import { eventsOf, readStream } from './client-answers.ts'
import { textFor } from './faulty-target.ts'
import type { FaultHouse, Name, Seen } from './gateway-faults.ts'
import { bodyOf, NAMES, PRICES, SCARCE, SPOKEN } from './gateway-faults.ts'
import { isComplete } from './stream-oracle.ts'

const isName = (text: unknown): text is Name => NAMES.some((name) => name === text)

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
