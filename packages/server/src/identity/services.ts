import type { page } from '@freehold/contract/platform.ts'
import type { serviceAccountChange, serviceAccountInput } from '@freehold/contract/service-accounts.ts'
import type { z } from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store, Tx } from '../store/store.ts'
import type { KeyInput } from './api-keys.ts'
import { requireClasses } from './api-keys.ts'
import { powersOf, scopesOf } from './authorise.ts'
import type { Caller } from './caller.ts'
import type { Asked } from './looking-after.ts'
import { requireCovered } from './looking-after.ts'
import type { By } from './people.ts'
import { callerOfService } from './rights.ts'
import type { Roster } from './roster.ts'
import * as accounts from './service-accounts.ts'

interface ServiceAccountParts {
  readonly store: Store
  readonly clock: Clock
  readonly roster: () => Roster
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
}

/**
 * Service accounts of a tenant: programs that act in their own name. What was changed counts in this process when the
 * call returns, in others as soon as they hear of it.
 */
export class ServiceAccounts {
  readonly #parts: ServiceAccountParts

  constructor(parts: ServiceAccountParts) {
    this.#parts = parts
  }

  list({ caller }: By, asked: z.output<typeof page>) {
    return this.#read(caller, (tx) => accounts.listServiceAccounts(tx, asked))
  }

  /** @throws Fault `not_found` */
  read({ caller }: By, id: string) {
    return this.#read(caller, (tx) => accounts.readServiceAccount(tx, id))
  }

  /** @throws Fault `conflict`, `invalid`, `not_allowed`, `above_ceiling` */
  create(by: By, input: z.output<typeof serviceAccountInput>) {
    return this.#write(by, (tx, asked) => accounts.createServiceAccount(tx, input, asked))
  }

  /** @throws Fault `not_found`, `conflict`, `invalid`, `not_allowed`, `above_ceiling` */
  change(by: By, id: string, change: z.output<typeof serviceAccountChange>) {
    const root = this.#rootOf(by.caller)
    return this.#write(by, (tx, asked) => accounts.changeServiceAccount(tx, id, change, { ...asked, root }))
  }

  /** @throws Fault `not_found`, `not_allowed` */
  delete(by: By, id: string): Promise<void> {
    const root = this.#rootOf(by.caller)
    return this.#write(by, (tx, asked) => accounts.deleteServiceAccount(tx, id, { ...asked, root }))
  }

  /**
   * The service account in whose place the caller makes a key: what it may do must be the caller's to give.
   * @throws Fault `not_found`, `not_allowed`, `above_ceiling`, `invalid`
   */
  behalfOf(caller: Caller, input: KeyInput, id: string): Caller {
    const service = this.#parts.roster().service(caller.tenant, id)
    if (!service) {
      throw new Fault('not_found', 'There is no such service account, or it is disabled.', {
        param: 'service',
      })
    }
    if (!scopesOf(caller).has('people')) {
      throw new Fault('not_allowed', 'A key of a service account takes the scope "people".', {
        param: 'service',
      })
    }
    const itself = callerOfService(service, [])
    requireCovered(caller, powersOf(itself), 'service')
    requireClasses(caller, input)
    return itself
  }

  /** Who stands behind a caller: an account, a service account, or the operator of the machine. */
  #rootOf({ tenant, principal }: Caller): string {
    const roster = this.#parts.roster()
    let { id } = principal
    for (let key = roster.key(tenant, id); key; key = roster.key(tenant, id)) id = key.creator
    return id
  }

  #read<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#parts.store.withTenant({ tenant: caller.tenant }, work)
  }

  async #write<T>({ caller, request }: By, work: (tx: Tx, asked: Asked) => Promise<T>): Promise<T> {
    const asked = { caller, request, nowMs: this.#parts.clock.now() }
    const done = await this.#parts.store.withTenant({ tenant: caller.tenant }, (tx) => work(tx, asked))
    await this.#parts.refresh()
    return done
  }
}
