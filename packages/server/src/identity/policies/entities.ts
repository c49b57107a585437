import type { Action, Scope } from '@freehold/contract/actions.ts'
import { ACTIONS, SCOPES } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { Entity, Value } from './expression.ts'
import { named, uidOf } from './expression.ts'

/** What a principal is by what it holds and who stands behind it. */
export interface Standing {
  readonly kind: 'user' | 'service' | 'key'
  readonly id: string
  readonly tenant: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly ceiling: DataClass
}

/** A target as far as policies see it. */
export interface SeenTarget {
  readonly name: string
  readonly zone: Zone
}

/** A document by where it stands. */
export interface SeenDocument {
  readonly collection: string
  readonly class: DataClass
}

/** The class in the order of the classes, for comparing. */
export const levelOf = (dataClass: DataClass): number => DATA_CLASSES.indexOf(dataClass)

/** `above`: who made it, and who made that one, up to the person. */
export function principalEntity(standing: Standing, above: readonly Standing[]): Entity {
  const { kind, id, tenant, roles, groups, scopes, ceiling } = standing
  return entityOf(TYPES[kind], id, {
    within: [
      uidOf('Tenant', tenant),
      ...roles.map((role) => uidOf('Role', role)),
      ...groups.map((group) => uidOf('Group', group)),
      ...above.map((one) => uidOf(TYPES[one.kind], one.id)),
    ],
    attributes: {
      limited: scopes !== null,
      scopes: [...(scopes ?? SCOPES)].map((scope) => named('Scope', scope)),
      ceiling: levelOf(ceiling),
    },
  })
}

const TYPES = { user: 'User', service: 'ServiceAccount', key: 'ApiKey' } as const

/** The group of actions of whoever may take an action by roles and scopes; null where no policy is asked. */
export function actionGroup(action: Action): string | null {
  const grant = ACTIONS[action]
  if (grant === 'anyone') return null
  return grant === 'caller' || grant === 'operator' ? grant : `scope:${grant}`
}

const actions = new Map<Action, Entity>()

export function actionEntity(action: Action): Entity {
  const known = actions.get(action)
  if (known) return known
  const group = actionGroup(action)
  const within = group === null ? [] : [uidOf('Action', group)]
  const made = entityOf('Action', action, { within, attributes: {} })
  actions.set(action, made)
  return made
}

/** The platform itself, as this tenant has it: what an operation is about before it names anything. */
export const tenantEntity = (tenant: string): Entity =>
  entityOf('Tenant', tenant, { within: [], attributes: {} })

export const collectionEntity = (tenant: string, id: string): Entity =>
  entityOf('Collection', id, { within: [uidOf('Tenant', tenant)], attributes: {} })

/** Any document of that class there: no policy names a single one. */
export const documentEntity = (tenant: string, { collection, class: reached }: SeenDocument): Entity =>
  entityOf('Document', `${collection} ${reached}`, {
    within: [uidOf('Tenant', tenant), uidOf('Collection', collection)],
    attributes: { class: named('DataClass', reached), level: levelOf(reached) },
  })

export const targetEntity = (
  tenant: string,
  type: 'Target' | 'Service',
  { name, zone }: SeenTarget,
): Entity =>
  entityOf(type, name, {
    within: [uidOf('Tenant', tenant)],
    attributes: { name, zone: named('Zone', zone) },
  })

/** The operations of a skill that have this effect. */
export const toolEntity = (tenant: string, skill: string, effect: ToolEffect): Entity =>
  entityOf('Tool', `${skill} ${effect}`, {
    within: [uidOf('Tenant', tenant)],
    attributes: { name: skill, effect: named('Effect', effect) },
  })

/** What is known of what is sent. */
export const contextOf = (reached: DataClass | null): Readonly<Record<string, Value>> =>
  reached === null ? NOTHING : { class: named('DataClass', reached), level: levelOf(reached) }

const NOTHING = Object.freeze({})

function entityOf(
  type: string,
  id: string,
  { within, attributes }: { readonly within: readonly string[]; readonly attributes: Entity['attributes'] },
): Entity {
  const uid = uidOf(type, id)
  return { type, uid, within: new Set([uid, ...within]), attributes }
}
