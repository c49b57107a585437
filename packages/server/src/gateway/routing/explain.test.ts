import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { Explanation } from '@freehold/contract/routing.ts'
import { explainInput, explanation, routeInput, targetInput } from '@freehold/contract/routing.ts'
import { Fault } from '../../kernel/fault.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { assertLeaves } from '../../privacy/outbound.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { compileRouting } from './compile.ts'
import { explain } from './explain.ts'

const house = {
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: 'https://10.0.1.5',
  models: ['qwen'],
}
const cloud = { ...house, name: 'cloud', zone: 'managed', models: { fast: 'gpt-5-mini', qwen: 'gpt-5' } }
const claude = { ...cloud, name: 'claude', dialect: 'anthropic', models: ['*'] }
const tts = { name: 'tts', kind: 'service', zone: 'private', url: 'http://10.0.1.6' }
const nlp = { name: 'nlp', kind: 'service', zone: 'managed', url: 'https://nlp.example.com' }
const RULES = [
  { when: { service: ['nlp'], class: ['public'] }, to: ['nlp'] },
  { when: { service: ['tts', 'nlp'] }, to: ['tts'] },
  { when: { model: 'fast', class: ['public', 'internal'] }, to: ['cloud'] },
  { when: { class: ['public', 'internal'] }, to: ['cloud', 'house', 'claude', 'local'] },
  { when: { class: ['confidential'] }, to: ['house', 'cloud'] },
]

interface Who {
  readonly base?: DataClass
  readonly ceiling?: DataClass
  readonly limited?: boolean
  readonly kind?: 'key' | 'user'
}

function explained(
  asked: object,
  { base = 'public', ceiling = 'restricted', limited = false, kind = 'key' }: Who = {},
  routes: readonly unknown[] = RULES,
): Omit<Explanation, 'version'> {
  const targets = routes.length === 0 ? [] : [house, cloud, claude, tts, nlp]
  const { routing, problems } = compileRouting({
    file: {
      targets: targets.map((one) => guardTarget(targetInput.parse(one))),
      routes: routes.map((one) => routeInput.parse(one)),
    },
    settings: { targets: [], routes: [] },
    privateOnly: ['restricted'],
  })
  assert.deepEqual(problems, [])
  const caller = {
    tenant: tenantId('00000000-0000-4000-8000-000000000001'),
    principal: { kind, id: 'k1', name: null },
    baseClass: base,
    classCeiling: ceiling,
    budgets: limited ? [{ id: 'key:k1', limits: { moneyPerDay: 1 } }] : [],
  }
  const found = explain(caller, explainInput.parse(asked), { routing })
  const { version, ...said } = explanation.parse(found)
  assert.deepEqual({ ...said, version }, found)
  assert.equal(version, routing.version)
  return said
}

const say = (content: unknown) => ({ messages: [{ role: 'user', content }] })
const IMAGE = say([{ type: 'image_url', image_url: { url: 'https://x' } }])

test('a public request is shown with every attempt in its order', () => {
  assert.deepEqual(explained({ ...say('hello'), model: 'qwen' }), {
    class: 'public',
    because: ['key: public'],
    rule: 'file:4',
    attempts: [
      { target: 'cloud', zone: 'managed', model: 'gpt-5', desensitise: 'strict' },
      { target: 'house', zone: 'private', model: 'qwen', desensitise: null },
      { target: 'claude', zone: 'managed', model: 'qwen', desensitise: 'strict' },
      { target: 'local', zone: 'local', model: 'extract-1', desensitise: null },
    ],
    skipped: [],
    refused: null,
    cache: null,
  })
})

test('where the rule keeps answers it is said how long and for whom', () => {
  const kept = (cache: object) => explained(say('hello'), {}, [{ to: ['house'], cache }]).cache
  assert.deepEqual(kept({ ttlSeconds: 60 }), { ttlSeconds: 60, scope: 'principal' })
  assert.deepEqual(kept({ ttlSeconds: 60, scope: 'tenant' }), { ttlSeconds: 60, scope: 'tenant' })
})

