import { SCIM_GROUP, SCIM_USER } from '@freehold/contract/scim-attributes.ts'
import { SCIM_PATCH, SCIM_SEARCH } from '@freehold/contract/scim.ts'
import type { Ground } from './operation-ground.ts'
import { CANARY } from './operation-ground.ts'
import type { Sample } from './operation-subjects.ts'
import { bare } from './operation-subjects.ts'

const newUser = () => ({
  schemas: [SCIM_USER],
  userName: `${CANARY} ${crypto.randomUUID()}`,
  externalId: crypto.randomUUID(),
  emails: [{ type: 'work', value: `${CANARY}@example.org` }],
})
const newGroup = () => ({ schemas: [SCIM_GROUP], displayName: `${CANARY} ${crypto.randomUUID()}` })
const search = { schemas: [SCIM_SEARCH], filter: `userName sw "${CANARY}"` }
const patch = (path: string) => ({
  schemas: [SCIM_PATCH],
  Operations: [{ op: 'replace', path, value: `${CANARY} ${crypto.randomUUID()}` }],
})

const aUser = (ground: Ground): Promise<{ id: string }> =>
  ground.ok({ method: 'POST', path: '/scim/v2/Users', body: newUser() })
const aGroup = (ground: Ground): Promise<{ id: string }> =>
  ground.ok({ method: 'POST', path: '/scim/v2/Groups', body: newGroup() })

/** Of what a directory asks; the type of all samples sees to it that none is missing. */
export const SCIM_SAMPLES = {
  'scim.config': bare,
  'scim.types': bare,
  'scim.type': async () => ({ id: 'User' }),
  'scim.schemas': bare,
  'scim.schema': async () => ({ id: SCIM_USER }),
  'scim.search': async () => ({ body: search }),
  'scim.user.list': bare,
  'scim.user.search': async () => ({ body: search }),
  'scim.user.create': async () => ({ body: newUser() }),
  'scim.user.read': async (ground) => ({ id: (await aUser(ground)).id }),
  'scim.user.replace': async (ground) => ({ id: (await aUser(ground)).id, body: newUser() }),
  'scim.user.patch': async (ground) => ({ id: (await aUser(ground)).id, body: patch('displayName') }),
  'scim.user.delete': async (ground) => ({ id: (await aUser(ground)).id }),
  'scim.group.list': bare,
  'scim.group.search': async () => ({
    body: { ...search, filter: `displayName sw "${CANARY}"` },
  }),
  'scim.group.create': async () => ({ body: newGroup() }),
  'scim.group.read': async (ground) => ({ id: (await aGroup(ground)).id }),
  'scim.group.replace': async (ground) => ({ id: (await aGroup(ground)).id, body: newGroup() }),
  'scim.group.patch': async (ground) => ({ id: (await aGroup(ground)).id, body: patch('externalId') }),
  'scim.group.delete': async (ground) => ({ id: (await aGroup(ground)).id }),
} as const satisfies Readonly<Record<string, Sample>>
