import { Fault } from '../../kernel/fault.ts'
import type { PublicKey, SigningKey } from '../signing/signing-key.ts'
import type { TrustRoot } from '../signing/trust-root.ts'
import type { MetadataSource } from './catalogue-client.ts'
import { updateCatalogue } from './catalogue-client.ts'
import type { Metadata, Role, Root, Signed } from './metadata.ts'
import { holderOf, metaOf, readMetadata, requireSigned, ROLES, signMetadata, tufKey } from './metadata.ts'
import type { TrustedStore } from './trusted-store.ts'

/** Where whoever runs a repository writes its files. */
export interface MetadataPlace extends MetadataSource {
  putMetadata(name: string, bytes: Buffer): Promise<void>
}

export interface RoleKeys {
  readonly keys: readonly PublicKey[]
  readonly threshold: number
}

/** For how many days each role is signed: the shorter the timestamp, the sooner somebody who holds news back is noticed. */
export const USUAL_DAYS: Readonly<Record<Role, number>> = {
  root: 365,
  targets: 180,
  snapshot: 60,
  timestamp: 14,
}

/** Who changes a repository, and by what it is judged before. */
export interface Writing {
  readonly place: MetadataPlace
  readonly signers: readonly SigningKey[]
  readonly now: number
}

export interface Beginning extends Writing {
  readonly roles: Readonly<Record<Role, RoleKeys>>
  readonly days: Readonly<Record<Role, number>>
}

type Targets = Signed<'targets'>['targets']

/** The first version of everything, without a skill in it. @throws Fault `conflict` where there is one, `invalid` */
export async function beginCatalogue({ roles, days, ...writing }: Beginning): Promise<void> {
  const root = signRoot(writing, { version: 1, roles, days, before: null })
  await putRoot(writing, root)
  await putRest(writing, [root.signed], { targets: {}, versions: { targets: 0, snapshot: 0, timestamp: 0 } })
}

/**
 * What stands in a repository now, however long ago it was signed. Whoever signs goes on from there, so that it must not
 * be older than what the store remembers. @throws Fault `skill_untrusted`
 */
export async function standingCatalogue(
  source: MetadataSource,
  trust: Pick<TrustRoot, 'root'>,
  store: TrustedStore,
): Promise<Standing> {
  // Before anything runs out: what has run out is what gets signed again.
  await updateCatalogue({ source, store, trust, now: 0 })
  const found = <R extends Role>(role: R): Metadata<R> =>
    readMetadata(role, store.read(role) ?? Buffer.alloc(0))
  return {
    root: found('root').signed,
    targets: found('targets').signed,
    snapshot: found('snapshot'),
    timestamp: found('timestamp'),
  }
}

export interface Standing {
  readonly root: Root
  readonly targets: Signed<'targets'>
  readonly snapshot: Metadata<'snapshot'>
  readonly timestamp: Metadata<'timestamp'>
}

/** New targets in the place of those that are there. @throws Fault `invalid` where keys are missing, `conflict` */
export async function changeTargets(writing: Writing, standing: Standing, targets: Targets): Promise<void> {
  await putRest(writing, [standing.root], { targets, versions: versionsOf(standing) })
}

/** Signs again whatever the given keys suffice for, the timestamp at least. @returns the roles @throws Fault as `changeTargets` */
export async function refreshCatalogue(writing: Writing, standing: Standing): Promise<readonly Role[]> {
  const can = (role: Role): boolean => holdsEnough(standing.root, role, writing)
  let { root } = standing
  if (can('root')) {
    const next = nextRoot(writing, root, rolesOf(root))
    await putRoot(writing, next)
    root = next.signed
  }
  const versions = versionsOf(standing)
  if (can('targets') && can('snapshot')) {
    await putRest(writing, [root], { targets: standing.targets.targets, versions })
  } else if (can('snapshot')) {
    await putSnapshot(writing, [root], { meta: standing.snapshot.signed.meta['targets.json'], versions })
  } else {
    const { version } = standing.timestamp.signed
    await putTimestamp(writing, [root], { meta: metaOf(standing.snapshot), version })
  }
  return ROLES.filter(
    (role) => role === 'timestamp' || (can(role) && (role !== 'targets' || can('snapshot'))),
  )
}

/** Other keys for some of the roles: signed by the old root keys and the new ones, and the rest by whoever signs now. */
export async function rotateKeys(
  writing: Writing,
  standing: Standing,
  changed: Partial<Record<Role, RoleKeys>>,
): Promise<void> {
  const root = nextRoot(writing, standing.root, { ...rolesOf(standing.root), ...changed })
  const rest = { targets: standing.targets.targets, versions: versionsOf(standing) }
  const others = ROLES.filter((role) => role !== 'root' && changed[role] !== undefined)
  if (others.length === 0) return putRoot(writing, root)
  // Signed by both, what is new is good under either root: a kill in between leaves nobody with a repository of two halves.
  if (others.every((role) => holdsEnough(standing.root, role, writing))) {
    await putRest(writing, [root.signed, standing.root], rest)
    return putRoot(writing, root)
  }
  // Keys that are lost sign nothing any more.
  await putRoot(writing, root)
  return putRest(writing, [root.signed], rest)
}

const holdsEnough = (root: Root, role: Role, writing: Writing): boolean =>
  signersOf([root], role, writing).length >= root.roles[role].threshold

const putRoot = (writing: Writing, root: Metadata<'root'>): Promise<void> =>
  putNew(writing.place, `${root.signed.version}.root.json`, root.bytes)

