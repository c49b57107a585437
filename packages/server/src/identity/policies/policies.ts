import type { policiesChecked, policiesView, PolicyAnswer } from '@freehold/contract/policies.ts'
import type { policyQuestion, policyVersions } from '@freehold/contract/policies.ts'
import type { PolicyProblem } from '@freehold/contract/policy-problems.ts'
import { policyProblemSaid } from '@freehold/contract/policy-problems.ts'
import type { page } from '@freehold/contract/platform.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Caller } from '../caller.ts'
import { readCustomRoles } from '../custom-roles.ts'
import { requireCovered } from '../looking-after.ts'
import type { Privilege } from '../roles.ts'
import type { Roster } from '../roster.ts'
import type { AskedQuestion, Candidate, ZoneOf } from './asking.ts'
import { askedOf, candidates, changesBetween, decisionOf } from './asking.ts'
import { baselineText } from './baseline.ts'
import { Cedar } from './cedar.ts'
import type { ReadText } from './cedar-engine.ts'
import type { Compiled, StoredPolicy } from './compiled.ts'
import { actionsIn, compilePolicies } from './compiled.ts'
import { contextOf } from './entities.ts'
import { strangeNames } from './known-names.ts'
import { restraintOfAccount } from './restraining.ts'
import { cedarSchema } from './schema.ts'
import type { PolicyVersion } from './versions.ts'
import { listVersions, newestVersion, readVersion, takeTurn, writeVersion } from './versions.ts'

interface PoliciesParts {
  readonly store: Store
  readonly roster: () => Roster
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
}

/** By whom, in which request, and where targets are known. */
export interface By {
  readonly caller: Caller
  readonly request: string
  readonly zoneOf: ZoneOf
}

type View = z.output<typeof policiesView>

/** The most people and keys that one question is answered for. */
const MOST_ASKED = 1000

/**
 * Policies of a tenant, in Cedar: they forbid what roles and scopes would allow, and allow nothing themselves. Cedar
 * reads and checks them here; requests are decided by what was compiled of them, without it.
 */
export class Policies {
  readonly #parts: PoliciesParts
  readonly #cedar = new Cedar()

  constructor(parts: PoliciesParts) {
    this.#parts = parts
  }

  /** The newest version, as everybody is bound by it. */
  read(by: By): Promise<View> {
    return this.#within(by, async (tx) => this.#view(tx, await readNewest(tx), by))
  }