test('a target that the gate would not let content out to today is skipped with the reason of the gate', () => {
  const {
    class: found,
    because,
    attempts,
    skipped,
    refused,
  } = explained({ ...IMAGE, model: 'qwen' }, { base: 'internal' })
  assert.deepEqual([found, because, refused], ['internal', ['key: internal'], null])
  assert.deepEqual(
    attempts.map(({ target }) => target),
    ['house', 'local'],
  )
  assert.match(skipped.at(-1)?.reason ?? '', /^This request is internal and holds content.*does not leave/)
  assert.deepEqual(
    [skipped.at(-1)?.target, skipped.at(-1)?.code, skipped.at(-1)?.params],
    ['claude', 'not_readable', { content: 'content that is not text' }],
  )
})

test('where nothing is left the request is refused as it would be', () => {
  const { rule, attempts, refused } = explained({ ...IMAGE, model: 'fast' }, { base: 'internal' })
  assert.deepEqual([rule, attempts], ['file:3', []])
  assert.equal(refused?.code, 'stays_home')
  assert.match(refused?.message ?? '', /This request is internal/)
})

test('an explanation and the gate never disagree, for no class and no content', () => {
  const contents = [
    'hello',
    [{ type: 'text', text: 'hello' }],
    [{ type: 'image_url', image_url: { url: 'x' } }],
  ]
  let held = 0
  for (const base of DATA_CLASSES)
    for (const content of contents)
      for (const opaque of ['allow', 'refuse'] as const) {
        const rules =
          base === 'restricted'
            ? [{ to: ['house'] }]
            : [{ when: { class: [base] }, to: ['cloud', 'house'], ...(base === 'public' && { opaque }) }]
        const { attempts, skipped } = explained({ ...say(content), model: 'qwen' }, { base }, rules)
        let leaves = base !== 'restricted'
        try {
          const found = Array.isArray(content) && content[0]?.type === 'image_url' ? 'an image' : null
          assertLeaves({
            class: base,
            opaque: found,
            allowOpaque: base === 'public' && opaque === 'allow',
          })
        } catch (error) {
          assert.ok(error instanceof Fault)
          leaves = false
        }
        if (!leaves) held += 1
        assert.equal(
          attempts.some(({ zone }) => zone === 'managed'),
          leaves,
        )
        assert.equal(
          skipped.some(({ target }) => target === 'cloud'),
          !leaves && base !== 'restricted',
        )
      }
  // Two rules and three contents: all of what is restricted stays, the image of the two below it, and of the public one under one rule.
  assert.equal(held, 2 * 3 + 2 * 2 + 1)
})

test('an image is named as what keeps a public request at home', () => {
  const image = say([{ type: 'image_url', image_url: { url: 'https://x' } }])
  const { skipped, attempts } = explained({ ...image, model: 'qwen' })
  assert.match(
    skipped.find(({ target }) => target === 'cloud')?.reason ?? '',
    /content that is not text, which cannot be read here/,
  )
  assert.deepEqual(
    attempts.map(({ zone }) => zone),
    ['private', 'local'],
  )
})

test('what is declared is named only where it raised the class', () => {
  const because = (declared: DataClass, base: DataClass): readonly string[] =>
    explained({ model: 'qwen', class: declared }, { base }).because
  assert.deepEqual(because('confidential', 'internal'), ['key: internal', 'declared: confidential'])
  assert.deepEqual(because('internal', 'internal'), ['key: internal'])
  assert.deepEqual(because('public', 'internal'), ['key: internal'])
  assert.deepEqual(explained({ model: 'qwen' }, { kind: 'user', base: 'internal' }).because, [
    'caller: internal',
  ])
})

test('a class above the ceiling is refused as the request would be', () => {
  assert.throws(
    () => explained({ model: 'qwen', class: 'restricted' }, { ceiling: 'confidential' }),
    (error) => error instanceof Fault && error.code === 'above_ceiling',
  )
})

test('a request for a service is explained by the rules for services, whatever it would hold', () => {
  const image = say([{ type: 'image_url', image_url: { url: 'https://x' } }])
  assert.deepEqual(explained({ ...image, service: 'nlp' }).attempts, [
    { target: 'nlp', zone: 'managed', model: null, desensitise: 'strict' },
  ])
  const { rule, attempts } = explained({ service: 'nlp' }, { base: 'confidential' })
  assert.deepEqual([rule, attempts[0]?.target], ['file:2', 'tts'])
  assert.throws(
    () => explained({ service: 'nlp', model: 'qwen' }),
    (error) => error instanceof Fault && error.param === 'service',
  )
})

