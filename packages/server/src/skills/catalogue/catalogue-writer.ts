import { Fault } from '../../kernel/fault.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import type { TrustRoot } from '../signing/trust-root.ts'
import type { MetadataSource } from './catalogue-client.ts'
import { updateCatalogue } from './catalogue-client.ts'
import type { Metadata, Role, Root, Signed } from './metadata.ts'
import { holderOf, metaOf, readMetadata, ROLES, signMetadata } from './metadata.ts'
import {
  daysOf,
  distinctSigners,
  draftRoot,
  expiry,
  requireKeys,
  requireRoot,
  rolesOf,
  USUAL_DAYS,
} from './root-writer.ts'
import type { TrustedStore } from './trusted-store.ts'

/** Where whoever runs a repository writes its files. */
export interface MetadataPlace extends MetadataSource {
  putMetadata(name: string, bytes: Buffer): Promise<void>
}

/** Who changes a repository, and by what it is judged before. */
export interface Writing {
  readonly place: MetadataPlace
  readonly signers: readonly SigningKey[]
  readonly now: number
}

type Targets = Signed<'targets'>['targets']

/** The first version of everything, without a skill in it. @throws Fault `conflict` where there is one, `invalid` */
export async function beginCatalogue(writing: Writing, root: Metadata<'root'>): Promise<void> {
  requireRoot(root, null)
  await putRoot(writing, root)
  await putRest(writing, [root.signed], { targets: {}, from: NOTHING })
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
  await putRest(writing, [standing.root], { targets, from: basisOf(standing) })
}

/** Signs again whatever the given keys suffice for, the timestamp at least. @returns the roles @throws Fault as `changeTargets` */
export async function refreshCatalogue(writing: Writing, standing: Standing): Promise<readonly Role[]> {
  const can = (role: Role): boolean => holdsEnough(standing.root, role, writing)
  let { root } = standing
  if (can('root')) {
    const parts = { before: root, roles: rolesOf(root), days: daysOf(root), now: writing.now }
    const next = draftRoot(parts, writing.signers)
    await putRoot(writing, next)
    root = next.signed
  }
  const from = basisOf(standing)
  if (can('targets') && can('snapshot')) {
    await putRest(writing, [root], { targets: standing.targets.targets, from })
  } else if (can('snapshot')) {
    await putSnapshot(writing, [root], { meta: standing.snapshot.signed.meta['targets.json'], from })
  } else await putTimestamp(writing, [root], { meta: metaOf(standing.snapshot), from })
  return ROLES.filter(
    (role) => role === 'timestamp' || (can(role) && (role !== 'targets' || can('snapshot'))),
  )
}

/**
 * Another root in the place of the one that stands, signed by the keys of both; where it gives the other roles other keys,
 * they are signed again. @throws Fault as `changeTargets`
 */
export async function replaceRoot(
  writing: Writing,
  standing: Standing,
  root: Metadata<'root'>,
): Promise<void> {
  requireRoot(root, standing.root)
  const others = ROLES.filter((role) => role !== 'root' && isOther(standing.root, root.signed, role))
  if (others.length === 0) return putRoot(writing, root)
  const rest = { targets: standing.targets.targets, from: basisOf(standing) }
  // Signed by both, what is new is good under either root: a kill in between leaves nobody with a repository of two halves.
  if (others.every((role) => holdsEnough(standing.root, role, writing))) {
    await putRest(writing, [root.signed, standing.root], rest)
    return putRoot(writing, root)
  }
  // Keys that are lost sign nothing any more.
  await putRoot(writing, root)
  return putRest(writing, [root.signed], rest)
}

const isOther = (one: Root, other: Root, role: Role): boolean =>
  one.roles[role].threshold !== other.roles[role].threshold ||
  one.roles[role].keyids.toSorted().join() !== other.roles[role].keyids.toSorted().join()

const holdsEnough = (root: Root, role: Role, writing: Writing): boolean =>
  signersOf([root], role, writing).length >= root.roles[role].threshold

const putRoot = (writing: Writing, root: Metadata<'root'>): Promise<void> =>
  putNew(writing.place, `${root.signed.version}.root.json`, root.bytes)

