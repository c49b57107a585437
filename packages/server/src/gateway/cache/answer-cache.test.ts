import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import * as fc from 'fast-check'
import { localOperator } from '../../identity/local-operator.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { Rooms } from '../answer.ts'
import { decide } from '../decide.ts'
import { RuleLimits } from '../limits/rule-limits.ts'
import { ModelAsked } from '../model-asked.ts'
import type { ModelOperationId } from '../model-operations.ts'
import { MODEL_OPERATIONS } from '../model-operations.ts'
import type { RequestRecord } from '../record.ts'
import type { Reply } from '../reply.ts'
import { compileRouting } from '../routing/compile.ts'
import type { Hop } from '../routing/rule.ts'
import { keepingOf } from '../routing/rule.ts'
import { AnswerCache } from './answer-cache.ts'
import { KeptAnswers } from './kept-answers.ts'

type Steps = Rooms<ModelAsked, RequestRecord>

const target = (name: string, zone: string, dialect = 'openai') =>
  guardTarget(
    targetInput.parse({
      name,
      kind: 'model',
      zone,
      dialect,
      url: `https://${name}.example/v1`,
      models: ['*'],
    }),
  )
const TARGETS = [
  target('house', 'private'),
  target('vault', 'private'),
  target('cloud', 'managed'),
  target('claude', 'managed', 'anthropic'),
]
const NAMES = ['house', 'vault', 'house', 'cloud', 'claude', 'local']

const compiled = (rules: readonly unknown[], privateOnly: readonly DataClass[] = ['restricted']) =>
  compileRouting({
    file: { targets: TARGETS, routes: rules.map((rule) => routeInput.parse(rule)) },
    settings: { targets: [], routes: [] },
    privateOnly,
  }).routing
type Compiled = ReturnType<typeof compiled>

const caller = (tenant: number, principal: string, more: object = {}): Caller => ({
  ...localOperator(tenantId(`00000000-0000-4000-8000-00000000000${tenant}`)),
  principal: { kind: 'key', id: principal, name: null },
  ...more,
})

