import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { requestView, usageView } from '@freehold/contract/requests.ts'
import type { WrittenLine } from '../../packages/server/src/gateway/records/source.ts'
import { requestsOf } from '../../packages/server/src/gateway/records/requests.ts'
import { closedAsUnknown } from '../../packages/server/src/gateway/records/write-ahead-line.ts'
import { openWriteAhead } from '../../packages/server/src/gateway/records/write-ahead.ts'
import { removeOlder } from '../../packages/server/src/audit/keeping/kept.ts'
import { oldRequests } from '../../packages/server/src/gateway/records/retention.ts'
import {
  createShipper,
  type Shipper,
  type ShipperOptions,
  type ShippingEvent,
} from '../../packages/server/src/gateway/records/shipping.ts'
import { Scratch } from '../../packages/server/src/gateway/records/scratch.ts'
import { writeLines } from '../../packages/server/src/gateway/records/shipping-rows.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { addTenant, asSuperuser, type OpenedStore, openTestStore } from './cluster.ts'
import { memoryLines, newPaper, request } from './written-lines.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
const NOON = Date.UTC(2027, 0, 15, 12)
const DAY_MS = 86_400_000
const clock = { now: () => NOON }
let opened: OpenedStore
let store: Store
let ours: TenantId
let theirs: TenantId

before(async () => {
  opened = await openTestStore(data, { poolSize: 4 })
  store = opened.store
  ours = store.home
  theirs = tenantId(await addTenant(data))
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})
beforeEach(() => asSuperuser(data, (client) => client.query('TRUNCATE request_record')))

const key = (tenant: TenantId, id: string): Caller => ({
  ...localOperator(tenant),
  principal: { kind: 'key', id, name: null },
  scopes: new Set(['requests']),
})

/** A file, its shipper and what is read behind it. The shipper is closed when the test ends. */
function house(
  t: { after(fn: () => Promise<void>): void },
  options: Partial<ShipperOptions> & { readonly lines?: ReturnType<typeof memoryLines> } = {},
) {
  const lines = options.lines ?? memoryLines()
  const events: ShippingEvent[] = []
  const heard = new EventTarget()
  const shipper: Shipper = createShipper({
    source: lines,
    store,
    onEvent: (event) => {
      events.push(event)
      heard.dispatchEvent(new Event(event.event))
    },
    pace: { gatherMs: 5, retryMs: 20, mostRetryMs: 40 },
    mostBehindBytes: () => 0,
    ...options,
  })
  t.after(() => shipper.close())
  const next = (name: ShippingEvent['event']) =>
    new Promise<void>((resolve) => heard.addEventListener(name, () => resolve(), { once: true }))
  return { lines, shipper, events, next, requests: requestsOf(store, shipper, clock) }
}

const rows = async () =>
  (await asSuperuser(data, (client) => client.query('SELECT * FROM request_record ORDER BY tenant_id, id')))
    .rows

const ship = (tenant: TenantId, wal: string, lines: readonly WrittenLine[]) =>
  store.withTenant({ tenant }, (tx) => writeLines(tx, wal, { lines, scratch: new Scratch() }))

const seen = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof Fault, String(error))
  return `${error.code} ${error.message}`
}

test('a record that was written a moment ago is found, whole, and its money is in the unit of the prices', async (t) => {
  const { lines, requests } = house(t)
  const one = request(ours)
  lines.admit(one.admitted)
  const me = key(ours, one.admitted.principal)
  const underWay = requestView.parse(await requests.read(me, one.id))
  assert.deepEqual(
    [underWay.state, underWay.status, underWay.usage, underWay.cost],
    ['admitted', null, null, null],
  )
  lines.settle(one.settled)
  assert.deepEqual(requestView.parse(await requests.read(me, one.id)), {
    id: one.id,
    state: 'settled',
    operation: 'chat.create',
    principal: 'keyAAAAAAAAA',
    at: '2027-01-15T12:00:00.000Z',
    settledAt: '2027-01-15T12:00:01.500Z',
    config: 'v1',
    rule: 'rule-1',
    class: 'confidential',
    classes: { base: 'internal', declared: null, conversation: null, found: 'confidential' },
    findings: { EMAIL: 2 },
    modelAsked: 'gpt-5.2',
    target: 'openai',
    zone: 'managed',
    model: 'gpt-5.2',
    attempts: 1,
    cached: false,
    status: 200,
    code: 'ok',
    bytesIn: 1200,
    bytesOut: { private: 0, managed: 1180 },
    masked: { EMAIL: 2 },
    timeToFirstTokenMs: 310.26,
    durationMs: 1500.5,
    usage: { input: 300, output: 100, estimated: false },
    cost: 0.001375,
    reserved: { tokens: 900, cost: 0.009 },
    record: 'strict',
  })
})