test('without a model one is assumed that a target offers, and the built-in one where none does', () => {
  assert.deepEqual(
    explained(say('hello')).attempts.map(({ target, model }) => [target, model]),
    [
      ['cloud', 'gpt-5'],
      ['house', 'qwen'],
      ['claude', 'qwen'],
      ['local', 'extract-1'],
    ],
  )
  assert.deepEqual(explained(say('hello'), { base: 'restricted' }).attempts[0]?.target, 'local')
  assert.deepEqual(explained(say('hello'), {}, []), {
    class: 'public',
    because: ['key: public'],
    rule: null,
    attempts: [{ target: 'local', zone: 'local', model: 'extract-1', desensitise: null }],
    skipped: [],
    refused: null,
    cache: null,
  })
  assert.equal(explained({ dialect: 'anthropic' }).attempts[0]?.target, 'cloud')
  assert.equal(explained({ dialect: 'anthropic' }, { base: 'restricted' }).attempts[0]?.target, 'local')
})

test('the Anthropic dialect reaches the targets that offer the model, and the built-in engine by its name', () => {
  const reached = (model: string) =>
    explained({ model, dialect: 'anthropic' }).attempts.map(({ target }) => target)
  assert.deepEqual(reached('opus'), ['claude', 'local'])
  assert.deepEqual(reached('extract-1'), ['local'])
})

test('where no rule is for a request it is said what each of them lacks, and which models would answer', () => {
  const { refused, instead } = explained({ model: 'fast' }, { base: 'confidential' }, [
    ...RULES.slice(0, 4),
    { when: { class: ['confidential'], model: 'qwen' }, to: ['house'] },
    { when: { class: ['confidential'], model: 'gone' }, to: ['house'] },
  ])
  assert.equal(refused?.code, 'stays_home')
  assert.deepEqual(instead, {
    rules: [
      { rule: 'file:1', unmet: 'asked' },
      { rule: 'file:2', unmet: 'asked' },
      { rule: 'file:3', unmet: 'class' },
      { rule: 'file:4', unmet: 'class' },
      { rule: 'file:5', unmet: 'asked' },
      { rule: 'file:6', unmet: 'asked' },
    ],
    models: ['extract-1', 'qwen'],
  })
  assert.equal(explained({ model: 'qwen' }).instead, undefined)
})

test('no rule for this class is said as the request would hear it', () => {
  const { rule, attempts, refused } = explained({ model: 'qwen' }, { base: 'restricted' })
  assert.deepEqual([rule, attempts, refused?.code], [null, [], 'stays_home'])
})

test('a caller with a limit of money does not reach a target without a price', () => {
  const { attempts, skipped } = explained({ model: 'qwen' }, { limited: true })
  assert.equal(attempts[0]?.target, 'house')
  assert.match(skipped.at(-1)?.reason ?? '', /limit of money/)
  assert.equal(skipped.at(-1)?.code, 'no_price')
  assert.equal(explained({ model: 'fast' }, { limited: true }).refused?.code, 'no_route')
})

test('a rule with a share says whether this conversation is in it, and the same one always is', () => {
  const routes = [
    { when: { model: 'qwen', share: 0.5 }, to: ['house'] },
    { when: { model: 'qwen', share: 0, class: ['public'] }, to: ['cloud'] },
    { to: ['local'] },
  ]
  const sides = new Set<string>()
  for (let n = 0; n < 20; n += 1) {
    const asked = { ...say('hello'), model: 'qwen', conversation: `talk-${n}` }
    const found = explained(asked, {}, routes)
    const [half, none] = found.shares ?? []
    assert.deepEqual(none, { rule: 'file:2', share: 0, drawn: false })
    assert.equal(found.rule, half?.drawn ? 'file:1' : 'file:3')
    assert.deepEqual(explained(asked, {}, routes), found)
    sides.add(found.rule ?? '')
  }
  assert.deepEqual([...sides].toSorted(), ['file:1', 'file:3'])
  assert.equal(explained({ ...say('hello'), model: 'other' }, {}, routes).shares, undefined)
})
