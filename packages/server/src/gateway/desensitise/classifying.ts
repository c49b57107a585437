import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { FoundClasses } from '@freehold/contract/desensitise.ts'
import { foundClassOf } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Departing, Desensitiser } from '../../privacy/mask/desensitiser.ts'
import type { Classified } from '../classify.ts'
import { classify } from '../classify.ts'
import { highestFound } from '../routing/finding.ts'
import type { Ask, Routing } from '../routing/routing.ts'

export interface ClassifyingOptions {
  readonly desensitiser: Pick<Desensitiser, 'findings'>
  readonly found: () => FoundClasses
}

/** What is known of a request before anything is looked for in it. */
export interface Unread {
  readonly asked: {
    readonly declared: DataClass | null
    ask(dataClass: DataClass): Ask
    departing(): Departing
  }
  /** What its conversation has reached. */
  readonly conversation: DataClass | null
}

/** Null: it could not be read, so that it goes to no managed target either. */
type Findings = ReadonlyMap<EntityType, number> | null

type Who = Pick<Caller, 'tenant' | 'baseClass' | 'classCeiling'>

/** Finds the class of requests, and looks into them where what stands in them can change anything. */
export class Classifying {
  readonly #options: ClassifyingOptions
  #highest: { readonly of: FoundClasses; readonly class: DataClass } | null = null

  constructor(options: ClassifyingOptions) {
    this.#options = options
  }

  /** At once where the body was read before. @throws Fault `above_ceiling` */
  of(
    caller: Who,
    { asked, conversation }: Unread,
    routing: Pick<Routing, 'findingsMatter'>,
  ): Classified | Promise<Classified> {
    const { declared } = asked
    const said = classify(caller, { declared, conversation })
    const isReached = isWithin(this.#highestFound(), caller.classCeiling)
    if (isReached && !routing.findingsMatter(asked.ask(said.class))) return said
    return this.#read(caller, { asked, conversation }, said)
  }

  #read(caller: Who, unread: Unread, said: Classified): Classified | Promise<Classified> {
    const found = this.#findings(caller, unread.asked)
    const raised = (findings: Findings): Classified => this.#raised(caller, unread, { said, findings })
    return found instanceof Promise ? found.then(raised) : raised(found)
  }

  #raised(
    caller: Who,
    { asked, conversation }: Unread,
    { said, findings }: { readonly said: Classified; readonly findings: Findings },
  ): Classified {
    const raising = { declared: asked.declared, conversation }
    if (findings === null) {
      // What could not be read counts as the most that could have been found, as far as this caller may go.
      const most = this.#highestFound()
      return classify(caller, {
        ...raising,
        found: isWithin(most, caller.classCeiling) ? most : caller.classCeiling,
      })
    }
    if (findings.size === 0) return said
    return classify(caller, {
      ...raising,
      found: this.#classOf(findings.keys()),
      findings: Object.fromEntries(findings),
    })
  }

  #findings(caller: Who, asked: Unread['asked']): Findings | Promise<Findings> {
    const found = this.#options.desensitiser.findings(asked.departing(), caller.tenant)
    if (!(found instanceof Promise)) return found
    return found.catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'stays_home') return null
      throw error
    })
  }

  #classOf(types: Iterable<EntityType>): DataClass {
    const found = this.#options.found()
    return [...types].reduce<DataClass>(
      (top, type) => highestClass(top, foundClassOf(found, type)),
      DATA_CLASSES[0],
    )
  }

  /** Found once for each configuration. */
  #highestFound(): DataClass {
    const of = this.#options.found()
    if (this.#highest?.of !== of) this.#highest = { of, class: highestFound(of) }
    return this.#highest.class
  }
}