  /** @throws Fault `invalid` with line and column, `not_allowed`, `conflict` */
  async put(
    by: By,
    { text, version: basedOn }: { readonly text: string; readonly version?: number | undefined },
  ): Promise<View> {
    const { policies, problems } = await this.#cedar.read(text)
    refuseProblems(problems)
    return this.#change(by, async (tx, newest) => {
      requireBasedOn(basedOn, newest.version)
      const next = { text, policies }
      refuseProblems((await strangeNames(tx, next, null)).problems)
      return { next, action: 'policies.put', detail: {} }
    })
  }

  /** Makes an earlier version the newest; 0 is the empty beginning. @throws Fault `not_found`, `not_allowed`, `conflict` */
  async restore(by: By, from: number): Promise<View> {
    return this.#change(by, async (tx) => {
      const { text, policies } = await readVersion(tx, from)
      return { next: { text, policies }, action: 'policies.restored', detail: { from } }
    })
  }

  /** What `put` would say, and whose answers would change. */
  async check(by: By, text: string): Promise<z.output<typeof policiesChecked>> {
    const { policies, problems, warnings } = await this.#cedar.read(text)
    const { tenant } = by.caller
    if (problems.length > 0) return { ...UNUSABLE, problems: [...problems], warnings: [...warnings] }
    const names = await this.#within(by, (tx) => strangeNames(tx, { text, policies }, knows(by)))
    const next = compiledOf(tenant, policies)
    const roster = this.#parts.roster()
    const shutOut = locksOut(roster, next) ? [LOCKED_OUT] : []
    const all = [...names.problems, ...shutOut]
    return {
      valid: all.length === 0,
      problems: all,
      warnings: [...warnings, ...names.warnings],
      policies: placesOf(policies),
      changes: await changesBetween(candidates(roster, tenant), roster.policies(tenant), next),
    }
  }

  /** Who may do it; of somebody who is named, why not. Cedar is asked about that one too, and must say the same. */
  async explain(by: By, question: z.output<typeof policyQuestion>): Promise<PolicyAnswer> {
    const { tenant } = by.caller
    const roster = this.#parts.roster()
    const { policies, baseline } = await this.#asked(by, question.text)
    const compiled = compiledOf(tenant, policies)
    const asked = askedOf(tenant, question, by.zoneOf)
    const all = candidates(roster, tenant)
    const whom = all.filter(({ seen }) => question.principal === undefined || seen.id === question.principal)
    if (question.principal !== undefined && whom.length === 0)
      throw new Fault('not_found', 'There is no person and no key of this id.', { param: 'principal' })
    const decisions = whom.slice(0, MOST_ASKED).map((one) => decisionOf(one, asked, compiled))
    const [one] = whom
    const [decision] = decisions
    if (question.principal !== undefined && one && decision)
      await this.#requireSame(one, { asked, policies, baseline, allowed: decision.allowed })
    return { decisions, more: Math.max(0, whom.length - MOST_ASKED) }
  }

  versions(by: By, asked: z.output<typeof page>): Promise<z.output<typeof policyVersions>> {
    return this.#within(by, (tx) => listVersions(tx, asked))
  }

  /** @throws Fault `not_found` */
  version(by: By, version: number): Promise<Pick<View, 'version' | 'at' | 'actor' | 'text'>> {
    return this.#within(by, async (tx) => seen(await readVersion(tx, version)))
  }

  async close(): Promise<void> {
    await this.#cedar.close()
  }

  async #asked(
    by: By,
    text: string | undefined,
  ): Promise<{ policies: readonly StoredPolicy[]; baseline: string }> {
    const read = text === undefined ? null : await this.#cedar.read(text)
    refuseProblems(read?.problems ?? [])
    return this.#within(by, async (tx) => ({
      policies: read?.policies ?? (await readNewest(tx)).policies,
      baseline: await readBaseline(tx),
    }))
  }

  /** @throws Error where Cedar decides otherwise than what was compiled: then neither can be believed */
  async #requireSame(
    { restraint }: Candidate,
    { asked, policies, baseline, allowed }: Comparing,
  ): Promise<void> {
    const own = restraint(NO_POLICIES)
    if (own === null) return
    const questions = own.principals.flatMap((principal) =>
      asked.steps.map(({ action, resource, class: reached }) => ({
        principal,
        action,
        resource,
        context: contextOf(reached),
      })),
    )
    const answers = await this.#cedar.decide(policies, baseline, questions)
    if (answers.every((answer) => answer.allowed) !== allowed)
      throw new Error('Cedar and what was compiled of its policies decide differently')
  }

  async #change(by: By, edit: (tx: Tx, newest: PolicyVersion) => Promise<Change>): Promise<View> {
    const { caller, request } = by
    const view = await this.#within(by, async (tx) => {
      await takeTurn(tx)
      const newest = await readNewest(tx)
      const { next, action, detail } = await edit(tx, newest)
      const touched = difference(newest.policies, next.policies)
      requireCovered(caller, powersTouched([...touched.added, ...touched.removed]), 'text')
      if (locksOut(this.#parts.roster(), compiledOf(caller.tenant, next.policies)))
        throw new Fault('conflict', `text: ${LOCKED_OUT.message}.`, { param: 'text', remark: LOCKED_OUT })
      const version = newest.version + 1
      await writeVersion(tx, { version, actor: caller.principal.id, ...next })
      const counts = {
        policies: next.policies.length,
        version,
        added: touched.added.length,
        removed: touched.removed.length,
      }
      await append(tx, {
        action,
        actor: caller.principal.id,
        subject: 'policies',
        request,
        detail: { ...detail, ...counts },
        // The whole text stays with its version.
        change: {
          before: { version: newest.version, policies: namesOf(touched.removed) },
          after: { version, policies: namesOf(touched.added) },
        },
      })
      return this.#view(tx, await readNewest(tx), by)
    })
    await this.#parts.refresh()
    return view
  }

  async #view(tx: Tx, version: PolicyVersion, by: By): Promise<View> {
    const { problems, warnings } = await strangeNames(tx, version, knows(by))
    return {
      ...seen(version),
      policies: placesOf(version.policies),
      warnings: [...problems, ...warnings],
      baseline: await readBaseline(tx),
      schema: cedarSchema(),
    }
  }

  #within<T>({ caller }: By, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#parts.store.withTenant({ tenant: caller.tenant }, work)
  }
}

