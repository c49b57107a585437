import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skip } from '@freehold/contract/skips.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput, TargetInput } from '@freehold/contract/routing.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import * as fc from 'fast-check'
import { guardTarget } from '../../kernel/target-definition.ts'
import { assertMayLeave, checkRouting, compileRouting } from './compile.ts'
import { withLeast } from './least.ts'
import type { Ask, Attempt, Lot } from './routing.ts'

const NOTHING = { targets: [], routes: [] }

const house: TargetInput = {
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: 'https://10.0.1.5:8443/v1',
  models: ['qwen3-32b'],
}
const cloud: TargetInput = {
  name: 'cloud',
  kind: 'model',
  zone: 'managed',
  dialect: 'openai',
  url: 'https://api.example.com/v1',
  models: { 'gpt-5': 'gpt-5-2026', 'qwen3-32b': 'gpt-5-mini' },
  price: { in: 1.25, out: 10 },
}
const claude: TargetInput = {
  ...cloud,
  name: 'claude',
  dialect: 'anthropic',
  url: 'https://api.example.net',
  models: ['*'],
}
const payment: TargetInput = {
  name: 'payment',
  kind: 'service',
  zone: 'private',
  url: 'http://10.0.1.5:8080',
}
const nlp: TargetInput = { name: 'nlp', kind: 'service', zone: 'managed', url: 'https://nlp.example.com' }
const ALL = [house, cloud, claude, payment, nlp]
const LEAVING: DataClass[] = ['public', 'internal', 'confidential']

const route = (value: unknown): RouteInput => routeInput.parse(value)
const parts = (targets: readonly TargetInput[], routes: readonly unknown[]) => ({
  targets: targets.map((one) => guardTarget(targetInput.parse(one))),
  routes: routes.map(route),
})
const compiled = (routes: readonly unknown[], targets: readonly TargetInput[] = ALL) =>
  compileRouting({ file: parts(targets, routes), settings: NOTHING, privateOnly: ['restricted'] }).routing
