import assert from 'node:assert/strict'
import type { Action, Scope } from '@freehold/contract/actions.ts'
import { ACTIONS, SCOPES } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, isWithin } from '@freehold/contract/data-class.ts'
import { ROLES } from '@freehold/contract/people.ts'
import { ZONES } from '@freehold/contract/zone.ts'
import * as fc from 'fast-check'
import { requireGrant } from '../../packages/server/src/identity/authorise.ts'
import { baselineText } from '../../packages/server/src/identity/policies/baseline.ts'
import { CedarEngine } from '../../packages/server/src/identity/policies/cedar-engine.ts'
import type { StoredPolicy } from '../../packages/server/src/identity/policies/compiled.ts'
import { compilePolicies } from '../../packages/server/src/identity/policies/compiled.ts'
import type { Standing } from '../../packages/server/src/identity/policies/entities.ts'
import {
  collectionEntity,
  contextOf,
  documentEntity,
  targetEntity,
  tenantEntity,
} from '../../packages/server/src/identity/policies/entities.ts'
import { Restraint } from '../../packages/server/src/identity/policies/restraint.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

const cedar = new CedarEngine()
const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const ASKED = (Object.keys(ACTIONS) as Action[]).filter((action) => ACTIONS[action] !== 'anyone')

interface Somebody {
  readonly standing: Standing
  readonly above: readonly Standing[]
  readonly customScopes: ReadonlySet<Scope>
}

const COLLECTIONS = ['c1', 'c2', 'c3']
const TARGETS = ['local', 'house', 'openai-eu', 'speech']
const GROUPS = ['staff', 'contractors']

const some = <T>(of: readonly T[]) => fc.subarray([...of])
const one = <T>(of: readonly T[]) => fc.constantFrom(...of)
const account = fc
  .record({ id: one(['u1', 'u2']), roles: some([...ROLES, 'support-lead']), groups: some(GROUPS) })
  .map(({ id, roles, groups }): Standing => ({
    kind: 'user',
    id,
    tenant,
    roles,
    groups,
    scopes: null,
    ceiling: 'restricted',
  }))
/** A person, a key of somebody, or a key of a key. */
const somebody: fc.Arbitrary<Somebody> = fc
  .record({
    person: account,
    keys: fc.array(fc.record({ scopes: fc.option(some(SCOPES)), ceiling: one(DATA_CLASSES) }), {
      maxLength: 2,
    }),
  })
  .map(({ person, keys }) => {
    const chain = keys.reduce<Standing[]>(
      ([maker = person, ...above], { scopes, ceiling }, at) => {
        const own = scopes === null ? maker.scopes : new Set(scopes)
        const within = own === null || maker.scopes === null ? own : own.intersection(maker.scopes)
        const highest = isWithin(ceiling, maker.ceiling) ? ceiling : maker.ceiling
        return [{ ...maker, kind: 'key', id: `k${at}`, scopes: within, ceiling: highest }, maker, ...above]
      },
      [person],
    )
    const [standing = person, ...above] = chain
    const customScopes = new Set<Scope>(person.roles.includes('support-lead') ? ['people'] : [])
    return { standing, above, customScopes }
  })

/** What is asked for. A document is asked for together with its collection. */
interface Thing {
  readonly action: Action
  readonly collection?: string
  readonly target?: { readonly name: string; readonly zone: (typeof ZONES)[number] }
  /** Of the document, or of what is sent; null: the collection, or the operation, itself. */
  readonly class: DataClass | null
}
const thing: fc.Arbitrary<Thing> = fc.oneof(
  fc.record({ action: one(ASKED), class: fc.constant(null) }),
  fc.record({
    action: one(['knowledge.read', 'knowledge.write'] as const),
    collection: one(COLLECTIONS),
    class: fc.option(one(DATA_CLASSES)),
  }),
  fc.record({
    action: one(['model.use', 'service.use'] as const),
    target: fc.record({ name: one(TARGETS), zone: one(ZONES) }),
    class: one(DATA_CLASSES),
  }),
)