/** Every line of three requests, one of them unfinished. */
function threeRequests(): readonly WrittenLine[] {
  const lines = memoryLines()
  const [one, two, three] = [request(ours), request(ours), request(ours)]
  lines.admit(one.admitted)
  lines.admit(two.admitted)
  lines.settle(one.settled)
  lines.admit(three.admitted)
  lines.settle({ ...two.settled, state: 'failed', status: 502, code: 'upstream_down', costMicros: null })
  return lines.paper.lines
}

/** A fixed shuffle: the same seed gives the same order. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
  return items
    .map((item) => ({ item, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

test('whatever order lines come in, however often and in whatever batches, the rows are the same', async () => {
  const wal = crypto.randomUUID()
  const lines = threeRequests()
  await ship(ours, wal, lines)
  const expected = await rows()
  assert.deepEqual(
    expected.map((row) => String(row.state)).toSorted((a, b) => a.localeCompare(b)),
    ['admitted', 'failed', 'settled'],
  )
  for (let seed = 1; seed <= 25; seed += 1) {
    await asSuperuser(data, (client) => client.query('TRUNCATE request_record'))
    const order = shuffled([...lines, ...lines, ...lines], seed)
    for (let at = 0; at < order.length; at += 1 + (seed % 4)) {
      await ship(ours, wal, order.slice(at, at + 1 + (seed % 4)))
    }
    assert.deepEqual(await rows(), expected, `seed ${seed}`)
  }
})

test('the instant of a record is cut to its millisecond, by which pages are read on', async () => {
  const one = request(ours, { admitted: { atMs: NOON + 12.9996 }, settled: { atMs: NOON + 999.9995 } })
  const lines = memoryLines()
  lines.admit(one.admitted)
  lines.settle(one.settled)
  await ship(ours, crypto.randomUUID(), lines.paper.lines)
  const found = await asSuperuser(data, (client) =>
    client.query('SELECT at::text, settled_at::text FROM request_record'),
  )
  const [row] = found.rows
  assert.match(String(row.at), /:00\.012\+/)
  assert.match(String(row.settled_at), /:00\.999\+/)
})

test('what is there already is not written again', async () => {
  const wal = crypto.randomUUID()
  const lines = threeRequests()
  const versions = async () =>
    (
      await asSuperuser(data, (client) =>
        client.query('SELECT id, xmin, ctid FROM request_record ORDER BY id'),
      )
    ).rows
  await ship(ours, wal, lines)
  const before = await versions()
  await ship(ours, wal, lines)
  assert.deepEqual(await versions(), before)
})

test('an end without its beginning is kept, shown to nobody, and whole once the beginning comes', async (t) => {
  const { lines, shipper, requests } = house(t)
  const one = request(ours)
  lines.settle(one.settled)
  assert.equal(await shipper.flush(), true)
  assert.equal((await rows())[0]?.cost_micros, '1375')
  assert.deepEqual((await requests.list(localOperator(ours), { limit: 10 })).data, [])
  assert.match(await seen(requests.read(localOperator(ours), one.id)), /^not_found/)
  lines.admit(one.admitted)
  const record = await requests.read(localOperator(ours), one.id)
  assert.deepEqual([record.state, record.at, record.cost], ['settled', '2027-01-15T12:00:00.000Z', 0.001375])
})

test('a process that dies after the commit and before it could note it ships again and changes nothing', async (t) => {
  const died = Promise.withResolvers<void>()
  const never = new Promise<void>(() => undefined)
  const first = memoryLines(newPaper(), () => {
    died.resolve()
    return never
  })
  const { paper } = first
  createShipper({
    source: first,
    store,
    mostBehindBytes: () => 0,
    onEvent: () => undefined,
    pace: { gatherMs: 1 },
  })
  const one = request(ours)
  first.admit(one.admitted)
  first.settle(one.settled)
  await died.promise
  const committed = await rows()
  assert.deepEqual([committed.length, paper.shippedTo], [1, 0])
  const { shipper, lines } = house(t, { lines: memoryLines(paper) })
  assert.equal(await shipper.flush(), true)
  assert.deepEqual(await rows(), committed)
  await shipper.close()
  assert.equal(paper.shippedTo, lines.writtenTo)
})

test('what a killed process left in its file is in the database after the next start, open requests as unknown', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-wal-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const open = () =>
    openWriteAhead({
      directory,
      enabled: true,
      reserveBytes: () => 0,
      maxUnshippedBytes: () => Number.MAX_SAFE_INTEGER,
      clock,
      onEvent: () => undefined,
    })
  const shipAll = async () => {
    const file = await open()
    const { shipper, requests } = house(t, { source: file })
    assert.equal(await shipper.flush(), true)
    await shipper.close()
    await file.close()
    return requests
  }
  const killed = await open()
  const [over, lost] = [request(ours), request(ours)]
  await Promise.all([killed.admit(over.admitted), killed.admit(lost.admitted)])
  killed.settle(over.settled)
  // The line is written at the end of this turn; from then on the process may be gone.
  await setImmediate()

  const requests = await shipAll()
  const operator = localOperator(ours)
  assert.equal((await requests.read(operator, over.id)).state, 'settled')
  const unknown = await requests.read(operator, lost.id)
  assert.deepEqual([unknown.state, unknown.cost], ['unknown', 0.009])
  const written = await rows()
  // Without the note of how far it was shipped, all of it comes again.
  rmSync(join(directory, 'shipped'))
  await shipAll()
  assert.deepEqual(await rows(), written)
})

test('records wait while the database is away, nothing is lost, and it is told once it is back', async (t) => {
  const { lines, shipper, events, next, requests } = house(t)
  await opened.next('database.started')
  const failed = next('records.ship_failed')
  process.kill(opened.cluster?.pid ?? 0, 'SIGKILL')
  const all = Array.from({ length: 20 }, () => request(ours))
  for (const one of all) lines.admit(one.admitted)
  await failed
  for (const one of all) lines.settle(one.settled)
  assert.equal(await shipper.flush(1), false)
  const resumed = next('records.ship_resumed')
  await opened.next('database.started')
  await resumed
  assert.equal(await shipper.flush(), true)
  const { data } = await requests.list(localOperator(ours), { limit: 200 })
  assert.deepEqual(data.map((record) => record.id).toSorted(), all.map((one) => one.id).toSorted())
  assert.ok(data.every((record) => record.state === 'settled'))
  const retries = events.flatMap((event) => (event.event === 'records.ship_failed' ? [event.retryInMs] : []))
  assert.deepEqual([retries[0], Math.max(...retries) <= 40], [20, true])
})

test('nobody is told that a record is missing while lines still wait', async (t) => {
  const away = { ...store, withTenant: () => Promise.reject(new Fault('unavailable', 'away')) }
  const { lines, shipper } = house(t, { store: away })
  const one = request(ours)
  lines.admit(one.admitted)
  const impatient = { flush: () => shipper.flush(1) }
  const requests = requestsOf(store, impatient, clock)
  assert.match(await seen(requests.read(localOperator(ours), one.id)), /^unavailable/)
  assert.match(await seen(requests.findAnswer(localOperator(ours), 'x')), /^unavailable/)
})

test('lines of a deleted tenant are passed over and told, and hold up nobody', async (t) => {
  const gone = tenantId(await addTenant(data))
  await store.withTenant({ tenant: gone }, async () => undefined)
  const never = tenantId('018f0000-0000-7000-8000-00000000dead')
  await asSuperuser(data, (client) => client.query('DELETE FROM tenant WHERE id = $1', [gone]))
  const { lines, shipper, events } = house(t)
  for (const tenant of [gone, ours, never, theirs]) {
    for (let n = 0; n < 3; n += 1) lines.admit(request(tenant).admitted)
  }
  assert.equal(await shipper.flush(), true)
  assert.equal((await rows()).length, 6)
  const told = events.map((event) =>
    'tenant' in event ? [event.event, event.tenant, event.lines] : event.event,
  )
  assert.deepEqual(told, [
    ['records.tenant_gone', gone, 3],
    ['records.tenant_gone', never, 3],
  ])
})

test('a line that the database takes in no form is named and passed over', async (t) => {
  const { lines, shipper, events } = house(t)
  const all = Array.from({ length: 9 }, (_, n) =>
    request(ours, { admitted: n === 4 ? { rule: 'nul\0here' } : {} }),
  )
  for (const one of all) lines.admit(one.admitted)
  assert.equal(await shipper.flush(), true)
  assert.equal((await rows()).length, 8)
  assert.deepEqual(events, [{ event: 'records.line_refused', request: all[4]?.id, code: '22P05' }])
})

test('many lines are shipped in small batches, gathered while they come', async (t) => {
  const { lines, shipper } = house(t, { pace: { gatherMs: 50 } })
  for (let n = 0; n < 5000; n += 1) lines.admit(request(ours).admitted)
  assert.deepEqual(lines.reads, [])
  assert.equal(await shipper.flush(), true)
  assert.equal((await rows()).length, 5000)
  assert.ok(Math.max(...lines.reads) <= 1200, String(lines.reads))
})

test('lines that come while others are shipped are gathered again', async (t) => {
  const came = Promise.withResolvers<void>()
  const busy = memoryLines(newPaper(), async () => {
    busy.admit(request(ours).admitted)
    came.resolve()
  })
  const { shipper, requests } = house(t, { lines: busy, pace: { gatherMs: 60_000 } })
  busy.admit(request(ours).admitted)
  assert.equal(await shipper.flush(), true)
  await came.promise
  for (let n = 0; n < 5; n += 1) assert.equal((await rows()).length, 1)
  // The list asks for what there is.
  assert.equal((await requests.list(localOperator(ours), { limit: 10 })).data.length, 2)
})

test('while requests need the time lines wait, but not where somebody asks for them, nor without end', async (t) => {
  const busy = { isBusy: () => true, pace: { gatherMs: 5 } }
  const write = (lines: ReturnType<typeof memoryLines>): void => {
    for (let at = 0; at < 3000; at += 1) lines.admit(request(ours).admitted)
  }
  const patient = house(t, { ...busy, mostBehindBytes: () => Infinity })
  write(patient.lines)
  assert.equal(await patient.shipper.flush(), true)
  assert.equal((await rows()).length, 3000)
  const bounded = house(t, { ...busy, mostBehindBytes: () => 0 })
  const stored = new Promise<void>((resolve) => {
    const { lines } = bounded
    const looking = setInterval(() => {
      if (lines.shippedTo < lines.writtenTo) return
      clearInterval(looking)
      resolve()
    }, 5)
  })
  write(bounded.lines)
  await stored
  assert.ok(bounded.lines.reads.length < 10, String(bounded.lines.reads))
})

test('nobody sees a record of another tenant or of another principal, and cannot tell it from none', async (t) => {
  const { lines, requests } = house(t)
  const mine = request(ours, { admitted: { principal: 'mine' }, settled: { answer: 'hash-1' } })
  const colleague = request(ours, { admitted: { principal: 'colleague' }, settled: { answer: 'hash-2' } })
  const foreign = request(theirs, { admitted: { principal: 'mine' }, settled: { answer: 'hash-3' } })
  for (const one of [mine, colleague, foreign]) {
    lines.admit(one.admitted)
    lines.settle(one.settled)
  }
  const me = key(ours, 'mine')
  const idsOf = async (caller: Caller) =>
    (await requests.list(caller, { limit: 200 })).data.map((record) => record.id).toSorted()
  assert.deepEqual(await idsOf(me), [mine.id])
  assert.deepEqual(await idsOf(localOperator(ours)), [mine.id, colleague.id].toSorted())
  assert.deepEqual(await idsOf(localOperator(theirs)), [foreign.id])
  const none = await seen(requests.read(me, request(ours).id))
  for (const other of [colleague, foreign]) assert.equal(await seen(requests.read(me, other.id)), none)
  const usage = await requests.usage(me, { by: 'principal' })
  assert.deepEqual(
    usage.data.map(({ name, requests }) => [name, requests]),
    [['mine', 1]],
  )
  // Whoever runs the house reads everything, and yet goes on from no answer but its own.
  assert.deepEqual(await requests.findAnswer(me, 'hash-1'), { target: 'openai', class: 'confidential' })
  for (const hash of ['hash-2', 'hash-3', 'none']) assert.equal(await requests.findAnswer(me, hash), null)
  assert.equal(await requests.findAnswer(localOperator(ours), 'hash-1'), null)
})

test('with row-level security switched off the records of another tenant are seen: the test can tell', async (t) => {
  t.after(() =>
    asSuperuser(data, (client) => client.query('ALTER TABLE request_record ENABLE ROW LEVEL SECURITY')),
  )
  await asSuperuser(data, (client) => client.query('ALTER TABLE request_record DISABLE ROW LEVEL SECURITY'))
  const { lines, requests } = house(t)
  const foreign = request(theirs)
  lines.admit(foreign.admitted)
  assert.equal((await requests.read(localOperator(ours), foreign.id)).id, foreign.id)
})

test('pages reach every record once, newest first, while others are written', async (t) => {
  const { lines, shipper, requests } = house(t)
  // Many of the same millisecond: the id decides among them.
  const all = Array.from({ length: 60 }, (_, n) => request(ours, { admitted: { atMs: NOON - (n >> 3) } }))
  for (const one of all) lines.admit(one.admitted)
  await shipper.flush()
  const found: string[] = []
  const times: string[] = []
  let after: string | undefined
  do {
    const page = await requests.list(localOperator(ours), { limit: 7, after })
    found.push(...page.data.map((record) => record.id))
    times.push(...page.data.map((record) => record.at))
    after = page.next ?? undefined
    assert.ok((after ?? '').length <= 64)
    for (let n = 0; n < 5; n += 1) lines.admit(request(ours, { admitted: { atMs: NOON + 1000 } }).admitted)
  } while (after !== undefined)
  assert.deepEqual(found.toSorted(), all.map((one) => one.id).toSorted())
  assert.deepEqual(times, times.toSorted().toReversed())
})

test('a cursor that is none of ours is refused', async (t) => {
  const { requests } = house(t)
  for (const after of [
    '',
    'x',
    'zzzzzzzzzz-0123456789abcdef01234567',
    'zzzzzzzzz-0123456789abcdef0123456',
    "1-'; DROP TABLE request_record",
  ]) {
    assert.match(await seen(requests.list(localOperator(ours), { limit: 1, after })), /^invalid/)
  }
})

/** Yesterday, today and thirty days ago; one failed, one was never seen to end, one is under way. */
function fiveRequests(lines: ReturnType<typeof memoryLines>): void {
  const at = (atMs: number, principal: string) => ({ admitted: { atMs, principal } })
  const lost = request(ours, at(NOON, 'b'))
  const whole = [
    request(ours, at(NOON, 'a')),
    request(ours, {
      ...at(NOON - DAY_MS, 'a'),
      settled: { model: 'qwen3-32b', target: 'house', costMicros: null },
    }),
    request(ours, {
      ...at(NOON, 'b'),
      settled: {
        state: 'failed',
        status: 502,
        code: 'upstream_broke',
        target: null,
        model: null,
        costMicros: 25,
        outputTokens: 0,
      },
    }),
    { ...lost, settled: closedAsUnknown(lost.admitted, NOON) },
    request(ours, at(NOON - 30 * DAY_MS, 'a')),
  ]
  for (const one of whole) {
    lines.admit(one.admitted)
    lines.settle(one.settled)
  }
  lines.admit(request(ours, at(NOON, 'b')).admitted)
}

