import { setImmediate } from 'node:timers/promises'
import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { policiesChecked, PolicyAnswer, policyQuestion } from '@freehold/contract/policies.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { TenantId } from '../../store/store.ts'
import { requireGrant } from '../authorise.ts'
import type { Caller } from '../caller.ts'
import { rightsOfKey, rightsOfService } from '../rights.ts'
import type { Roster } from '../roster.ts'
import type { Compiled } from './compiled.ts'
import { collectionEntity, documentEntity, targetEntity, tenantEntity } from './entities.ts'
import { restraintOfAccount, restraintOfKey, restraintOfService } from './restraining.ts'
import type { Asked, Restraint } from './restraint.ts'

type Seen = PolicyAnswer['decisions'][number]['principal']
type Decision = PolicyAnswer['decisions'][number]

/** A person, a service account or a key, with what is theirs without policies. */
export interface Candidate {
  readonly seen: Seen
  readonly rights: Pick<Caller, 'roles' | 'customScopes' | 'scopes' | 'classCeiling'>
  readonly restraint: (compiled: Compiled) => Restraint | null
}

/** Who could ask for anything: people first, then service accounts, then keys whose makers are there. */
export function candidates(roster: Roster, tenant: TenantId): readonly Candidate[] {
  const people = roster.accounts(tenant).map((account): Candidate => ({
    seen: { kind: 'user', id: account.id, name: account.name },
    rights: {
      roles: account.roles,
      customScopes: account.customScopes,
      scopes: null,
      classCeiling: 'restricted',
    },
    restraint: (compiled) => restraintOfAccount(account, compiled),
  }))
  const services = roster.services(tenant).map((service): Candidate => {
    const { roles, customScopes, scopes, ceiling } = rightsOfService(service)
    return {
      seen: { kind: 'service', id: service.id, name: service.name },
      rights: { roles, customScopes, scopes, classCeiling: ceiling },
      restraint: (compiled) => restraintOfService(service, compiled),
    }
  })
  const keys = roster.keys(tenant).flatMap((key): readonly Candidate[] => {
    const rights = rightsOfKey(key, roster)
    if (rights === null) return []
    const { roles, customScopes, scopes, ceiling } = rights
    return [
      {
        seen: { kind: 'key', id: key.id, name: key.name },
        rights: { roles, customScopes, scopes, classCeiling: ceiling },
        restraint: (compiled) => restraintOfKey(key, roster, compiled),
      },
    ]
  })
  return [...people, ...services, ...keys]
}

type Question = z.output<typeof policyQuestion>

/** The zone of a target; null for one that is not there. */
export type ZoneOf = (name: string) => Zone | null

/** What is asked of policies, one after the other: a document is asked for together with its collection. */
export interface AskedQuestion {
  readonly steps: readonly Asked[]
  /** Of the document, or of what is sent; null where none is. */
  readonly class: DataClass | null
}

/**
 * What a question asks for. Content that is sent is taken to be internal where its class is not said.
 * @throws Fault `invalid` for a resource that the action is not about
 */
export function askedOf(
  tenant: string,
  { action, resource }: Pick<Question, 'action' | 'resource'>,
  zoneOf: ZoneOf,
): AskedQuestion {
  const { collection, target, service, class: reached } = resource
  const operation: Asked = { action, resource: tenantEntity(tenant), class: null }
  if (collection !== undefined) {
    requireAbout(action, ['knowledge.read', 'knowledge.write'], 'collection')
    const there = { action, resource: collectionEntity(tenant, collection), class: null }
    if (reached === undefined) return { steps: [operation, there], class: null }
    const document = documentEntity(tenant, { collection, class: reached })
    return { steps: [operation, there, { action, resource: document, class: null }], class: reached }
  }
  const name = target ?? service
  if (name === undefined) {
    if (reached !== undefined)
      throw new Fault('invalid', 'resource.class: goes with a collection, a target or a service.', {
        param: 'resource.class',
      })
    return { steps: [operation], class: null }
  }
  const field = target === undefined ? 'service' : 'target'
  requireAbout(action, [target === undefined ? 'service.use' : 'model.use'], field)
  const zone = name === 'local' ? 'local' : zoneOf(name)
  if (zone === null)
    throw new Fault('invalid', `resource.${field}: there is no target of this name.`, {
      param: `resource.${field}`,
    })
  const type = target === undefined ? 'Service' : 'Target'
  const entity = targetEntity(tenant, type, { name, zone })
  const sent = reached ?? 'internal'
  return { steps: [operation, { action, resource: entity, class: sent }], class: sent }
}

function requireAbout(action: Action, actions: readonly Action[], field: string): void {
  if (actions.includes(action)) return
  throw new Fault('invalid', `resource.${field}: goes with the action ${actions.join(' or ')}.`, {
    param: `resource.${field}`,
  })
}

/** `compiled`: null where there are no policies. */
export function decisionOf(
  { seen, rights, restraint }: Candidate,
  { steps, class: reached }: AskedQuestion,
  compiled: Compiled | null,
): Decision {
  const own = compiled && restraint(compiled)
  const policies = own === null ? [] : steps.flatMap((one) => own.all(one))
  const missing = missingOf(rights, steps, reached)
  return {
    principal: seen,
    allowed: missing === null && policies.length === 0,
    missing,
    policies: [...new Set(policies)].map(({ name, line }) => ({ name, line })),
  }
}

function missingOf(
  rights: Candidate['rights'],
  asked: readonly Asked[],
  reached: DataClass | null,
): string | null {
  try {
    for (const { action } of asked) requireGrant(rights, ACTIONS[action])
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
  const { classCeiling } = rights
  if (reached === null || isWithin(reached, classCeiling)) return null
  return `The highest class of this caller is ${classCeiling}.`
}

type Changes = z.output<typeof policiesChecked>['changes']

/** Asked of so many people and keys between two turns of the event loop. */
const AT_ONCE = 4
const MOST_CHANGED = 200

/** Whose answers differ between two sets of policies, where no resource is named. */
export async function changesBetween(
  all: readonly Candidate[],
  before: Compiled | null,
  after: Compiled | null,
): Promise<Changes> {
  const changes: Changes = []
  for (const [at, { seen, rights, restraint }] of all.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await setImmediate()
    const [old, next] = [before && restraint(before), after && restraint(after)]
    const may = ASKABLE.filter((action) => isGranted(rights, action))
    const loses = may.filter((action) => !old?.operation(action) && next?.operation(action))
    const gains = may.filter((action) => old?.operation(action) && !next?.operation(action))
    if (loses.length + gains.length > 0) changes.push({ principal: seen, loses, gains })
    if (changes.length === MOST_CHANGED) break
  }
  return changes
}

// The table is closed, so its keys are exactly these; Object.keys only says string.
const ASKABLE = (Object.keys(ACTIONS) as readonly Action[]).filter((action) => ACTIONS[action] !== 'anyone')

function isGranted(rights: Candidate['rights'], action: Action): boolean {
  try {
    requireGrant(rights, ACTIONS[action])
    return true
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}
