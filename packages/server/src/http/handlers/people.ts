import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type PeopleOperation = Extract<
  keyof Handlers,
  | `user.${string}`
  | `invitation.${string}`
  | `group.${string}`
  | `role.${string}`
  | 'password.change'
  | 'session.list'
  | 'session.end'
>

/** People, groups, roles, invitations and open sessions. */
export function peopleHandlers(identity: Identity): Pick<Handlers, PeopleOperation> {
  const { people } = identity
  return {
    'user.list': (by) => people.list(by, by.query),
    'user.read': (by) => people.read(by, by.params.id),
    'user.change': (by) => people.change(by, by.params.id, by.body),
    'user.delete': (by) => nothing(people.delete(by, by.params.id)),
    'user.reset': (by) => people.passwordLink(by, by.params.id),
    'invitation.create': (by) => people.invite(by, by.body),
    'invitation.list': (by) => people.listInvitations(by, by.query),
    'invitation.withdraw': (by) => nothing(people.withdraw(by, by.params.id)),
    async 'invitation.accept'({ body, asking, header }) {
      const { view, cookie } = await identity.accept(body, asking)
      header('set-cookie', cookie)
      return view
    },
    'user.reset_factors': (by) => nothing(people.resetFactors(by, by.params.id)),
    'password.change': (by) => nothing(people.changePassword(by, by.body)),
    'session.list': async (by) => ({ data: [...(await people.sessions(by, by.query.user))], next: null }),
    'session.end': (by) => nothing(people.endSession(by, by.params.id)),
    'group.list': (by) => people.listGroups(by, by.query),
    'group.create': (by) => people.createGroup(by, by.body),
    'group.change': (by) => people.changeGroup(by, by.params.id, by.body),
    'group.delete': (by) => nothing(people.deleteGroup(by, by.params.id)),
    'group.members': async (by) => ({ data: await people.members(by, by.params.id), next: null }),
    'group.add': (by) => nothing(people.addMember(by, memberOf(by.params))),
    'group.remove': (by) => nothing(people.removeMember(by, memberOf(by.params))),
    'role.list': async (by) => ({ data: await people.roles(by) }),
    'role.put': (by) => people.putRole(by, by.params.name, by.body),
    'role.delete': (by) => nothing(people.deleteRole(by, by.params.name)),
  }
}

const memberOf = ({ id, user }: { readonly id: string; readonly user: string }) => ({
  group: id,
  account: user,
})

async function nothing(work: Promise<void>): Promise<undefined> {
  await work
  return undefined
}