const problemsOf = (
  routes: readonly unknown[],
  targets: readonly TargetInput[] = ALL,
  privateOnly: readonly DataClass[] = ['restricted'],
) =>
  checkRouting({ ...parts(targets, routes), privateOnly }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
const chat = (model: string, dataClass: DataClass = 'internal'): Ask => ({
  kind: 'model',
  model,
  dialect: 'openai',
  local: true,
  portable: true,
  class: dataClass,
})
const names = (attempts: readonly Attempt[]) =>
  attempts.map((one) => (one.zone === 'local' ? 'local' : `${one.target.name}/${one.model ?? ''}`))

test('the first rule that matches decides, and its targets are tried in the order in which it names them', () => {
  const routing = compiled([
    { when: { class: ['restricted'] }, to: ['house'] },
    { when: { model: 'gpt-*', class: LEAVING }, to: ['cloud'] },
    { when: { model: '*', class: LEAVING }, to: ['house', 'cloud'] },
  ])
  assert.deepEqual(names(routing.decide(chat('gpt-5')).attempts), ['cloud/gpt-5-2026'])
  const both = routing.decide(chat('qwen3-32b'))
  assert.deepEqual([both.rule, names(both.attempts)], ['file:3', ['house/qwen3-32b', 'cloud/gpt-5-mini']])
  const secret = routing.decide(chat('qwen3-32b', 'restricted'))
  assert.deepEqual([secret.rule, names(secret.attempts)], ['file:1', ['house/qwen3-32b']])
})

test('a rule that matches and yields nothing refuses: the next rule is never asked', () => {
  const routing = compiled([
    { when: { model: 'gpt-5' }, to: ['house'] },
    { when: { class: LEAVING }, to: ['cloud'] },
  ])
  const { attempts, refused, skipped } = routing.decide(chat('gpt-5'))
  assert.deepEqual([attempts, refused?.code], [[], 'no_route'])
  assert.deepEqual(skipped, [
    { target: 'house', code: 'model_not_offered', params: {}, reason: 'it does not offer this model' },
  ])
})

test('where only the class stands in the way the refusal says so', () => {
  const routing = compiled([{ when: { model: 'gpt-*', class: ['public'] }, to: ['cloud'] }])
  assert.equal(routing.decide(chat('gpt-5')).refused?.code, 'stays_home')
  assert.equal(routing.decide(chat('other')).refused?.code, 'no_route')
})

test('rules for services and rules for models never match each other', () => {
  const routing = compiled([
    { to: ['house'] },
    { when: { service: 'payment' }, to: ['payment'] },
    { when: { service: ['nlp'], class: ['public'] }, to: ['nlp'] },
  ])
  const ask = (service: string, dataClass: DataClass): Ask => ({ kind: 'service', service, class: dataClass })
  assert.deepEqual(names(routing.decide(ask('payment', 'restricted')).attempts), ['payment/'])
  assert.deepEqual(names(routing.decide(ask('nlp', 'public')).attempts), ['nlp/'])
  assert.equal(routing.decide(ask('nlp', 'internal')).refused?.code, 'stays_home')
  assert.equal(routing.decide(ask('house', 'public')).refused?.code, 'no_route')
})

test('a target offers names by pattern; a name of its own goes before them, and none is listed', () => {
  const offering = (models: string[] | Record<string, string>) =>
    compiled([{ to: ['house'] }], [{ ...house, models }])
  const routing = offering(['qwen*', 'llama-?'])
  assert.deepEqual(names(routing.decide(chat('qwen3-32b')).attempts), ['house/qwen3-32b'])
  assert.equal(routing.decide(chat('my-qwen')).refused?.code, 'no_route')
  assert.deepEqual(routing.modelsFor('public', 'openai'), ['extract-1', 'llama-?'])
  const mapped = offering({ 'gpt-*': 'qwen3', 'gpt-5': 'qwen3-large', '*': '*' })
  assert.deepEqual(
    ['gpt-4', 'gpt-5', 'other'].flatMap((name) => names(mapped.decide(chat(name)).attempts)),
    ['house/qwen3', 'house/qwen3-large', 'house/other'],
  )
  assert.equal(mapped.knowsModel('gpt-*'), false)
  assert.deepEqual(problemsOf([], [{ ...house, models: { 'gpt-*': 'qwen-*' } }]), [
    'targets.0.models.gpt-*: is a name without *, or * alone for the name that was asked for',
  ])
})

test('extract-1 is asked before any rule, and only for chat completions', () => {
  const routing = compiled([{ when: { model: '*' }, to: ['house'] }])
  assert.deepEqual(routing.decide(chat('extract-1', 'restricted')).attempts, [
    { zone: 'local', target: 'local', model: 'extract-1' },
  ])
  const embedding: Ask = {
    kind: 'model',
    model: 'extract-1',
    dialect: 'openai',
    local: false,
    portable: true,
    class: 'public',
  }
  assert.equal(routing.decide(embedding).refused?.code, 'no_route')
})

test('without targets and rules every chat model name is answered at home and nothing else is', () => {
  const routing = compiled([], [])
  assert.deepEqual(names(routing.decide(chat('gpt-5')).attempts), ['local'])
  const embedding: Ask = {
    kind: 'model',
    model: 'e',
    dialect: 'openai',
    local: false,
    portable: false,
    class: 'public',
  }
  assert.equal(routing.decide(embedding).refused?.code, 'no_route')
  assert.deepEqual(routing.modelsFor('internal', 'openai'), ['extract-1'])
})

test('a rule may end at home, for any model name', () => {
  const routing = compiled([{ to: ['house', 'local'] }])
  assert.deepEqual(names(routing.decide(chat('anything')).attempts), ['local'])
  assert.deepEqual(names(routing.decide(chat('qwen3-32b')).attempts), ['house/qwen3-32b', 'local'])
})

test('a target of another dialect is tried in its place, for what can be translated', () => {
  const routing = compiled([{ when: { class: ['public'] }, to: ['claude', 'cloud'] }])
  const asked = {
    kind: 'model',
    model: 'gpt-5',
    dialect: 'anthropic',
    local: false,
    class: 'public',
  } as const
  assert.deepEqual(names(routing.decide({ ...asked, portable: true }).attempts), [
    'claude/gpt-5',
    'cloud/gpt-5-2026',
  ])
  const embeddings = { ...asked, dialect: 'openai', portable: false } as const
  const { attempts, skipped } = routing.decide(embeddings)
  assert.deepEqual(names(attempts), ['cloud/gpt-5-2026'])
  assert.deepEqual(skipped, [{ target: 'claude', ...skip('other_dialect', { dialect: 'anthropic' }) }])
})

test('models are listed only for callers whose class reaches them', () => {
  const routing = compiled([
    { when: { model: 'gpt-*', class: ['public'] }, to: ['cloud'] },
    { when: { model: 'qwen*' }, to: ['house'] },
  ])
  assert.deepEqual(routing.modelsFor('public', 'openai'), ['extract-1', 'qwen3-32b', 'gpt-5'])
  assert.deepEqual(routing.modelsFor('internal', 'openai'), ['extract-1', 'qwen3-32b'])
  assert.equal(routing.knowsModel('gpt-5-2026'), true)
  assert.equal(routing.knowsModel('whatever a client typed'), false)
})

const REFUSED: readonly (readonly [string, readonly unknown[], string])[] = [
  [
    'lists no classes',
    [{ to: ['cloud'] }],
    'routes.0.when: names a managed target, so it must list its classes',
  ],
  [
    'sends what never leaves',
    [{ when: { class: ['public', 'restricted'] }, to: ['house', 'cloud'] }],
    'routes.0.when.class.1: restricted never leaves, and this rule names a managed target',
  ],
  [
    'masks nothing of internal content',
    [{ when: { class: ['public', 'internal'] }, to: ['cloud'], desensitise: 'none' }],
    'routes.0.desensitise: none is for rules of class [public] only',
  ],
  [
    'lets unreadable content out',
    [{ when: { class: ['internal'] }, to: ['cloud'], opaque: 'allow' }],
    'routes.0.opaque: allow is for rules of class [public] only',
  ],
  ['names no target', [{ to: ['nobody'] }], 'routes.0.to.0: names no target'],
  ['names one twice', [{ to: ['house', 'house'] }], 'routes.0.to.1: is named twice'],
  ['mixes kinds', [{ to: ['payment'] }], 'routes.0.to.0: names a service in a rule for models'],
  [
    'mixes kinds the other way',
    [{ when: { service: 'payment' }, to: ['house'] }],
    'routes.0.to.0: names a model target in a rule for services',
  ],
  ['calls home a service', [{ when: { service: 'x' }, to: ['local'] }], 'routes.0.to.0: local is no service'],
]

for (const [what, routes, problem] of REFUSED) {
  test(`a rule that ${what} is refused when it is loaded`, () =>
    assert.deepEqual(problemsOf(routes), [problem]))
}

test('a class that the operator keeps at home counts like restricted', () => {
  assert.deepEqual(
    problemsOf([{ when: { class: ['confidential'] }, to: ['cloud'] }], ALL, ['confidential']),
    ['routes.0.when.class.0: confidential never leaves, and this rule names a managed target'],
  )
})

test('a managed target is reached over https and gets no token about callers', () => {
  const plain = { ...cloud, url: 'http://api.example.com' }
  assert.deepEqual(problemsOf([], [plain]), ['targets.0.url: a managed target is reached over https'])
  assert.deepEqual(problemsOf([], [{ ...cloud, url: 'http://localhost:1/v1' }]).length, 1)
  assert.deepEqual(problemsOf([], [{ ...cloud, url: 'http://127.0.0.1:1/v1' }]), [])
  const token = { ...cloud, auth: { jwt: { audience: 'x' } } }
  assert.match(problemsOf([], [token]).join(), /^targets\.0\.auth\.jwt: /)
  assert.deepEqual(problemsOf([], [{ ...cloud, realtime: true }]), [])
  assert.deepEqual(problemsOf([], [{ ...claude, realtime: true }]), [
    'targets.0.realtime: goes with the dialect openai',
  ])
})

test('names of the file win over those of the settings, and a broken rule refuses what it matches', () => {
  const { routing, problems } = compileRouting({
    file: parts([house], []),
    settings: parts(
      [{ ...cloud, name: 'house' }, cloud],
      [
        { when: { class: LEAVING, model: 'gpt-5' }, to: ['gone'] },
        { when: { class: LEAVING }, to: ['cloud'] },
      ],
    ),
    privateOnly: [],
  })
  assert.deepEqual(
    problems.map(({ origin, path }) => `${origin} ${path.join('.')}`),
    ['settings targets.0.name', 'settings routes.0.to.0'],
  )
  assert.equal(routing.targets.get('house')?.zone, 'private')
  assert.equal(routing.decide(chat('gpt-5')).refused?.code, 'no_route')
  assert.deepEqual(names(routing.decide(chat('qwen3-32b')).attempts), ['cloud/gpt-5-mini'])
})

test('the version changes with what decides and not with a credential', () => {
  const version = (target: TargetInput, routes: readonly unknown[]) => compiled(routes, [target]).version
  const rules = [{ to: ['house'] }]
  assert.equal(
    version({ ...house, auth: { apiKey: 'a' } }, rules),
    version({ ...house, auth: { apiKey: 'b' } }, rules),
  )
  assert.notEqual(version(house, rules), version(house, []))
  assert.notEqual(version(house, rules), version({ ...house, zone: 'managed' }, rules))
})

const aClass = fc.constantFrom(...DATA_CLASSES)
/** Mostly what is accepted: rules that are refused send nothing anywhere and would prove little. */
const aModelTarget = fc.oneof(
  { arbitrary: fc.constantFrom('house', 'cloud', 'claude', 'local'), weight: 12 },
  { arbitrary: fc.constantFrom('payment', 'gone'), weight: 1 },
)
const aServiceTarget = fc.oneof(
  { arbitrary: fc.constantFrom('payment', 'nlp'), weight: 8 },
  { arbitrary: fc.constantFrom('house', 'local'), weight: 1 },
)
const someClasses = fc.oneof(
  { arbitrary: fc.uniqueArray(fc.constantFrom(...LEAVING), { minLength: 1 }), weight: 4 },
  { arbitrary: fc.uniqueArray(aClass, { minLength: 1 }), weight: 1 },
)
const oftenAbsent = <T extends string>(word: T) =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, { arbitrary: fc.constant(word), weight: 1 })
const aPattern = fc.constantFrom('*', 'gpt-*', 'gpt-5', 'qwen3-32b', '*5', 'q*3*b')
const placed = (base: TargetInput, zone: TargetInput['zone']): TargetInput => ({
  ...base,
  zone,
  url: 'https://target.example.com',
})
const aTarget = fc
  .record({ base: fc.constantFrom(...ALL), zone: fc.constantFrom('private' as const, 'managed' as const) })
  .map(({ base, zone }) => placed(base, zone))