test('usage adds up by principal, target, model, tenant and day within the days asked for', async (t) => {
  const { lines, requests } = house(t)
  fiveRequests(lines)
  const operator = localOperator(ours)
  const sums = async (query: Parameters<typeof requests.usage>[1]) => {
    const view = usageView.parse(await requests.usage(operator, query))
    return view.data.map((row) => [row.name, row.requests, row.failed, row.input, row.output, row.cost])
  }
  assert.deepEqual(await sums({ by: 'principal' }), [
    ['b', 3, 2, 1200, 0, 0.009025],
    ['a', 2, 0, 600, 200, 0.001375],
  ])
  assert.deepEqual(await sums({ by: 'target' }), [
    [null, 3, 2, 1200, 0, 0.009025],
    ['openai', 1, 0, 300, 100, 0.001375],
    ['house', 1, 0, 300, 100, 0],
  ])
  assert.deepEqual(await sums({ by: 'model', from: '2027-01-14', to: '2027-01-14' }), [
    ['qwen3-32b', 1, 0, 300, 100, 0],
  ])
  assert.deepEqual(await sums({ by: 'tenant', from: '2026-12-01' }), [[ours, 6, 2, 2100, 300, 0.011775]])
  const usual = await requests.usage(operator, { by: 'tenant' })
  assert.deepEqual([usual.from, usual.to], ['2026-12-17', '2027-01-15'])
  assert.deepEqual(await sums({ by: 'day', from: '2027-01-14' }), [
    ['2027-01-15', 4, 2, 1500, 100, 0.0104],
    ['2027-01-14', 1, 0, 300, 100, 0],
  ])
  const upside = requests.usage(operator, { by: 'tenant', from: '2027-01-16', to: '2027-01-15' })
  assert.match(await seen(upside), /^invalid The period begins on 2027-01-16/)
  const endless = requests.usage(operator, { by: 'tenant', from: '2026-01-14', to: '2027-01-15' })
  assert.match(await seen(endless), /^invalid At most 366 days/)
  assert.equal((await requests.usage(operator, { by: 'tenant', from: '2026-01-15' })).data.length, 1)
})