interface Sending {
  readonly caller: Caller
  readonly class: DataClass
  readonly operation?: ModelOperationId
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the answer to a request depends on; each answer of this house's targets is made of it. */
interface Said extends Omit<Sending, 'caller'> {
  readonly tenant: string
  readonly principal: string
  readonly version: string
  readonly rule: string | null
  readonly by: string
}

interface HouseOptions {
  /** Every answer lies under one key: the shelf without its net. */
  readonly isCareless?: boolean
  /** What a target answers. */
  readonly answer?: (said: Said) => Partial<Reply>
}

/** The cache around real decisions and targets that say who asked them for what. */
function house({ isCareless = false, answer }: HouseOptions = {}) {
  const hands = { routing: compiled([{ to: ['house'], cache: { ttlSeconds: 60 } }]), maxBytes: 1_000_000 }
  const shelf = new KeptAnswers({ nowMs: () => 0, maxBytes: () => hands.maxBytes })
  const only = (key: string): string => (isCareless ? 'all' : key)
  const recalled: string[] = []
  let calls = 0
  const cache = new AnswerCache({
    kept: {
      find: (key, maxAgeMs) => shelf.find(only(key), maxAgeMs),
      open: (key) => shelf.open(only(key)),
      keep: (key, from, plain) => shelf.keep(only(key), from, plain),
      hold: (bytes) => shelf.hold(bytes),
      letGo: (bytes) => shelf.letGo(bytes),
      get generation() {
        return shelf.generation
      },
    },
    bounds: () => ({ maxBytes: hands.maxBytes, maxEntryBytes: 10_000 }),
    counted: () => {},
    onKept: () => {},
  })
  const ruleLimits = new RuleLimits({ clock: { now: () => Date.now() }, refused: () => {} })
  const send = async (sending: Sending) => {
    const { operation = 'chat.complete', class: dataClass } = sending
    const classified = {
      class: dataClass,
      base: dataClass,
      declared: null,
      conversation: null,
      found: null,
      findings: {},
    }
    const said = (by: string, version: string, rule: string | null): Said => {
      const { caller: who, ...rest } = sending
      return { ...rest, tenant: who.tenant, principal: who.principal.id, version, rule, by }
    }
    const steps = cache.around({
      decide: (who, asked, { continued, record }) =>
        decide(
          { routing: hands.routing, of: () => assert.fail('nothing is dialled'), release: () => {} },
          { caller: who, asked, classified, bound: continued.bound, ruleLimits, record },
        ),
      async call(route): Promise<Reply> {
        calls += 1
        const [attempt] = route.attempts
        assert.ok(attempt)
        const by = attempt.zone === 'local' ? 'local' : attempt.target.name
        const what = said(by, route.version, route.rule)
        return {
          status: 200,
          zone: attempt.zone,
          target: by,
          model: 'm',
          class: route.class,
          masked: 0,
          headers: ['content-type', 'application/json', 'x-ratelimit-remaining', '7'],
          body: Buffer.from(JSON.stringify(what)),
          tokens: () => ({ input: 1, output: 1, estimated: false }),
          answerId: () => null,
          ...answer?.(what),
        }
      },
      // The cache takes no other step.
      ...({} as Omit<Steps, 'decide' | 'call'>),
    })
    const asked = new ModelAsked(
      MODEL_OPERATIONS[operation],
      { headers: sending.headers ?? {} },
      Buffer.from(sending.body),
    )
    const continued = { class: null, bound: null }
    const record = {
      ruled: () => {},
      recalling: async ({ target: { name } }: { target: { name: string } }) => void recalled.push(name),
    }
    // Of the record the steps need these alone.
    const visit = { record } as unknown as Parameters<Steps['call']>[2]
    const found = { classified, continued, request: 'req_1', record: visit.record }
    const route = steps.decide(sending.caller, asked, found)
    const reply = await steps.call(route, asked, visit)
    const body = Buffer.isBuffer(reply.body) ? reply.body.toString() : ''
    return { route, reply, body, cache: reply.headers.at(-1), said: said('', route.version, route.rule) }
  }
  return { hands, shelf, recalled, send, calls: () => calls }
}

const BODY = '{"model":"m","messages":[{"role":"user","content":"hi"}]}'
const ANN = caller(1, 'ann')
const PLAIN: Sending = { caller: ANN, class: 'internal', body: BODY }

test('the same request gets the same answer without a call, at no cost', async () => {
  const { send, calls, recalled } = house()
  const first = await send(PLAIN)
  const second = await send(PLAIN)
  assert.deepEqual([first.cache, second.cache, calls(), recalled], ['miss', 'hit', 1, ['house']])
  assert.equal(second.body, first.body)
  assert.deepEqual([second.reply.zone, second.reply.target, second.reply.model], ['private', 'house', 'm'])
  assert.ok(first.route.reservedTokens > 0)
  assert.deepEqual([second.route.reservedTokens, second.route.reservedMicros], [0, 0])
  assert.deepEqual(second.reply.tokens(), { input: 0, output: 0, estimated: false })
  assert.ok(!second.reply.headers.includes('x-ratelimit-remaining'), 'what is true once is not said again')
})

test('a rule without cache, and a cache of no bytes, keep nothing and say nothing', async () => {
  const { hands, send, calls, shelf } = house()
  hands.maxBytes = 0
  for (const _ of [1, 2]) assert.notEqual((await send(PLAIN)).cache, 'miss')
  hands.maxBytes = 1_000_000
  hands.routing = compiled([{ to: ['house'] }])
  for (const _ of [1, 2]) assert.notEqual((await send(PLAIN)).cache, 'miss')
  assert.deepEqual([calls(), shelf.size], [4, 0])
})

const OTHERS: Readonly<Record<string, Partial<Sending>>> = {
  tenant: { caller: caller(2, 'ann') },
  principal: { caller: caller(1, 'bob') },
  'one on whose behalf it is asked': { caller: caller(1, 'ann', { onBehalfOf: 'eve' }) },
  class: { class: 'confidential' },
  body: { body: BODY.replace('hi', 'ho') },
  'order of members': { body: '{"messages":[{"role":"user","content":"hi"}],"model":"m"}' },
  'stream flag': { body: BODY.replace('{', '{"stream":true,') },
  number: { body: BODY.replace('{', '{"temperature":1e400,') },
  header: { headers: { accept: 'text/event-stream' } },
  conversation: { headers: { 'x-freehold-conversation': 'c1' } },
}
for (const [what, other] of Object.entries(OTHERS)) {
  test(`a request with another ${what} is another request`, async () => {
    const { send, calls } = house()
    await send(PLAIN)
    assert.equal((await send({ ...PLAIN, ...other })).cache, 'miss')
    assert.equal((await send({ ...PLAIN, ...other })).cache, 'hit')
    assert.equal(calls(), 2)
  })
}

test('another version of the rules, and another rule, know nothing of the answers before', async () => {
  const { hands, send } = house()
  const rule = { to: ['house'], cache: { ttlSeconds: 60 } }
  await send(PLAIN)
  hands.routing = compiled([rule, { to: ['vault'] }])
  assert.equal((await send(PLAIN)).cache, 'miss')
  hands.routing = compiled([{ ...rule, when: { class: ['internal'] } }, rule])
  assert.equal((await send(PLAIN)).cache, 'miss')
})

test('where the rule says so a whole tenant shares its answers, but not those of a named conversation', async () => {
  const { hands, send } = house()
  hands.routing = compiled([{ to: ['house'], cache: { ttlSeconds: 60, scope: 'tenant' } }])
  const bob = caller(1, 'bob')
  await send(PLAIN)
  assert.equal((await send({ ...PLAIN, caller: bob })).cache, 'hit')
  assert.equal((await send({ ...PLAIN, caller: caller(2, 'ann') })).cache, 'miss')
  const headers = { 'x-freehold-conversation': 'c1' }
  await send({ ...PLAIN, headers })
  assert.equal((await send({ ...PLAIN, headers, caller: bob })).cache, 'miss')
})

test('what a client says with cache-control is followed', async () => {
  const { send, calls, shelf } = house()
  const ask = async (header: string) => (await send({ ...PLAIN, headers: { 'cache-control': header } })).cache
  assert.equal(await ask('no-store'), 'bypass')
  assert.equal(shelf.size, 0)
  assert.equal(await ask('no-cache'), 'miss')
  assert.equal(await ask('max-age=60'), 'hit')
  assert.equal(await ask('no-store'), 'bypass')
  assert.equal(await ask('no-cache'), 'miss')
  assert.equal(calls(), 4)
})

test('an answer that is no whole answer of the target is not kept', async () => {
  const cases: readonly Partial<Reply>[] = [
    { status: 429 },
    { status: 203 },
    { headers: ['content-type', 'text/html'] },
    { headers: [] },
    { body: Buffer.from('{"error":{"message":"no"}}') },
    { body: Buffer.alloc(10_001, '1') },
    { class: 'confidential' },
    { zone: 'local', target: 'local' },
  ]
  for (const given of cases) {
    const { send, shelf } = house({ answer: () => given })
    await send(PLAIN)
    assert.equal(shelf.size, 0, JSON.stringify(given))
  }
})

test('private-only content that a managed target may read is not kept, though the rules should have been refused', () => {
  const { targets } = compiled([])
  const [house, cloud] = [targets.get('house'), targets.get('cloud')]
  assert.ok(house && cloud)
  const keeping = { ttlMs: 1000, scope: 'principal' } as const
  const rule = {
    id: 'file:1',
    problems: [],
    desensitise: 'strict',
    opaque: false,
    keeping,
    classes: null,
    share: null,
    groups: new Map(),
    hedgeMs: null,
    salt: '',
    bounds: null,
  } as const
  const ask = {
    kind: 'model',
    model: 'm',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'restricted',
  } as const
  const kept = (hops: readonly Hop[], mayLeave: boolean) =>
    keepingOf({ ...rule, hops, concerns: () => true }, { ask, mayLeave })
  assert.equal(kept([house, cloud], false), null)
  assert.deepEqual([kept([house, cloud], true), kept([house, 'local'], false)], [keeping, keeping])
})

test('an answer on its way during a purge is not kept', async () => {
  const { send, shelf } = house({
    answer: () => {
      shelf.purge(caller(2, 'x').tenant)
      return {}
    },
  })
  await send(PLAIN)
  assert.equal(shelf.size, 0)
})

test('a caller who may not use the target of an answer is not given it', async () => {
  const { hands, send } = house()
  const cached = { ttlSeconds: 60, scope: 'tenant' }
  hands.routing = compiled([{ when: { class: ['public'] }, to: ['cloud', 'house'], cache: cached }])
  const open = { ...PLAIN, class: 'public' } as const
  assert.equal((await send(open)).reply.target, 'cloud')
  const counted = caller(1, 'bob', { budgets: [{ id: 'key:bob', limits: { moneyPerDay: 1 } }] })
  // A target without a price is nothing for whoever has a limit of money.
  const theirs = await send({ ...open, caller: counted })
  assert.deepEqual([theirs.cache, theirs.reply.target], ['miss', 'house'])
})

const PRIVATE_ONLY: readonly DataClass[] = ['restricted', 'confidential']
const rules = fc.array(
  fc.record({
    when: fc.record(
      {
        class: fc.uniqueArray(fc.constantFrom(...DATA_CLASSES), { minLength: 1 }),
        model: fc.constantFrom('*', 'm'),
      },
      { requiredKeys: [] },
    ),
    to: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }),
    cache: fc.record({ ttlSeconds: fc.constant(60), scope: fc.constantFrom('principal', 'tenant') }),
  }),
  { minLength: 1, maxLength: 4 },
)
const sendings = fc.record({
  caller: fc.constantFrom(ANN, caller(1, 'bob'), caller(2, 'ann')),
  class: fc.constantFrom<DataClass>('internal', 'confidential', 'restricted'),
  operation: fc.constantFrom<ModelOperationId>('chat.complete', 'chat.complete', 'messages.create'),
  body: fc.constantFrom(BODY, BODY.replace('hi', 'ho')).map((body) => body.replace('{', '{"max_tokens":9,')),
  headers: fc.constantFrom({}, {}, { 'x-freehold-conversation': 'c' }),
})
const acts = fc.array(fc.oneof({ weight: 20, arbitrary: sendings }, { weight: 1, arbitrary: rules }), {
  minLength: 60,
  maxLength: 120,
})

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 12)

