import { hash } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { TrustRoot } from '../signing/trust-root.ts'
import type { Meta, Metadata, Role, Root, Signed } from './metadata.ts'
import { holderOf, readMetadata, requireSigned } from './metadata.ts'
import type { TrustedStore } from './trusted-store.ts'

/** Where the files of a repository are read from, by their names: `3.snapshot.json`. */
export interface MetadataSource {
  /** Null: it is not there. @throws Fault where nobody answers, `too_large` */
  metadata(name: string, mostBytes: number): Promise<Buffer | null>
}

export interface Updating {
  readonly source: MetadataSource
  readonly store: TrustedStore
  readonly trust: Pick<TrustRoot, 'root'>
  /** Milliseconds since the Unix epoch: the start of the update, by which all of it is judged (section 5.1). */
  readonly now: number
}

const MOST_ROOTS = 256
const MOST_BYTES = {
  root: 512 * 1024,
  timestamp: 16 * 1024,
  snapshot: 2 * 1024 * 1024,
  targets: 16 * 1024 * 1024,
}

/**
 * The client of The Update Framework, section 5 of its specification, 1.0.34, without delegations: what comes back is signed by
 * those who may, not older than anything seen before, not out of date, and all of one piece.
 * @throws Fault `skill_untrusted` that says what is wrong
 */
export async function updateCatalogue(updating: Updating): Promise<Signed<'targets'>> {
  const root = await updateRoot(updating, await firstRoot(updating))
  const timestamp = await updateTimestamp(updating, root)
  const snapshot = await updateSnapshot(updating, root, timestamp)
  return updateTargets(updating, root, snapshot)
}

/** What was believed last, without asking anybody; null where nothing was, or where it has run out since. */
export function knownCatalogue({ store, now }: Pick<Updating, 'store' | 'now'>): Signed<'targets'> | null {
  const found = stored(store, 'targets')
  return found !== null && Date.parse(found.signed.expires) > now ? found.signed : null
}

/** 5.2: the root that was believed last, or the first one, which the keys of the trust root have signed. */
async function firstRoot({ source, store, trust }: Updating): Promise<Metadata<'root'>> {
  if (trust.root === null) throw wrong('root', 'the trust root names no keys of a repository')
  // Whoever takes a key out of the trust root means what was believed by it too.
  const anchor = anchorOf(trust.root)
  const known = store.read('anchor')?.equals(anchor) ? stored(store, 'root') : null
  if (known !== null) return known
  const name = `${trust.root.version}.root.json`
  const bytes = await source.metadata(name, MOST_BYTES.root)
  if (bytes === null) throw new Fault('not_found', `The repository has no ${name}: it holds no catalogue.`)
  const root = readMetadata('root', bytes)
  requireSigned('root', root, trust.root, 'the trust root')
  requireSigned('root', root, holderOf(root.signed, 'root'), 'its own')
  if (root.signed.version !== trust.root.version)
    throw wrong('root', `${name} says that it is version ${root.signed.version}`)
  store.write('root', bytes)
  store.write('anchor', anchor)
  return root
}

const anchorOf = ({ version, threshold, keys }: NonNullable<TrustRoot['root']>): Buffer =>
  Buffer.from(JSON.stringify({ version, threshold, keys: [...keys.keys()].sort() }))

/** 5.3: one version after the other, each signed by the keys of the one before and by its own. */
async function updateRoot({ source, store, now }: Updating, first: Metadata<'root'>): Promise<Root> {
  let root = first
  for (let count = 0; ; count += 1) {
    // 5.3.3: the next version, if there is one.
    const bytes = await source.metadata(`${root.signed.version + 1}.root.json`, MOST_BYTES.root)
    if (bytes === null) break
    if (count === MOST_ROOTS) throw wrong('root', `more than ${MOST_ROOTS} versions lie ahead`)
    const next = readMetadata('root', bytes)
    // 5.3.4: an arbitrary software attack.
    requireSigned('root', next, holderOf(root.signed, 'root'), 'the version before')
    requireSigned('root', next, holderOf(next.signed, 'root'), 'its own')
    // 5.3.5: a rollback attack. Exactly the next one.
    if (next.signed.version !== root.signed.version + 1)
      throw wrong('root', `version ${next.signed.version} came after ${root.signed.version}`)
    // 5.3.7 and 5.3.8, and 5.3.11 at once, so that a kill in between does not leave what recovery needs gone: keys that were
    // replaced may have signed versions so high that nothing would ever follow them.
    const [before, after] = [root.signed, next.signed]
    if (isReplaced(before, after, 'timestamp') || isReplaced(before, after, 'snapshot')) {
      store.remove('timestamp')
      store.remove('snapshot')
    }
    if (isReplaced(before, after, 'targets')) store.remove('targets')
    store.write('root', bytes)
    root = next
  }
  // 5.3.10: a freeze attack.
  requireFresh('root', root, now)
  return root.signed
}

const isReplaced = (before: Root, after: Root, role: Role): boolean =>
  before.roles[role].keyids.some((id) => !after.roles[role].keyids.includes(id))

