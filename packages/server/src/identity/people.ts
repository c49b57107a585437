import type {
  groupChange,
  groupInput,
  invitationAcceptance,
  invitationInput,
  openSessionView,
  passwordChange,
  roleInput,
  userChange,
} from '@freehold/contract/people.ts'
import type { page } from '@freehold/contract/platform.ts'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store, Tx } from '../store/store.ts'
import type { KeysWithin } from './api-keys.ts'
import { credentialOf, writePassword } from './accounts.ts'
import { scopesOf } from './authorise.ts'
import type { Caller } from './caller.ts'
import * as customRoles from './custom-roles.ts'
import { passesSecondFactor, resetFactors } from './factors/factors.ts'
import * as groups from './groups.ts'
import type { Invitation } from './invitations.ts'
import * as invitations from './invitations.ts'
import { join, nameFor } from './joining.ts'
import { requireCovered, requireLookedAfter } from './looking-after.ts'
import type { Asked } from './looking-after.ts'
import { requireGoodPassword } from './password-rules.ts'
import type { PasswordProof } from './password-proof.ts'
import type { Passwords } from './password.ts'
import { RateLimit } from './rate-limit.ts'
import { personBehind } from './rights.ts'
import { BREAK_GLASS, hasPrivilege, powersOfRoles } from './roles.ts'
import type { Account, Roster } from './roster.ts'
import type { TenantDirectory } from './tenants/directory.ts'
import { joinLink } from './tenants/join-link.ts'
import { deleteSession, deleteSessionsOf, insertSession, listSessions } from './sessions.ts'
import type { OpenedSession } from './sessions.ts'
import * as users from './users.ts'

/** Wrong codes of whoever holds a link for a new password. */
const CODES = { burst: 5, everyMs: 60_000 }
const MAX_PEOPLE = 4096

interface PeopleParts {
  readonly store: Store
  readonly passwords: Passwords
  readonly proof: PasswordProof
  readonly clock: Clock
  readonly roster: () => Roster
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
  /** Where people reach this installation. */
  readonly url: () => string
  readonly directory: () => TenantDirectory
}

/** By whom and in which request something is asked. */
export interface By {
  readonly caller: Caller
  readonly request: string
}

/** Who came in by a link. */
export interface Joined extends OpenedSession {
  readonly account: Account
}

/**
 * People of a tenant: accounts, groups, roles, invitations and open sessions. What was changed counts in this process
 * when the call returns, in others after their next refresh.
 */
export class People {
  readonly #parts: PeopleParts
  readonly #codes: RateLimit

  constructor(parts: PeopleParts) {
    this.#parts = parts
    this.#codes = new RateLimit(parts.clock, CODES, MAX_PEOPLE)
  }

  list({ caller }: By, asked: z.output<typeof page>) {
    return this.#read(caller, (tx) => users.listUsers(tx, asked, this.#viewer(caller)))
  }

  /** @throws Fault `not_found` */
  async read({ caller }: By, id: string): Promise<users.UserView> {
    return this.#read(caller, (tx) => oneUser(tx, id, this.#viewer(caller)))
  }