/** What the next versions follow. */
interface Basis {
  readonly targets: number
  readonly snapshot: number
  readonly timestamp: number
  /** As it stands; null: there is none. */
  readonly bytes: Buffer | null
}

const NOTHING: Basis = { targets: 0, snapshot: 0, timestamp: 0, bytes: null }
const basisOf = ({ targets, snapshot, timestamp }: Standing): Basis => ({
  targets: targets.version,
  snapshot: snapshot.signed.version,
  timestamp: timestamp.signed.version,
  bytes: timestamp.bytes,
})

async function putRest(
  writing: Writing,
  roots: readonly Root[],
  { targets, from }: { readonly targets: Targets; readonly from: Basis },
): Promise<void> {
  const version = await freeVersion(writing, 'targets', from.targets)
  const signed = signRole(writing, roots, 'targets', { version, targets })
  await putNew(writing.place, `${version}.targets.json`, signed.bytes)
  await putSnapshot(writing, roots, { meta: metaOf(signed), from })
}

interface Pointing {
  readonly meta: object
  readonly from: Basis
}

async function putSnapshot(
  writing: Writing,
  roots: readonly Root[],
  { meta, from }: Pointing,
): Promise<void> {
  const version = await freeVersion(writing, 'snapshot', from.snapshot)
  const signed = signRole(writing, roots, 'snapshot', { version, meta: { 'targets.json': meta } })
  await putNew(writing.place, `${version}.snapshot.json`, signed.bytes)
  await putTimestamp(writing, roots, { meta: metaOf(signed), from })
}

/** Last, because it is what makes the rest count. */
async function putTimestamp(
  writing: Writing,
  roots: readonly Root[],
  { meta, from }: Pointing,
): Promise<void> {
  const { place } = writing
  const content = { version: from.timestamp + 1, meta: { 'snapshot.json': meta } }
  const signed = signRole(writing, roots, 'timestamp', content)
  const there = await place.metadata('timestamp.json', MOST_TIMESTAMP_BYTES)
  const isAsBefore = there === null ? from.bytes === null : from.bytes?.equals(there)
  if (!isAsBefore) throw changedMeanwhile('timestamp.json is another')
  await place.putMetadata('timestamp.json', signed.bytes)
}

const MOST_TIMESTAMP_BYTES = 16 * 1024
const MOST_BYTES = 32 * 1024 * 1024
const MOST_LEFT_BEHIND = 1000

/** Whoever was killed before the timestamp was written has left a version behind that nobody was led to. */
async function freeVersion({ place }: Writing, role: Role, from: number): Promise<number> {
  for (let version = from + 1; version <= from + MOST_LEFT_BEHIND; version += 1)
    if ((await place.metadata(`${version}.${role}.json`, MOST_BYTES)) === null) return version
  throw changedMeanwhile(`${MOST_LEFT_BEHIND} versions of ${role} lie ahead`)
}

const changedMeanwhile = (what: string): Fault =>
  new Fault('conflict', `${what}: somebody else has changed the repository meanwhile.`)

function signRole<R extends Role>(
  writing: Writing,
  roots: readonly Root[],
  role: R,
  content: object,
): Metadata<R> {
  const [root] = roots
  const days = root === undefined ? USUAL_DAYS : daysOf(root)
  const expires = expiry(writing.now, days[role])
  const signed = signMetadata(role, { ...content, expires }, signersOf(roots, role, writing))
  for (const one of roots) requireKeys(signed, one, role)
  return signed
}

function signersOf(roots: readonly Root[], role: Role, { signers }: Writing): readonly SigningKey[] {
  const may = new Set(roots.flatMap((root) => [...holderOf(root, role).keys.keys()]))
  return distinctSigners(signers).filter((key) => may.has(key.public.id))
}

/** Versions are never written over: what was believed once stays what it was. */
async function putNew(place: MetadataPlace, name: string, bytes: Buffer): Promise<void> {
  if ((await place.metadata(name, MOST_BYTES)) !== null) throw changedMeanwhile(`${name} is there already`)
  await place.putMetadata(name, bytes)
}