/** What is wrong with a kept answer that was given to this request; null: nothing. */
function wrong(given: Said, now: Said, routing: Compiled): string | null {
  for (const name of ['tenant', 'class', 'version', 'rule', 'operation', 'body'] as const)
    if (given[name] !== now[name]) return `of another ${name}`
  const may = routing.decide({
    kind: 'model',
    model: 'm',
    dialect: now.operation === 'messages.create' ? 'anthropic' : 'openai',
    local: true,
    portable: true,
    class: now.class,
  })
  const scope = may.keeping?.scope
  const isOwn = given.principal === now.principal
  if (!isOwn && (scope !== 'tenant' || now.headers?.['x-freehold-conversation']))
    return 'of another principal'
  if (JSON.stringify(given.headers) !== JSON.stringify(now.headers)) return 'of other headers'
  if (!may.attempts.some((one) => one.zone !== 'local' && one.target.name === given.by))
    return 'of a target not allowed'
  const isPrivate = routing.privateOnly.has(now.class)
  const [names] = [may.attempts.map(({ zone }) => zone)]
  return isPrivate && names.includes('managed') ? 'of private-only content behind a managed target' : null
}

/** Everything that is wrong with the answers to a course of requests and changes of the rules. */
async function wrongsOf(
  course: readonly (Sending | readonly object[])[],
  isCareless: boolean,
): Promise<{ readonly hits: number; readonly wrongs: readonly string[] }> {
  const { hands, send } = house({ isCareless })
  const wrongs: string[] = []
  let hits = 0
  hands.routing = compiled([{ to: ['house'], cache: { ttlSeconds: 60 } }], PRIVATE_ONLY)
  for (const act of course) {
    if (!('caller' in act)) {
      hands.routing = compiled(act, PRIVATE_ONLY)
      continue
    }
    try {
      const { cache, body, said } = await send(act)
      if (cache !== 'hit') continue
      hits += 1
      // It was written by this house's own target.
      const found = wrong(JSON.parse(body) as Said, said, hands.routing)
      if (found !== null) wrongs.push(found)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
    }
  }
  return { hits, wrongs }
}

test('whatever the rules and whatever is kept, nobody is given what is not theirs, and private-only answers stay behind private targets', async () => {
  let given = 0
  const property = fc.asyncProperty(acts, async (course) => {
    const { hits, wrongs } = await wrongsOf(course, false)
    given += hits
    assert.deepEqual(wrongs, [])
  })
  await fc.assert(property, { numRuns: ROUNDS })
  assert.ok(given > ROUNDS, `only ${given} answers came from the cache`)
})

test('with one key for all answers the same requests are given foreign ones: the key is the net', async () => {
  const found = new Set<string>()
  const property = fc.asyncProperty(acts, async (course) => {
    for (const one of (await wrongsOf(course, true)).wrongs) found.add(one)
  })
  await fc.assert(property, { numRuns: ROUNDS })
  for (const what of ['tenant', 'class', 'version', 'body']) assert.ok(found.has(`of another ${what}`), what)
})