  /** @throws Fault `not_found`, `not_allowed`, `invalid` */
  change(by: By, id: string, change: z.output<typeof userChange>): Promise<users.UserView> {
    return this.#write(by, async (tx, asked) => {
      const viewer = this.#viewer(by.caller)
      await users.changeUser(tx, id, change, { ...asked, ...viewer })
      return oneUser(tx, id, viewer)
    })
  }

  /** @throws Fault `not_found`, `not_allowed` */
  delete(by: By, id: string): Promise<void> {
    const person = this.personOf(by.caller)
    return this.#write(by, (tx, asked) => users.deleteUser(tx, id, { ...asked, person }))
  }

  /** @throws Fault `not_found`, `not_allowed` */
  async passwordLink(by: By, id: string) {
    return this.#write(by, async (tx, asked) => {
      const user = await users.readUser(tx, id)
      // The operator of the machine is whom the owner turns to.
      if (by.caller.principal.kind !== 'operator' || user.role === BREAK_GLASS)
        requireLookedAfter(by.caller, this.personOf(by.caller), user)
      if (user.disabledAt !== null) {
        throw new Fault('conflict', 'This account is shut. Open it first.', { param: 'id' })
      }
      return this.#linked(tx, await invitations.inviteToChoosePassword(tx, user, asked))
    })
  }

  /** For somebody who lost the device. @throws Fault `not_found`, `not_allowed` */
  resetFactors(by: By, id: string): Promise<void> {
    return this.#write(by, async (tx, asked) => {
      const user = await users.readUser(tx, id)
      if (by.caller.principal.kind !== 'operator')
        requireLookedAfter(by.caller, this.personOf(by.caller), user)
      await resetFactors(tx, id, asked)
    })
  }

  async invite(by: By, input: z.output<typeof invitationInput>) {
    return this.#write(by, async (tx, asked) =>
      this.#linked(tx, await invitations.inviteToJoin(tx, input, asked)),
    )
  }

  listInvitations({ caller }: By, asked: z.output<typeof page>) {
    return this.#read(caller, (tx) => invitations.listInvitations(tx, asked, this.#parts.clock.now()))
  }

  withdraw(by: By, id: string): Promise<void> {
    return this.#write(by, (tx, asked) => invitations.withdrawInvitation(tx, id, asked))
  }

  /**
   * @throws Fault `wrong_claim`, `invalid`, `weak_password`, `conflict` where the name is taken; of a link for a new
   * password `second_factor` and `wrong_login` too: the link stands for the password and for nothing else
   */
  async accept(
    input: z.output<typeof invitationAcceptance>,
    visit: { readonly request: string | undefined; readonly agent: string | undefined },
  ): Promise<Joined> {
    const { store, passwords, clock, refresh, directory } = this.#parts
    const named = directory().called(input.tenant)
    const tenant = named ?? store.home
    // Of a tenant that there is not, no link is any; it is looked for all the same, so that nobody can tell by the time.
    const find = async (tx: Tx): Promise<Invitation> => {
      const found = await invitations.findInvitation(tx, input.token, clock.now())
      if (named === null) throw invitations.noSuchLink()
      return found
    }
    // Before the slow work: only who holds a link may ask for it.
    const first = await store.withTenant({ tenant }, find)
    const name = nameFor(first, input.name)
    requireGoodPassword(input.password, name)
    const phc = await passwords.hash(input.password)
    const sent = { code: input.code, request: visit.request }
    const joined = await store.withTenant({ tenant }, async (tx) => {
      const invitation = await find(tx)
      const account =
        invitation.account === null
          ? await join(tx, invitation, {
              name,
              phc,
              nowMs: clock.now(),
              bounds: directory().of(tenant)?.bounds,
            })
          : await this.#choosePassword(tx, invitation.account, { ...sent, phc })
      await invitations.acceptInvitation(tx, invitation, { account: account.id, request: visit.request })
      const how = { method: 'invitation', nowMs: clock.now(), ...visit } as const
      return { account, ...(await insertSession(tx, account, how)) }
    })
    await refresh()
    return joined
  }

  /** @throws Fault `wrong_login`, `too_many`, `invalid` */
  async changePassword(by: By, input: z.output<typeof passwordChange>): Promise<void> {
    const { caller } = by
    const { id, name, sessionId } = await this.#parts.proof.require(caller, input.current, 'current')
    requireGoodPassword(input.password, name)
    const phc = await this.#parts.passwords.hash(input.password)
    await this.#write(by, (tx, { request }) => replacePassword(tx, id, { phc, request, keep: sessionId }))
  }

  /** `user`: whose; the caller's own where it is left out. @throws Fault `not_allowed`, `not_found` */
  async sessions(
    { caller }: By,
    user: string | undefined,
  ): Promise<readonly z.output<typeof openSessionView>[]> {
    return this.#read(caller, async (tx) => {
      const whose = await this.#whose(tx, caller, user)
      const open = await listSessions(tx, whose, this.#parts.clock.now())
      return open.map((one) => Object.assign(one, { current: one.id === caller.sessionId }))
    })
  }

  /** @throws Fault `not_found`, `not_allowed` */
  endSession(by: By, id: string): Promise<void> {
    return this.#write(by, async (tx, { request }) => {
      const { caller } = by
      const row = await tx.db
        .selectFrom('session')
        .select('account_id')
        .where('id', '=', id)
        .executeTakeFirst()
      if (row === undefined || !(await this.#mayLookAfter(tx, caller, row.account_id))) {
        throw new Fault('not_found', 'There is no such session, or it is not yours to end.', { param: 'id' })
      }
      await deleteSession(tx, { id, actor: caller.principal.id, reason: 'ended', request })
    })
  }

  listGroups({ caller }: By, asked: z.output<typeof page>) {
    return this.#read(caller, (tx) => groups.listGroups(tx, asked, caller))
  }

  createGroup(by: By, input: z.output<typeof groupInput>) {
    return this.#write(by, (tx, asked) => groups.createGroup(tx, input, asked))
  }

  changeGroup(by: By, id: string, change: z.output<typeof groupChange>) {
    return this.#write(by, (tx, asked) => groups.changeGroup(tx, id, change, asked))
  }

  deleteGroup(by: By, id: string): Promise<void> {
    return this.#write(by, (tx, asked) => groups.deleteGroup(tx, id, asked))
  }

  members({ caller }: By, id: string): Promise<users.UserView[]> {
    const viewer = this.#viewer(caller)
    return this.#read(caller, async (tx) => users.readUsers(tx, await groups.membersOf(tx, id), viewer))
  }

  /** @throws Fault `not_found`, `not_allowed` */
  addMember(by: By, member: { readonly group: string; readonly account: string }): Promise<void> {
    return this.#write(by, async (tx, asked) => {
      requireLookedAfter(by.caller, this.personOf(by.caller), await users.readUser(tx, member.account))
      await groups.addMember(tx, member, asked)
    })
  }

  /** @throws Fault `not_found`, `not_allowed` */
  removeMember(by: By, member: { readonly group: string; readonly account: string }): Promise<void> {
    return this.#write(by, (tx, asked) => groups.removeMember(tx, member, asked))
  }

  roles({ caller }: By) {
    return this.#read(caller, (tx) => customRoles.listRoles(tx, caller))
  }

  putRole(by: By, name: string, input: z.output<typeof roleInput>) {
    return this.#write(by, (tx, asked) => customRoles.putRole(tx, name, input, asked))
  }

  deleteRole(by: By, name: string): Promise<void> {
    return this.#write(by, (tx, asked) => customRoles.deleteRole(tx, name, asked))
  }

  /** Whose keys the caller may see and revoke. */
  keysWithin(caller: Caller): KeysWithin {
    if (hasPrivilege(caller.roles, 'keys-of-all')) return null
    return this.personOf(caller) ?? caller.principal.id
  }

  #linked({ tenant }: Tx, { view, token }: Awaited<ReturnType<typeof invitations.inviteToJoin>>) {
    const slug = this.#parts.directory().slugOf(tenant)
    return { ...view, token, link: joinLink(this.#parts.url(), token, slug) }
  }

  /** The account behind a caller: its own, or that of whoever made the key; null for the operator of the machine. */
  personOf(caller: Caller): string | null {
    return personBehind(caller, this.#parts.roster())
  }

  #viewer(caller: Caller): users.Viewer {
    return { caller, person: this.personOf(caller) }
  }

  async #whose(tx: Tx, caller: Caller, user: string | undefined): Promise<string> {
    const own = caller.sessionId === undefined ? undefined : caller.principal.id
    const whose = user ?? own
    if (whose === undefined) {
      throw new Fault('invalid', 'Say whose sessions: this call did not come with a session of its own.', {
        param: 'user',
      })
    }
    if (await this.#mayLookAfter(tx, caller, whose)) return whose
    throw new Fault('not_allowed', 'These are sessions of somebody you do not look after.', { param: 'user' })
  }

  async #mayLookAfter(tx: Tx, caller: Caller, account: string): Promise<boolean> {
    if (caller.sessionId !== undefined && account === caller.principal.id) return true
    if (!scopesOf(caller).has('people')) return false
    if (caller.principal.kind === 'operator') return true
    try {
      const user = await users.readUser(tx, account)
      // Whoever may do as much sees and ends its sessions.
      if (user.role === BREAK_GLASS) requireCovered(caller, powersOfRoles(user.roles), 'id')
      else requireLookedAfter(caller, null, user)
      return true
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  }

  async #choosePassword(
    tx: Tx,
    id: string,
    sent: { readonly phc: string; readonly code: string | undefined; readonly request: string | undefined },
  ): Promise<Account> {
    const credential = await credentialOf(tx, id)
    if (credential === null) throw new Fault('wrong_claim', 'This account is shut.', { param: 'token' })
    if (sent.code !== undefined) this.#codes.take(id, 'Too many wrong codes. Try again later.')
    if (!(await passesSecondFactor(tx, id, { ...sent, nowMs: this.#parts.clock.now() }))) {
      throw new Fault('wrong_login', 'The code is wrong, or it was used before.', { param: 'code' })
    }
    if (sent.code !== undefined) this.#codes.giveBack(id)
    await replacePassword(tx, id, sent)
    return credential.account
  }

  /** Makes what was committed count in this process. */
  refresh(): Promise<void> {
    return this.#parts.refresh()
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

async function oneUser(tx: Tx, id: string, viewer: users.Viewer): Promise<users.UserView> {
  const [view] = await users.presentUsers(tx, [await users.readUser(tx, id)], viewer)
  if (view === undefined) throw new Error('a user was read and not presented')
  return view
}

/** Whoever is signed in with the old one is out. */
async function replacePassword(
  tx: Tx,
  id: string,
  how: { readonly phc: string; readonly request: string | undefined; readonly keep?: string },
): Promise<void> {
  await writePassword(tx, id, how.phc)
  const { request, keep } = how
  const sessions = await deleteSessionsOf(tx, id, { actor: id, reason: 'password_changed', request, keep })
  await audit.append(tx, {
    action: 'password.changed',
    actor: id,
    subject: id,
    ...(request === undefined ? {} : { request }),
    detail: { sessions },
  })
}
