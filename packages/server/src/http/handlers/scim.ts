import { SCIM_TYPES } from '@freehold/contract/scim-attributes.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Answered } from '../../identity/scim/provisioning.ts'
import { names } from '../../identity/scim/user-changes.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Call, Handlers } from './handlers.ts'

type ScimOperation = Extract<keyof Handlers, `scim.${string}`>

/** What a directory elsewhere asks over SCIM. */
export function scimHandlers(identity: Identity): Pick<Handlers, ScimOperation> {
  const { provisioning } = identity
  const { User, Group } = SCIM_TYPES
  return {
    'scim.config': async () => provisioning.config(),
    'scim.types': async ({ query }) => provisioning.types(query.filter),
    'scim.type': async ({ params }) => provisioning.type(params.id),
    'scim.schemas': async ({ query }) => provisioning.schemas(query.filter),
    'scim.schema': async ({ params }) => provisioning.schema(params.id),
    'scim.search': (by) => provisioning.search(by, by.body),
    'scim.user.list': (by) => provisioning.list(by, queryOf(by.query), User),
    'scim.user.search': (by) => provisioning.search(by, by.body, User),
    'scim.user.create': (by) => made(by, provisioning.createUser(by, by.body, selectionOf(by.query))),
    'scim.user.read': (by) => read(by, provisioning.readUser(by, by.params.id, selectionOf(by.query))),
    'scim.user.replace': (by) =>
      shown(by, provisioning.replaceUser(conditional(by), by.params.id, changeOf(by))),
    'scim.user.patch': (by) => shown(by, provisioning.patchUser(conditional(by), by.params.id, changeOf(by))),
    'scim.user.delete': (by) => nothing(provisioning.deleteUser(conditional(by), by.params.id)),
    'scim.group.list': (by) => provisioning.list(by, queryOf(by.query), Group),
    'scim.group.search': (by) => provisioning.search(by, by.body, Group),
    'scim.group.create': (by) => made(by, provisioning.createGroup(by, by.body, selectionOf(by.query))),
    'scim.group.read': (by) => read(by, provisioning.readGroup(by, by.params.id, selectionOf(by.query))),
    'scim.group.replace': (by) =>
      shown(by, provisioning.replaceGroup(conditional(by), by.params.id, changeOf(by))),
    'scim.group.patch': (by) =>
      shown(by, provisioning.patchGroup(conditional(by), by.params.id, changeOf(by))),
    'scim.group.delete': (by) => nothing(provisioning.deleteGroup(conditional(by), by.params.id)),
  }
}

const list = (names: string | undefined): readonly string[] | undefined => names?.split(',')

function selectionOf(query: {
  readonly attributes?: string | undefined
  readonly excludedAttributes?: string | undefined
}) {
  return { attributes: list(query.attributes), excludedAttributes: list(query.excludedAttributes) }
}

const whole = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)

const queryOf = (query: Call<'scim.user.list'>['query']) => ({
  ...selectionOf(query),
  filter: query.filter,
  startIndex: whole(query.startIndex),
  count: whole(query.count),
})

type Changing = Call<'scim.user.replace'> | Call<'scim.user.patch'>

const changeOf = (by: Changing | Call<'scim.group.replace'> | Call<'scim.group.patch'>) => ({
  body: by.body,
  selection: selectionOf(by.query),
})

type Any = Pick<Call<'scim.user.read'>, 'caller' | 'request' | 'asking' | 'header'>

const conditional = ({ caller, request, asking }: Any) => ({
  caller,
  request,
  ifMatch: asking.headers['if-match'],
})

async function shown({ header }: Any, work: Promise<Answered>) {
  const { resource, version, location } = await work
  header('etag', version)
  header('content-location', location)
  return resource
}

async function made(by: Any, work: Promise<Answered>) {
  by.header('location', (await work).location)
  return shown(by, work)
}

/** RFC 7644 section 3.14: who knows this state already is not told again. */
async function read(by: Any, work: Promise<Answered>) {
  const known = by.asking.headers['if-none-match']
  const resource = await shown(by, work)
  if (known === undefined || !names(known, (await work).version)) return resource
  return new TextAnswer('application/scim+json', '', 304)
}

async function nothing(work: Promise<void>): Promise<undefined> {
  await work
  return undefined
}