function rolesOf(root: Root): Readonly<Record<Role, RoleKeys>> {
  const of = (role: Role): RoleKeys => {
    const { keys, threshold } = holderOf(root, role)
    return { keys: [...keys.values()], threshold }
  }
  return { root: of('root'), targets: of('targets'), snapshot: of('snapshot'), timestamp: of('timestamp') }
}

function nextRoot(writing: Writing, before: Root, roles: Readonly<Record<Role, RoleKeys>>): Metadata<'root'> {
  const days = before['x-freehold-days'] ?? USUAL_DAYS
  return signRoot(writing, { version: before.version + 1, roles, days, before })
}

interface RootParts {
  readonly version: number
  readonly roles: Readonly<Record<Role, RoleKeys>>
  readonly days: Readonly<Record<Role, number>>
  readonly before: Root | null
}

function signRoot({ signers, now }: Writing, { version, roles, days, before }: RootParts): Metadata<'root'> {
  for (const role of ROLES)
    if (roles[role].keys.length < roles[role].threshold || roles[role].threshold < 1)
      throw new Fault(
        'invalid',
        `${role}: ${roles[role].threshold} of ${roles[role].keys.length} keys cannot sign.`,
        {
          param: role,
        },
      )
  const keys = ROLES.flatMap((role) => roles[role].keys)
  const held = before === null ? [] : [...holderOf(before, 'root').keys.keys()]
  const may = new Set([...roles.root.keys.map(({ id }) => id), ...held])
  const root = signMetadata(
    'root',
    {
      version,
      expires: expiry(now, days.root),
      consistent_snapshot: true,
      keys: Object.fromEntries(keys.map((key) => [key.id, tufKey(key)])),
      roles: Object.fromEntries(
        ROLES.map((role) => [
          role,
          { keyids: roles[role].keys.map(({ id }) => id), threshold: roles[role].threshold },
        ]),
      ),
      'x-freehold-days': days,
    },
    distinct(signers).filter((key) => may.has(key.public.id)),
  )
  requireKeys(root, root.signed, 'root')
  if (before !== null) requireKeys(root, before, 'root')
  return root
}

interface Versions {
  readonly targets: number
  readonly snapshot: number
  readonly timestamp: number
}

const versionsOf = ({ targets, snapshot, timestamp }: Standing): Versions => ({
  targets: targets.version,
  snapshot: snapshot.signed.version,
  timestamp: timestamp.signed.version,
})

async function putRest(
  writing: Writing,
  roots: readonly Root[],
  { targets, versions }: { readonly targets: Targets; readonly versions: Versions },
): Promise<void> {
  const version = versions.targets + 1
  const signed = signRole(writing, roots, 'targets', { version, targets })
  await putNew(writing.place, `${version}.targets.json`, signed.bytes)
  await putSnapshot(writing, roots, { meta: metaOf(signed), versions })
}

async function putSnapshot(
  writing: Writing,
  roots: readonly Root[],
  { meta, versions }: { readonly meta: object; readonly versions: Versions },
): Promise<void> {
  const version = versions.snapshot + 1
  const signed = signRole(writing, roots, 'snapshot', { version, meta: { 'targets.json': meta } })
  await putNew(writing.place, `${version}.snapshot.json`, signed.bytes)
  await putTimestamp(writing, roots, { meta: metaOf(signed), version: versions.timestamp })
}

/** Last, because it is what makes the rest count. */
async function putTimestamp(
  writing: Writing,
  roots: readonly Root[],
  { meta, version }: { readonly meta: object; readonly version: number },
): Promise<void> {
  const signed = signRole(writing, roots, 'timestamp', {
    version: version + 1,
    meta: { 'snapshot.json': meta },
  })
  await writing.place.putMetadata('timestamp.json', signed.bytes)
}

function signRole<R extends Role>(
  writing: Writing,
  roots: readonly Root[],
  role: R,
  content: object,
): Metadata<R> {
  const days = roots[0]?.['x-freehold-days'] ?? USUAL_DAYS
  const expires = expiry(writing.now, days[role])
  const signed = signMetadata(role, { ...content, expires }, signersOf(roots, role, writing))
  for (const root of roots) requireKeys(signed, root, role)
  return signed
}

function requireKeys(metadata: Metadata<Role>, root: Root, role: Role): void {
  try {
    requireSigned(role, metadata, holderOf(root, role), 'the role')
  } catch (error) {
    const { keyids, threshold } = root.roles[role]
    throw new Fault(
      'invalid',
      `Nothing is written: ${role} version ${metadata.signed.version} needs ${threshold} of these keys: ${keyids.join(', ')}.`,
      { param: role, cause: error },
    )
  }
}

function signersOf(roots: readonly Root[], role: Role, { signers }: Writing): readonly SigningKey[] {
  const may = new Set(roots.flatMap((root) => [...holderOf(root, role).keys.keys()]))
  return distinct(signers).filter((key) => may.has(key.public.id))
}

const distinct = (signers: readonly SigningKey[]): readonly SigningKey[] => [
  ...new Map(signers.map((key) => [key.public.id, key])).values(),
]

const DAY_MS = 86_400_000
/** Whole seconds, as TUF has them. */
const expiry = (now: number, days: number): string =>
  new Date(now + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z')

/** Versions are never written over: what was believed once stays what it was. */
async function putNew(place: MetadataPlace, name: string, bytes: Buffer): Promise<void> {
  if ((await place.metadata(name, bytes.length * 2)) !== null)
    throw new Fault(
      'conflict',
      `${name} is there already: somebody else has changed the repository meanwhile.`,
    )
  await place.putMetadata(name, bytes)
}