/** The resources that must all be free. */
function resourcesOf({ action, collection, target, class: reached }: Thing) {
  if (target) return [targetEntity(tenant, action === 'model.use' ? 'Target' : 'Service', target)]
  if (collection === undefined) return [tenantEntity(tenant)]
  const there = collectionEntity(tenant, collection)
  return reached === null ? [there] : [there, documentEntity(tenant, { collection, class: reached })]
}

/** What Cedar says of each, for whoever asks and everybody above. */
function byCedar(
  restraint: Restraint,
  things: readonly Thing[],
  { policies, baseline }: { readonly policies: readonly StoredPolicy[]; readonly baseline: string },
): readonly boolean[] {
  const questions = things.map((each) =>
    resourcesOf(each).flatMap((resource) =>
      restraint.principals.map((principal) => ({
        principal,
        action: each.action,
        resource,
        context: contextOf(each.target ? each.class : null),
      })),
    ),
  )
  const answers = cedar.decide(policies, baseline, questions.flat())
  let at = 0
  return questions.map(({ length }) => answers.slice(at, (at += length)).every(({ allowed }) => allowed))
}

/** By the tables that requests are decided by. */
function byTables(restraint: Restraint, { action, collection, target, class: reached }: Thing): boolean {
  if (target && reached !== null)
    return restraint.target(target, action === 'model.use' ? 'Target' : 'Service', reached) === null
  if (collection === undefined) return restraint.operation(action) === null
  const reach = restraint.reach(action === 'knowledge.read' ? action : 'knowledge.write')
  const { isSeen, classes } = reach.named.get(collection) ?? reach.others
  return reached === null ? isSeen : classes.includes(reached)
}

const OWN = [{ name: 'support-lead', scopes: ['people'] as const }]

/** Conditions that fit what a policy is about, in every part of the language that is taken. */
const PRINCIPALS = [
  'principal',
  'principal is User',
  'principal is ApiKey in User::"u1"',
  'principal in Group::"staff"',
  'principal in Role::"admin"',
  'principal == User::"u2"',
  'principal in User::"u1"',
  'principal == ApiKey::"k1"',
]
const OF_ANY = [
  'principal.limited',
  'principal.ceiling >= 2',
  'principal.ceiling < 3 && 1 <= principal.ceiling',
  'principal.scopes.contains(Scope::"model")',
  'principal.scopes.containsAll([Scope::"keys", Scope::"audit"])',
  'principal.scopes.containsAny([Scope::"people", Scope::"service"])',
  'principal.scopes.isEmpty()',
  'principal in [Group::"contractors", Group::"nobody"] || principal in Role::"owner"',
  'principal is User',
  'principal is ApiKey in Group::"staff"',
  'principal in User::"u2"',
  '[User::"u1", User::"u2"].contains(principal)',
  'action in Action::"scope:knowledge"',
  'action == Action::"model.use"',
  '[Action::"key.read", Action::"knowledge.read"].contains(action)',
  'resource is Tenant',
  'principal != User::"u1"',
  'if principal.limited then principal.ceiling > 1 else principal in Group::"staff"',
  'principal.scopes == [Scope::"model", Scope::"keys"]',
]
const ABOUT: readonly (readonly [head: string, conditions: readonly string[]])[] = [
  ['action, resource', []],
  ['action in [Action::"scope:keys", Action::"operator", Action::"model.use"], resource', []],
  ['action == Action::"caller", resource', []],
  ['action in Action::"caller", resource', []],
  [
    'action, resource is Document',
    [
      'resource.class == DataClass::"confidential"',
      'resource.level > 1',
      'resource in Collection::"c1"',
      '[DataClass::"public", DataClass::"internal"].contains(resource.class)',
      'resource.level > principal.ceiling',
    ],
  ],
  ['action == Action::"knowledge.read", resource in Collection::"c2"', []],
  ['action in [Action::"knowledge.read", Action::"knowledge.write"], resource == Collection::"c1"', []],
  [
    'action == Action::"model.use", resource is Target',
    [
      'resource.zone == Zone::"managed"',
      'resource.name like "open*-eu"',
      'resource.name like "*o*"',
      'context has class && context.class == DataClass::"restricted"',
      'context has level && context.level >= 2',
      'resource == Target::"house"',
      'context has level && (context.level > principal.ceiling || resource.zone != Zone::"private")',
    ],
  ],
  [
    'action == Action::"service.use", resource == Service::"speech"',
    ['context has class && [DataClass::"public"].contains(context.class)'],
  ],
  ['action, resource in Tenant::"00000000-0000-7000-8000-000000000001"', []],
]
const policy = fc
  .record({
    principal: one(PRINCIPALS),
    about: one(ABOUT),
    any: some(OF_ANY),
    all: fc.boolean(),
    seed: fc.nat(),
    negated: fc.boolean(),
    kind: one(['when', 'unless']),
  })
  .map(({ principal, about: [head, own], any, all, seed, negated, kind }) => {
    const chosen = [...own.filter((_, at) => (seed >> at) % 2 === 1), ...any.slice(0, 2)].map(
      (text) => `(${text})`,
    )
    const joined = chosen.join(all ? ' && ' : ' || ')
    const body = joined === '' ? '' : ` ${kind} { ${negated ? `!(${joined})` : joined} }`
    return `forbid (${principal}, ${head})${body};`
  })