test('records are deleted once they are old enough, in every tenant, and no younger one', async (t) => {
  const { lines, shipper, requests } = house(t)
  const old = { admitted: { atMs: NOON - 10 * DAY_MS - 1 } }
  const young = request(ours, { admitted: { atMs: NOON - 10 * DAY_MS } })
  for (let n = 0; n < 1500; n += 1) lines.admit(request(n % 2 === 0 ? ours : theirs, old).admitted)
  for (let n = 0; n < 1000; n += 1) lines.admit(request(ours, old).admitted)
  lines.admit(young.admitted)
  await shipper.flush()
  const removed = async () => (await removeOlder(store, oldRequests, { days: 10, nowMs: NOON })).removed
  assert.equal(await removed(), 2500)
  const left = await requests.list(localOperator(ours), { limit: 10 })
  assert.deepEqual(
    left.data.map((record) => record.id),
    [young.id],
  )
  assert.equal(await removed(), 0)
})

test('closing ends the wait of those who flush, and the rest is shipped by the next process', async (t) => {
  const { lines, shipper } = house(t, { pace: { gatherMs: 60_000 } })
  lines.admit(request(ours).admitted)
  await shipper.close()
  assert.equal(await shipper.flush(), false)
  const after = house(t, { lines: memoryLines(lines.paper) })
  assert.equal(await after.shipper.flush(), true)
  assert.equal((await rows()).length, 1)
})