interface Comparing {
  readonly asked: AskedQuestion
  readonly policies: readonly StoredPolicy[]
  readonly baseline: string
  readonly allowed: boolean
}

interface Change {
  readonly next: Pick<PolicyVersion, 'text' | 'policies'>
  readonly action: 'policies.put' | 'policies.restored'
  readonly detail: { readonly from?: number }
}

const UNUSABLE = { valid: false, policies: [], changes: [] }
const NO_POLICIES = compilePolicies({ tenant: null, version: 0 }, [])
const LOCKED_OUT: PolicyProblem = {
  line: 1,
  column: 1,
  ...policyProblemSaid('locks_out'),
}

const knows =
  ({ zoneOf }: By) =>
  (name: string): boolean =>
    zoneOf(name) !== null

const compiledOf = (tenant: Compiled['tenant'], policies: readonly StoredPolicy[]): Compiled =>
  compilePolicies({ tenant, version: 0 }, policies)

const readNewest = async (tx: Tx): Promise<PolicyVersion> => readVersion(tx, await newestVersion(tx))

async function readBaseline(tx: Tx): Promise<string> {
  const roles = [...(await readCustomRoles(tx))]
  return baselineText(roles.map(([name, scopes]) => ({ name, scopes: [...scopes] })))
}

const seen = ({
  version,
  at,
  actor,
  text,
}: PolicyVersion): Pick<View, 'version' | 'at' | 'actor' | 'text'> => ({
  version,
  at: at === null ? null : at.toISOString(),
  actor,
  text,
})

const namesOf = (policies: readonly StoredPolicy[]): string[] => policies.map(({ name }) => name)

const placesOf = (policies: readonly StoredPolicy[]): { name: string; line: number }[] =>
  policies.map(({ name, line }) => ({ name, line }))

/** @throws Fault `invalid` that names the first place */
function refuseProblems(problems: ReadText['problems']): void {
  const [first] = problems
  if (first === undefined) return
  const more = problems.length === 1 ? '' : ` There are ${problems.length - 1} more.`
  throw new Fault('invalid', `text: line ${first.line}, column ${first.column}: ${first.message}.${more}`, {
    param: 'text',
    remark: {
      code: first.code,
      params: { ...first.params, line: String(first.line), column: String(first.column) },
    },
  })
}

function requireBasedOn(basedOn: number | undefined, newest: number): void {
  if (basedOn === undefined || basedOn === newest) return
  throw new Fault(
    'conflict',
    `The policies are at version ${newest} by now, and this change is based on version ${basedOn}. Look at them again, then repeat it.`,
    { param: 'version' },
  )
}

/** Policies that are in one and not in the other; where they stand does not matter. */
function difference(
  before: readonly StoredPolicy[],
  after: readonly StoredPolicy[],
): { readonly added: readonly StoredPolicy[]; readonly removed: readonly StoredPolicy[] } {
  const keyOf = ({ name, json }: StoredPolicy): string => JSON.stringify([name, json])
  const [old, next] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))]
  return {
    added: after.filter((policy) => !old.has(keyOf(policy))),
    removed: before.filter((policy) => !next.has(keyOf(policy))),
  }
}

/** What a policy takes away, and what goes with it where it goes, must be the writer's to give. */
function powersTouched(policies: readonly StoredPolicy[]): ReadonlySet<Scope | Privilege> {
  const actions = policies.flatMap(({ json }) => [...actionsIn(json.action)])
  return new Set(
    actions.flatMap((action): readonly (Scope | Privilege)[] => {
      const grant = ACTIONS[action]
      if (grant === 'anyone' || grant === 'caller') return []
      return [grant === 'operator' ? 'settings' : grant]
    }),
  )
}

/** Whether there are owners and none of them could change policies any more. */
function locksOut(roster: Roster, next: Compiled): boolean {
  const owners =
    next.tenant === null ? [] : roster.accounts(next.tenant).filter(({ role }) => role === 'owner')
  return (
    owners.length > 0 &&
    owners.every((owner) => {
      const restraint = restraintOfAccount(owner, next)
      return restraint.operation('policies.write') !== null || restraint.operation('policies.read') !== null
    })
  )
}
