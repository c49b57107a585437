import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import { z } from 'zod'
import type { TenantId } from '../../store/store.ts'
import { actionEntity } from './entities.ts'
import type { Entity, Question } from './expression.ts'
import { readCondition, refuse, uidOf } from './expression.ts'

const entity = z.object({ type: z.string(), id: z.string() })
const scope = z.discriminatedUnion('op', [
  z.object({ op: z.literal('All') }),
  z.object({ op: z.literal('=='), entity }),
  z.object({ op: z.literal('in'), entity }),
  z.object({ op: z.literal('is'), entity_type: z.string(), in: z.object({ entity }).optional() }),
])
const actionScope = z.union([
  z.object({ op: z.literal('All') }),
  z.object({ op: z.literal('=='), entity }),
  z.object({ op: z.literal('in'), entity }),
  z.object({ op: z.literal('in'), entities: z.array(entity) }),
])
/** A policy in Cedar's JSON form, as far as it is taken here. */
export const policyJson = z.object({
  effect: z.enum(['permit', 'forbid']),
  principal: scope,
  action: actionScope,
  resource: scope,
  conditions: z.array(z.object({ kind: z.enum(['when', 'unless']), body: z.unknown() })),
  annotations: z.record(z.string(), z.string().nullable()).optional(),
})
type PolicyJson = z.output<typeof policyJson>

/** A policy as it is kept. */
export const storedPolicy = z.object({
  name: z.string(),
  /** Counted from 1, of its first word. */
  line: z.int(),
  json: policyJson,
})
export type StoredPolicy = z.output<typeof storedPolicy>

/** A policy that is made ready. */
export interface Policy {
  readonly name: string
  readonly line: number
  /** What its author tells whom it stops. */
  readonly advice: string | null
  readonly actions: ReadonlySet<Action>
  /** Whether it can be about this principal at all. */
  concerns(principal: Entity): boolean
  forbids(question: Question): boolean
}

/** The policies of a tenant, ready to be asked without Cedar. */
export interface Compiled {
  /** Null of what is only checked. */
  readonly tenant: TenantId | null
  readonly version: number
  readonly policies: readonly Policy[]
  /** Those that are about an action. */
  readonly about: ReadonlyMap<Action, readonly Policy[]>
  /** Ids of collections that are named: all others get the same answers. */
  readonly collections: readonly string[]
  /** Names of groups that are named. */
  readonly groups: ReadonlySet<string>
}

/** @throws ExpressionError for a part of the language that is not taken */
export function compilePolicies(
  { tenant, version }: Pick<Compiled, 'tenant' | 'version'>,
  stored: readonly StoredPolicy[],
): Compiled {
  const policies = stored.map(compilePolicy)
  const names = stored.map(({ json }) => namesIn(json))
  const idsOf = (type: string): string[] => names.flat().flatMap((one) => (one.type === type ? [one.id] : []))
  return {
    tenant,
    version,
    policies,
    about: new Map(
      ALL_ACTIONS.map((action) => [action, policies.filter((policy) => policy.actions.has(action))]),
    ),
    collections: [...new Set(idsOf('Collection'))],
    groups: new Set(idsOf('Group')),
  }
}

const ADVICE = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,300}$/u

// The table is closed, so its keys are exactly these; Object.keys only says string.
const ALL_ACTIONS = Object.keys(ACTIONS) as readonly Action[]

/** @throws ExpressionError */
function compilePolicy({ name, line, json }: StoredPolicy): Policy {
  if (json.effect !== 'forbid') refuse('permits')
  const actions = actionsIn(json.action)
  const [principal, resource] = [readScope(json.principal), readScope(json.resource)]
  const conditions = json.conditions.map(({ kind, body }) => {
    const holds = readCondition(body)
    return kind === 'when' ? holds : (question: Question) => !holds(question)
  })
  const advice = json.annotations?.['advice'] ?? null
  if (advice !== null && !ADVICE.test(advice)) refuse('advice_form')
  return {
    name,
    line,
    advice,
    actions,
    concerns: principal,
    forbids: (question) => resource(question.resource) && conditions.every((holds) => holds(question)),
  }
}

function readScope(json: z.output<typeof scope>): (entity: Entity) => boolean {
  if (json.op === 'All') return () => true
  if (json.op === 'is') {
    const { entity_type: type } = json
    const within = json.in && uidOf(json.in.entity.type, json.in.entity.id)
    return (one) => one.type === type && (within === undefined || one.within.has(within))
  }
  const uid = uidOf(json.entity.type, json.entity.id)
  return json.op === '==' ? (one) => one.uid === uid : (one) => one.within.has(uid)
}

/** The actions that a policy is about by its head. */
export function actionsIn(json: PolicyJson['action']): ReadonlySet<Action> {
  if (json.op === 'All') return new Set(ALL_ACTIONS)
  if (json.op === '==') {
    const { id } = json.entity
    return new Set(ALL_ACTIONS.filter((action) => action === id))
  }
  const places = 'entities' in json ? json.entities : [json.entity]
  const uids = places.map(({ type, id }) => uidOf(type, id))
  return new Set(ALL_ACTIONS.filter((action) => uids.some((uid) => actionEntity(action).within.has(uid))))
}

interface Name {
  readonly type: string
  readonly id: string
}

/** Every entity that is named anywhere in it. */
export function namesIn(json: unknown): readonly Name[] {
  const names: Name[] = []
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    if (isName(part)) names.push(part)
    else for (const [key, inner] of Object.entries(part)) if (key !== 'annotations') look(inner)
  }
  look(json)
  return names
}

const isName = (part: object): part is Name =>
  'type' in part && typeof part.type === 'string' && 'id' in part && typeof part.id === 'string'
