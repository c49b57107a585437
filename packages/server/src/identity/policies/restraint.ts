import type { Action } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Compiled, Policy } from './compiled.ts'
import type { SeenTarget, Standing } from './entities.ts'
import {
  actionEntity,
  collectionEntity,
  contextOf,
  documentEntity,
  levelOf,
  principalEntity,
  targetEntity,
  tenantEntity,
  toolEntity,
} from './entities.ts'
import type { Entity, Question } from './expression.ts'

/** A document is reached where neither its collection nor it is forbidden. */
export interface Reach {
  /** Collections whose answer is one of their own. */
  readonly named: ReadonlyMap<string, Reached>
  readonly others: Reached
}
export interface Reached {
  /** The collection itself. */
  readonly isSeen: boolean
  /** Of its documents. */
  readonly classes: readonly DataClass[]
}

/** Stands for every collection that no policy names. */
const ANY_OTHER = ''

/**
 * What the policies of its tenant forbid one caller. Answers are worked out once for each caller and remembered until
 * policies, people or groups change, when all callers are new ones: a request finds its answer and evaluates nothing.
 */
export class Restraint {
  readonly #compiled: Compiled
  readonly #tenant: string
  /** Itself first, then who made it: a key may nothing that its maker may not. */
  readonly #principals: readonly Entity[]
  readonly #operations = new Map<Action, Policy | null>()
  readonly #targets = { Target: new WeakMap<object, Answers>(), Service: new WeakMap<object, Answers>() }
  readonly #skills = new Map<string, Policy | null>()
  readonly #reaches = new Map<Action, Reach>()

  constructor(compiled: Compiled, own: Standing, above: readonly Standing[]) {
    this.#compiled = compiled
    this.#tenant = own.tenant
    const chain = [own, ...above]
    this.#principals = chain.map((one, at) => principalEntity(one, chain.slice(at + 1)))
  }

  /** The first policy that forbids the operation itself; null where none does. */
  operation(action: Action): Policy | null {
    const known = this.#operations.get(action)
    if (known !== undefined) return known
    const found = this.#first({ action, resource: tenantEntity(this.#tenant), class: null })
    this.#operations.set(action, found)
    return found
  }

  /** The first policy that forbids sending content of that class there. The same object gets the same answer. */
  target(target: SeenTarget, type: 'Target' | 'Service', reached: DataClass): Policy | null {
    const answers = this.#targets[type].get(target) ?? []
    const known = answers[levelOf(reached)]
    if (known !== undefined) return known
    const action = type === 'Target' ? 'model.use' : 'service.use'
    const resource = targetEntity(this.#tenant, type, target)
    const found = this.#first({ action, resource, class: reached })
    answers[levelOf(reached)] = found
    this.#targets[type].set(target, answers)
    return found
  }

  /** The first policy that forbids operations of a skill with this effect; null where none does. */
  skill(name: string, effect: ToolEffect, reached: DataClass): Policy | null {
    const key = `${name} ${effect} ${reached}`
    const known = this.#skills.get(key)
    if (known !== undefined) return known
    const resource = toolEntity(this.#tenant, name, effect)
    const found = this.#first({ action: 'skill.use', resource, class: reached })
    this.#skills.set(key, found)
    return found
  }

  /** Which documents the action reaches. */
  reach(action: 'knowledge.read' | 'knowledge.write'): Reach {
    const known = this.#reaches.get(action)
    if (known) return known
    const { collections } = this.#compiled
    const found = {
      named: new Map(collections.map((id) => [id, this.#reachedIn(action, id)])),
      others: this.#reachedIn(action, ANY_OTHER),
    }
    this.#reaches.set(action, found)
    return found
  }

  /** All that forbid it, for whoever asks why. */
  all(asked: Asked): readonly Policy[] {
    return [...new Set(this.#principals.flatMap((principal) => [...this.#forbidding(principal, asked)]))]
  }

  get principals(): readonly Entity[] {
    return this.#principals
  }

  #reachedIn(action: Action, collection: string): Reached {
    const resource = collectionEntity(this.#tenant, collection)
    const isSeen = this.#first({ action, resource, class: null }) === null
    const classes = DATA_CLASSES.filter((one) => {
      const document = documentEntity(this.#tenant, { collection, class: one })
      return this.#first({ action, resource: document, class: null }) === null
    })
    return { isSeen, classes: isSeen ? classes : [] }
  }

  #first(asked: Asked): Policy | null {
    for (const principal of this.#principals)
      for (const policy of this.#forbidding(principal, asked)) return policy
    return null
  }

  *#forbidding(principal: Entity, { action, resource, class: reached }: Asked): Iterable<Policy> {
    const question: Question = {
      principal,
      action: actionEntity(action),
      resource,
      context: contextOf(reached),
    }
    for (const policy of this.#compiled.about.get(action) ?? [])
      if (policy.concerns(principal) && policy.forbids(question)) yield policy
  }
}

type Answers = (Policy | null | undefined)[]

/** What is asked of policies. */
export interface Asked {
  readonly action: Action
  readonly resource: Entity
  /** Of what is sent; null where nothing is. */
  readonly class: DataClass | null
}

/** What a person is told whom a policy stops. */
export const forbidden = ({ name, advice }: Policy, param?: string): Fault =>
  new Fault(
    'not_allowed',
    `The policy "${name}" of your organisation does not allow this.${advice === null ? '' : ` ${advice}`}`,
    param === undefined ? {} : { param },
  )