/** Without those that no request can meet, which are refused. */
function usableOf(texts: readonly string[]): {
  readonly policies: readonly StoredPolicy[]
  readonly text: string
} {
  const idle = new Set(cedar.read(texts.join('\n')).problems.map(({ line }) => line - 1))
  const text = texts.filter((_, at) => !idle.has(at)).join('\n')
  const { policies, problems } = cedar.read(text)
  assert.deepEqual(problems, [])
  return { policies, text }
}

const questions = fc.array(thing, { minLength: 10, maxLength: 30 })

/** Holds what was compiled against Cedar in so many made-up worlds. `kept`: what a compiler that fails would leave. Returns how much was forbidden and how much not. */
export function comparePolicies(
  worlds: number,
  kept: (policies: readonly StoredPolicy[]) => readonly StoredPolicy[] = (policies) => policies,
): { readonly forbidden: number; readonly free: number } {
  const seen = { forbidden: 0, free: 0 }
  const world = fc.property(
    fc.array(policy, { minLength: 1, maxLength: 6 }),
    somebody,
    questions,
    (texts, { standing, above }, things) => {
      const { policies, text } = usableOf(texts)
      const restraint = new Restraint(
        compilePolicies({ tenant, version: 1 }, kept(policies)),
        standing,
        above,
      )
      const baseline = 'permit (principal, action, resource);'
      const expected = byCedar(restraint, things, { policies, baseline })
      const found = things.map((each) => byTables(restraint, each))
      assert.deepEqual(found, expected, text)
      seen.free += found.filter((isFree) => isFree).length
      seen.forbidden += found.filter((isFree) => !isFree).length
    },
  )
  fc.assert(world, { numRuns: worlds })
  return seen
}

/** Holds the tables of roles, scopes and ceilings against the Cedar text that is shown of them. */
export function compareBaseline(worlds: number): { readonly forbidden: number; readonly free: number } {
  const seen = { forbidden: 0, free: 0 }
  const world = fc.property(somebody, questions, ({ standing, above, customScopes }, things) => {
    const none = compilePolicies({ tenant, version: 1 }, [])
    const baseline = baselineText(OWN)
    const expected = byCedar(new Restraint(none, standing, above), things, { policies: [], baseline })
    const found = things.map(
      ({ action, class: reached }) =>
        mayByRoles(standing, customScopes, action) && isWithin(reached ?? 'public', standing.ceiling),
    )
    assert.deepEqual(found, expected)
    seen.free += found.filter((isFree) => isFree).length
    seen.forbidden += found.filter((isFree) => !isFree).length
  })
  fc.assert(world, { numRuns: worlds })
  return seen
}

function mayByRoles({ roles, scopes }: Standing, customScopes: ReadonlySet<Scope>, action: Action): boolean {
  try {
    requireGrant({ roles, customScopes, scopes }, ACTIONS[action])
    return true
  } catch {
    return false
  }
}
