import type { Answer, Call, Ground, Headers } from './operation-ground.ts'
import { bearer, CANARY } from './operation-ground.ts'

export const OWNER_PASSWORD = 'granite harbour whistles'

/** A tenant beside the home one, with its first owner. */
export interface Settled {
  readonly id: string
  readonly slug: string
  readonly owner: { readonly id: string; readonly name: string; readonly session: Headers }
  /** A key of the owner's for everything, and the same as headers. */
  readonly key: { readonly id: string; readonly key: string }
  /** The platform as this tenant's owner sees it: what samples make is made in this tenant. */
  readonly ground: Ground
}

interface Joined {
  readonly caller: { readonly principal: string }
  readonly csrf: string
}

/** What a browser sends that was just let in. */
export function sessionOf(answer: Answer): Headers {
  if (answer.status !== 201) throw new Error(answer.text)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  return { cookie, 'x-csrf-token': (JSON.parse(answer.text) as Joined).csrf }
}

/** Makes a tenant by the API and lets its first owner join with the link. `more`: of what the operation takes. */
export async function settle(ground: Ground, slug: string, more: object = {}): Promise<Settled> {
  const { id, token } = await ground.ok<{ id: string; token: string }>({
    method: 'POST',
    path: '/api/tenants',
    body: { slug, ...more },
  })
  const name = `${CANARY} of ${slug}`
  const answer = await ground.send({
    method: 'POST',
    path: '/api/invitations/accept',
    body: { token, tenant: slug, name, password: OWNER_PASSWORD },
  })
  const session = sessionOf(answer)
  const owner = { id: (JSON.parse(answer.text) as Joined).caller.principal, name, session }
  const key = await ground.ok<Settled['key']>({
    method: 'POST',
    path: '/api/keys',
    headers: session,
    body: { name: `${CANARY} ${slug}`, scopes: ['*'], class: 'public' },
  })
  return { id, slug, owner, key, ground: seenBy(ground, bearer(key.key)) }
}

/** The same platform with somebody else's credential. */
export function seenBy(ground: Ground, admin: Headers): Ground {
  const ok = <T>(call: Call): Promise<T> =>
    ground.ok({ ...call, headers: call.headers?.['cookie'] ? call.headers : { ...admin, ...call.headers } })
  return { ...ground, admin, ok }
}