/** Often all but `local` as one group. */
const inGroups = (names: readonly string[]): fc.Arbitrary<readonly (string | readonly string[])[]> => {
  const members = names.filter((name) => name !== 'local')
  return fc.boolean().map((isGroup) => (isGroup && members.length > 1 ? [members] : names))
}
const aRoute = fc.record(
  {
    when: fc.record(
      {
        class: someClasses,
        model: fc.oneof(aPattern, fc.array(aPattern, { minLength: 1, maxLength: 3 })),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    ),
    to: fc.uniqueArray(aModelTarget, { minLength: 1, maxLength: 4 }).chain(inGroups),
    desensitise: oftenAbsent('none'),
    opaque: oftenAbsent('allow'),
  },
  { requiredKeys: ['to'] },
)
const aServiceRoute = fc.record(
  {
    when: fc.record(
      { service: fc.constantFrom('payment', 'nlp'), class: someClasses },
      { requiredKeys: ['service'] },
    ),
    to: fc.uniqueArray(aServiceTarget, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['when', 'to'] },
)
const anAsk: fc.Arbitrary<Ask> = fc.oneof(
  fc.record({
    kind: fc.constant('model' as const),
    model: fc.constantFrom('gpt-5', 'qwen3-32b', 'extract-1', 'other'),
    dialect: fc.constantFrom('openai' as const, 'anthropic' as const),
    local: fc.boolean(),
    portable: fc.boolean(),
    class: aClass,
  }),
  fc.record({
    kind: fc.constant('service' as const),
    service: fc.constantFrom('payment', 'nlp'),
    class: aClass,
  }),
)
const aLot: fc.Arbitrary<Lot> = fc.record({
  key: fc.string().map((key) => () => key),
  bound: fc.oneof(fc.constant(null), fc.constantFrom('house', 'cloud', 'local', 'gone')),
})
const aDefinition = fc.record({
  targets: fc.uniqueArray(aTarget, { minLength: 2, maxLength: 5, selector: ({ name }) => name }),
  routes: fc.array(fc.oneof(aRoute, aServiceRoute), { maxLength: 6 }),
})

const GENERATED = 10 * Number(process.env['LONG_ROUNDS'] ?? 12)

test('whatever is configured and asked, nothing private-only ever gets a managed attempt', () => {
  let managed = 0
  const property = fc.property(
    aDefinition,
    aDefinition,
    fc.uniqueArray(aClass, { maxLength: 3 }),
    fc.array(fc.record({ ask: anAsk, lot: aLot }), { minLength: 5, maxLength: 20 }),
    (file, settings, privateOnly, requests) => {
      const { routing } = compileRouting({
        file: parts(file.targets, file.routes),
        settings: parts(settings.targets, settings.routes),
        privateOnly,
      })
      for (const { ask, lot } of requests) {
        const { attempts, refused } = routing.decide(ask, lot)
        assert.equal(attempts.length === 0, refused !== null)
        for (const attempt of attempts) {
          assertMayLeave(attempt, ask.class, routing.privateOnly)
          if (attempt.zone !== 'managed') continue
          managed += 1
          assert.ok(ask.class !== 'restricted' && !privateOnly.includes(ask.class))
          if (attempt.desensitise === 'none' || attempt.opaque) assert.equal(ask.class, 'public')
        }
      }
    },
  )
  fc.assert(property, { numRuns: GENERATED })
  assert.ok(managed > 0, 'no generated rule led to a managed target')
})

test('the assertion at the door stops what compiling should have stopped', () => {
  const target = compiled([], [cloud]).targets.get('cloud')
  assert.ok(target)
  const attempt: Attempt = { zone: 'managed', target, model: 'gpt-5', desensitise: 'strict', opaque: false }
  assert.throws(() => assertMayLeave(attempt, 'restricted', new Set()), /about to leave/)
  assert.throws(() => assertMayLeave(attempt, 'internal', new Set<DataClass>(['internal'])), /about to leave/)
  assertMayLeave(attempt, 'internal', new Set())
})

test('a target and a tenant may ask for more masking than the rule, and never for less', () => {
  const careful: TargetInput = { ...cloud, desensitise: 'hipaa' }
  const rule = { when: { class: ['public'] }, to: ['cloud', 'claude'] }
  const handling = (more: object) => {
    const { routing } = compileRouting({
      file: parts([careful, claude], [{ ...rule, ...more }]),
      settings: NOTHING,
      privateOnly: ['restricted'],
      tenants: { acme: 'pipl', '*': 'gdpr' },
    })
    const { attempts } = routing.decide(chat('qwen3-32b', 'public'))
    return ['acme', 'other'].map((tenant) =>
      withLeast(attempts, routing.leastFor(tenant)).map((one) =>
        one.zone === 'managed' ? one.desensitise : '',
      ),
    )
  }
  assert.deepEqual(handling({ desensitise: 'gdpr' }), [
    ['gdpr+hipaa+pipl', 'gdpr+pipl'],
    ['gdpr+hipaa', 'gdpr'],
  ])
  assert.deepEqual(handling({ desensitise: 'none' }), [
    ['hipaa+pipl', 'pipl'],
    ['hipaa+gdpr', 'gdpr'],
  ])
  assert.deepEqual(compiled([{ ...rule, desensitise: 'none' }]).leastFor('acme'), null)
})

test('profiles that targets and tenants name must be there, and mean something', () => {
  const rules = [{ when: { class: ['public'] }, to: ['cloud'] }]
  assert.match(
    problemsOf(rules, [{ ...cloud, desensitise: 'ours' }])[0] ?? '',
    /^targets\.0\.desensitise: names no profile: there are strict/,
  )
  assert.match(
    problemsOf([], [{ ...house, desensitise: 'strict' }])[0] ?? '',
    /^targets\.0\.desensitise: has no meaning for a private target/,
  )
  const problems = checkRouting({ ...parts([], []), privateOnly: [], tenants: { '*': 'ours' } })
  assert.deepEqual(problems[0]?.path, ['privacy', 'tenants', '*'])
})