/** 5.4: which snapshot is the newest. */
async function updateTimestamp({ source, store, now }: Updating, root: Root): Promise<Signed<'timestamp'>> {
  const known = stored(store, 'timestamp')
  // 5.4.1
  const bytes = await source.metadata('timestamp.json', MOST_BYTES.timestamp)
  if (bytes === null)
    throw new Fault('not_found', 'The repository has no timestamp.json: it holds no catalogue.')
  const fresh = readMetadata('timestamp', bytes)
  // 5.4.2: an arbitrary software attack.
  requireSigned('timestamp', fresh, holderOf(root, 'timestamp'), 'the role')
  if (known !== null) {
    // 5.4.3: a rollback attack.
    requireRising('timestamp', known.signed.version, fresh.signed.version)
    requireRising('snapshot', snapshotIn(known.signed).version, snapshotIn(fresh.signed).version)
  }
  // 5.4.4: a freeze attack.
  requireFresh('timestamp', fresh, now)
  // 5.4.5. The same version again is what was believed before, or somebody has signed two.
  if (known?.signed.version === fresh.signed.version) {
    if (!known.canonical.equals(fresh.canonical))
      throw wrong('timestamp', `there are two of version ${known.signed.version}`)
  } else store.write('timestamp', bytes)
  return fresh.signed
}

const snapshotIn = (timestamp: Signed<'timestamp'>): Meta => timestamp.meta['snapshot.json']

/** 5.5: which versions belong together. */
async function updateSnapshot(
  { source, store, now }: Updating,
  root: Root,
  timestamp: Signed<'timestamp'>,
): Promise<Signed<'snapshot'>> {
  const known = stored(store, 'snapshot')
  const meta = snapshotIn(timestamp)
  // 5.5.1, 5.5.2: what was downloaded before is not downloaded again.
  const bytes = await bytesOf({ source, role: 'snapshot', meta, known })
  const fresh = readMetadata('snapshot', bytes)
  // 5.5.3: an arbitrary software attack.
  requireSigned('snapshot', fresh, holderOf(root, 'snapshot'), 'the role')
  // 5.5.4: a mix-and-match attack.
  requireVersion('snapshot', meta.version, fresh.signed.version)
  // 5.5.5: a rollback attack.
  for (const [name, before] of Object.entries(known?.signed.meta ?? {})) {
    const now = fresh.signed.meta[name]
    if (now === undefined) throw wrong('snapshot', `${name} is not listed any more`)
    requireRising('targets', before.version, now.version)
  }
  // 5.5.6: a freeze attack.
  requireFresh('snapshot', fresh, now)
  // 5.5.7
  if (!known?.bytes.equals(bytes)) store.write('snapshot', bytes)
  return fresh.signed
}

/** 5.6: what there is. */
async function updateTargets(
  { source, store, now }: Updating,
  root: Root,
  snapshot: Signed<'snapshot'>,
): Promise<Signed<'targets'>> {
  const known = stored(store, 'targets')
  const meta = snapshot.meta['targets.json']
  // 5.6.1, 5.6.2
  const bytes = await bytesOf({ source, role: 'targets', meta, known })
  const fresh = readMetadata('targets', bytes)
  // 5.6.3: an arbitrary software attack.
  requireSigned('targets', fresh, holderOf(root, 'targets'), 'the role')
  // 5.6.4: a mix-and-match attack.
  requireVersion('targets', meta.version, fresh.signed.version)
  // 5.6.5: a freeze attack.
  requireFresh('targets', fresh, now)
  // 5.6.6
  if (!known?.bytes.equals(bytes)) store.write('targets', bytes)
  return fresh.signed
}

interface Wanted {
  readonly source: MetadataSource
  readonly role: 'snapshot' | 'targets'
  readonly meta: Meta
  readonly known: Metadata<Role> | null
}

async function bytesOf({ source, role, meta, known }: Wanted): Promise<Buffer> {
  if (known?.signed.version === meta.version && isThat(known.bytes, meta)) return known.bytes
  const name = `${meta.version}.${role}.json`
  const bytes = await source.metadata(name, Math.min(meta.length ?? Infinity, MOST_BYTES[role]))
  if (bytes === null) throw wrong(role, `${name} is not there`)
  if (!isThat(bytes, meta))
    throw wrong(role, `${name} has another length or hash than what refers to it says`)
  return bytes
}

const isThat = (bytes: Buffer, { length, hashes }: Meta): boolean =>
  (length === undefined || bytes.length === length) &&
  (hashes?.sha256 === undefined || hash('sha256', bytes, 'hex') === hashes.sha256)

function stored<R extends Role>(store: TrustedStore, role: R): Metadata<R> | null {
  const bytes = store.read(role)
  return bytes === null ? null : readMetadata(role, bytes)
}

const wrong = (role: Role, what: string): Fault =>
  new Fault('skill_untrusted', `${role}.json of the repository: ${what}.`, { param: `${role}.json` })

function requireRising(role: Role, known: number, fresh: number): void {
  if (fresh < known) throw wrong(role, `version ${fresh} is older than ${known}, which was there before`)
}

function requireVersion(role: Role, wanted: number, found: number): void {
  if (found !== wanted) throw wrong(role, `it is version ${found}, and ${wanted} belongs here`)
}

function requireFresh(role: Role, { signed }: Metadata<Role>, now: number): void {
  if (Date.parse(signed.expires) <= now)
    throw wrong(role, `it expired on ${signed.expires}; whoever runs the repository has to sign it again`)
}
