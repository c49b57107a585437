import { setTimeout as sleep } from 'node:timers/promises'
import { asSuperuser } from './cluster.ts'
import type { Ground, Headers } from './operation-ground.ts'
import { bearer } from './operation-ground.ts'
import { MEMBER_PASSWORD } from './operation-subjects.ts'
import type { Settled } from './tenant-house.ts'
import { OWNER_PASSWORD, sessionOf } from './tenant-house.ts'

/** Who tries it, each by whatever they could come with. */
export type Credentials = Readonly<
  Record<
    'key' | 'session' | 'insider' | 'nobody' | 'expired' | 'revoked' | 'shut' | 'fallen',
    readonly Headers[]
  >
>

/** People of the victim's tenant who try to see more of it than they may: their accounts. */
export interface Insiders {
  readonly member: string
  readonly fallen: string
}

interface Person {
  readonly id: string
  readonly name: string
  readonly session: Headers
}

interface Those {
  /** The victim's tenant as its owner sees it. */
  readonly theirs: Ground
  readonly ground: Ground
  readonly attacker: Settled
  readonly victim: Settled
}

const EXPIRES_MS = 2500

/** What was good once and is not any more is the victim's. */
export async function comeAll({ theirs, ground, attacker, victim }: Those): Promise<{
  /** With sessions that are open, also when those of the last time were ended. */
  readonly come: () => Promise<Credentials>
  readonly insiders: Insiders
}> {
  const make = (wish: object, headers: Headers = {}): Promise<{ id: string; key: string }> =>
    theirs.ok({ method: 'POST', path: '/api/keys', body: { scopes: ['*'], ...wish }, headers })
  const join = async (role = 'member'): Promise<Person> => {
    // Each may hear its own.
    const name = `Guest ${crypto.randomUUID()}`
    const body = { name, role }
    const made = await theirs.ok<{ token: string }>({ method: 'POST', path: '/api/invitations', body })
    const accepted = { token: made.token, tenant: victim.slug, password: MEMBER_PASSWORD }
    const answer = await ground.send({ method: 'POST', path: '/api/invitations/accept', body: accepted })
    const { caller } = JSON.parse(answer.text) as { caller: { principal: string } }
    return { id: caller.principal, name, session: sessionOf(answer) }
  }
  const change = (id: string, body: object): Promise<unknown> =>
    theirs.ok({ method: 'PATCH', path: `/api/users/${id}`, body })

  const soon = Date.now() + EXPIRES_MS
  const expiring = await make({ expiresAt: new Date(soon).toISOString() })
  const [member, late, gone, shut, fallen] = [
    await join(),
    await join('admin'),
    await join('admin'),
    await join('admin'),
    await join('admin'),
  ]
  const own = await make({ scopes: ['model', 'knowledge', 'requests', 'keys'] }, member.session)
  const revoked = await make({})
  await theirs.ok({ method: 'DELETE', path: `/api/keys/${revoked.id}` })
  await ground.ok({ method: 'DELETE', path: '/api/session', headers: gone.session })
  const ofShut = await make({}, shut.session)
  await change(shut.id, { disabled: true })
  const ofFallen = await make({}, fallen.session)
  await change(fallen.id, { role: 'guest' })
  const narrow = await make({ scopes: ['model'] })
  await asSuperuser(ground.house.data, (sql) =>
    sql.query(
      `UPDATE session SET expires_at = now() - interval '1 hour', seen_at = now() WHERE account_id = $1`,
      [late.id],
    ),
  )
  const isIn = async (headers: Headers): Promise<boolean> =>
    (await ground.send({ method: 'GET', path: '/api/session', headers })).status === 200
  while (await isIn(late.session)) await sleep(50)
  await sleep(Math.max(0, soon - Date.now()))
  const again = async (name: string, tenant: string, password: string): Promise<Headers> =>
    sessionOf(await ground.send({ method: 'POST', path: '/api/session', body: { name, tenant, password } }))
  return {
    insiders: { member: member.id, fallen: fallen.id },
    come: async () => ({
      key: [bearer(attacker.key.key), { 'x-api-key': attacker.key.key }],
      session: [await again(attacker.owner.name, attacker.slug, OWNER_PASSWORD)],
      insider: [await again(member.name, victim.slug, MEMBER_PASSWORD), bearer(own.key)],
      nobody: [{}],
      expired: [bearer(expiring.key), late.session],
      revoked: [bearer(revoked.key), gone.session],
      shut: [bearer(ofShut.key), shut.session],
      fallen: [
        bearer(ofFallen.key),
        await again(fallen.name, victim.slug, MEMBER_PASSWORD),
        bearer(narrow.key),
      ],
    }),
  }
}
