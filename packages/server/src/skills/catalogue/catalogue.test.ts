import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { testDirectory } from '../../kernel/test-directory.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { newKeyFile, readSigningKey } from '../signing/signing-key.ts'
import { readTrust } from '../signing/trust-root.ts'
import { tufCanonical } from './canonical.ts'
import { updateCatalogue } from './catalogue-client.ts'
import type { MetadataPlace } from './catalogue-writer.ts'
import type { RoleKeys } from './root-writer.ts'
import {
  beginCatalogue,
  changeTargets,
  refreshCatalogue,
  replaceRoot,
  standingCatalogue,
} from './catalogue-writer.ts'
import { draftRoot, rolesOf, USUAL_DAYS } from './root-writer.ts'
import type { Role } from './metadata.ts'
import { cosignMetadata, readMetadata, signMetadata } from './metadata.ts'
import { trustedFiles } from './trusted-store.ts'

/** Whoever runs it, on a new machine. */
const fresh = () => trustedFiles(testDirectory())

const NOW = Date.parse('2027-03-01T00:00:00Z')
const DAY = 86_400_000
const newKey = (): SigningKey => readSigningKey(newKeyFile(null), null)
const roleOf = (threshold: number, ...keys: readonly SigningKey[]): RoleKeys => ({
  threshold,
  keys: keys.map((key) => key.public),
})

/** A repository in memory that can be turned back, and whoever runs it. */
async function repository() {
  const keys = {
    root1: newKey(),
    root2: newKey(),
    targets: newKey(),
    snapshot: newKey(),
    timestamp: newKey(),
  }
  const files = new Map<string, Buffer>()
  const place: MetadataPlace = {
    metadata: async (name) => files.get(name) ?? null,
    putMetadata: async (name, bytes) => void files.set(name, bytes),
  }
  const trust = readTrust(
    `version: 1\nroot: { threshold: 2, keys: ["${keys.root1.public.text}", "${keys.root2.public.text}"] }`,
  )
  const roles = {
    root: roleOf(2, keys.root1, keys.root2),
    targets: roleOf(1, keys.targets),
    snapshot: roleOf(1, keys.snapshot),
    timestamp: roleOf(1, keys.timestamp),
  }
  const writing = (now = NOW, signers: readonly SigningKey[] = Object.values(keys)) => ({
    place,
    signers,
    now,
  })
  const root = draftRoot({ before: null, roles, days: USUAL_DAYS, now: NOW }, Object.values(keys))
  await beginCatalogue(writing(), root)
  const change = async (name: string, now = NOW, signers?: readonly SigningKey[]): Promise<void> => {
    const standing = await standingCatalogue(place, trust, fresh())
    const added = { [name]: { length: 1, hashes: { sha256: 'a'.repeat(64) } } }
    await changeTargets(writing(now, signers), standing, { ...standing.targets.targets, ...added })
  }
  return { keys, files, place, trust, roles, writing, change }
}
type Repository = Awaited<ReturnType<typeof repository>>

/** Other keys for some of the roles. */
async function rotated(
  { place, trust, writing }: Repository,
  changed: Partial<Record<Role, RoleKeys>>,
  by: readonly SigningKey[],
): Promise<void> {
  const standing = await standingCatalogue(place, trust, fresh())
  const roles = { ...rolesOf(standing.root), ...changed }
  const root = draftRoot({ before: standing.root, roles, days: USUAL_DAYS, now: NOW }, by)
  await replaceRoot(writing(NOW, by), standing, root)
}

/** Somebody who reads it, and remembers. */
function reader({ place, trust }: Pick<Repository, 'place' | 'trust'>) {
  const store = trustedFiles(testDirectory())
  const names = async (
    now = NOW,
    source: Pick<MetadataPlace, 'metadata'> = place,
  ): Promise<readonly string[]> => Object.keys((await updateCatalogue({ source, store, trust, now })).targets)
  return { store, names }
}

const refused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof Fault && pattern.test(error.message))

/** A repository that answers with what it had at another time. */
const withFiles = (files: ReadonlyMap<string, Buffer>): Pick<MetadataPlace, 'metadata'> => ({
  metadata: async (name) => files.get(name) ?? null,
})

test('what is added to a catalogue is what its readers find, and they stay up to date', async () => {
  const house = await repository()
  const { names } = reader(house)
  assert.deepEqual(await names(), [])
  await house.change('one')
  assert.deepEqual(await names(), ['one'])
  assert.deepEqual(await names(), ['one'])
  await house.change('two')
  assert.deepEqual(await names(), ['one', 'two'])
})

test('canonical JSON is as the other implementations of TUF write it', () => {
  const value = { b: [1, true, null, 'a"\\\n中'], a: { '"': '' } }
  assert.equal(tufCanonical(value), '{"a":{"\\"":""},"b":[1,true,null,"a\\"\\\\\n中"]}')
  assert.throws(() => tufCanonical(0.5), RangeError)
})

test('who shows an older state than before is caught: the whole of it, or one part', async () => {
  const house = await repository()
  await house.change('one')
  const before = new Map(house.files)
  await house.change('two')
  const { names } = reader(house)
  await names()
  await refused(names(NOW, withFiles(before)), /timestamp\.json.*version 2 is older than 3/)
  // Also by somebody who can sign timestamps, and so names an older snapshot in a newer one.
  const old = { version: 2 }
  const forged = signMetadata(
    'timestamp',
    { version: 9, expires: '2027-03-02T00:00:00Z', meta: { 'snapshot.json': old } },
    [house.keys.timestamp],
  )
  const files = new Map(house.files).set('timestamp.json', forged.bytes)
  const another = reader(house)
  await another.names()
  await refused(another.names(NOW, withFiles(files)), /snapshot\.json.*version 2 is older than 3/)
  // Or snapshots too, and so names older targets.
  const snapshot = signMetadata(
    'snapshot',
    { version: 9, expires: '2027-03-02T00:00:00Z', meta: { 'targets.json': { version: 2 } } },
    [house.keys.snapshot],
  )
  const both = signMetadata(
    'timestamp',
    { version: 9, expires: '2027-03-02T00:00:00Z', meta: { 'snapshot.json': { version: 9 } } },
    [house.keys.timestamp],
  )
  files.set('timestamp.json', both.bytes).set('9.snapshot.json', snapshot.bytes)
  await refused(names(NOW, withFiles(files)), /targets\.json.*version 2 is older than 3/)
  // Whoever has seen nothing yet cannot know: what was seen is what protects.
  assert.deepEqual(await reader(house).names(NOW, withFiles(before)), ['one'])
})

test('who shows the same for ever is caught when it runs out', async () => {
  const house = await repository()
  const { names } = reader(house)
  assert.deepEqual(await names(NOW + 13 * DAY), [])
  await refused(names(NOW + 15 * DAY), /timestamp\.json.*expired on 2027-03-15/)
  const roles = await refreshCatalogue(
    house.writing(NOW + 15 * DAY, [house.keys.timestamp]),
    await standingCatalogue(house.place, house.trust, fresh()),
  )
  assert.deepEqual([roles, await names(NOW + 15 * DAY)], [['timestamp'], []])
})

const EXPIRING: readonly (readonly [role: Role, days: number, without: readonly Role[]])[] = [
  ['snapshot', 61, ['root', 'targets', 'snapshot']],
  ['targets', 181, ['root', 'targets']],
  ['root', 366, ['root']],
]
for (const [role, days, without] of EXPIRING)
  test(`a ${role} that ran out is refused until it is signed again`, async () => {
    const house = await repository()
    const { names } = reader(house)
    const now = NOW + days * DAY
    const standing = () => standingCatalogue(house.place, house.trust, fresh())
    const some = Object.entries(house.keys).filter(([name]) => !without.some((one) => name.startsWith(one)))
    const left = some.map(([, key]) => key)
    await refreshCatalogue(house.writing(now, left), await standing())
    await refused(names(now), new RegExp(`${role}\\.json.*expired`))
    await refreshCatalogue(house.writing(now), await standing())
    assert.deepEqual(await names(now), [])
  })

test('parts of two states are never put together', async () => {
  const house = await repository()
  await house.change('one')
  const before = new Map(house.files)
  await house.change('two')
  for (const name of ['3.snapshot.json', '3.targets.json']) {
    const other = before.get(name.replace('3', '2'))
    assert.ok(other)
    const files = new Map(house.files).set(name, other)
    await refused(reader(house).names(NOW, withFiles(files)), /another length or hash/)
    files.delete(name)
    await refused(reader(house).names(NOW, withFiles(files)), /is not there/)
  }
  // Where no hash says so, the version does.
  const timestamp = signMetadata(
    'timestamp',
    { version: 9, expires: '2027-03-02T00:00:00Z', meta: { 'snapshot.json': { version: 3 } } },
    [house.keys.timestamp],
  )
  const old = before.get('2.snapshot.json')
  assert.ok(old)
  const files = new Map(house.files).set('timestamp.json', timestamp.bytes).set('3.snapshot.json', old)
  await refused(reader(house).names(NOW, withFiles(files)), /it is version 2, and 3 belongs here/)
})

test('two timestamps of one version, and two of anything signed by a stranger, are refused', async () => {
  const house = await repository()
  const { names } = reader(house)
  await names()
  const content = { version: 1, expires: '2027-03-09T00:00:00Z', meta: { 'snapshot.json': { version: 1 } } }
  const twin = signMetadata('timestamp', content, [house.keys.timestamp])
  await refused(
    names(NOW, withFiles(new Map(house.files).set('timestamp.json', twin.bytes))),
    /two of version 1/,
  )
  const strange = signMetadata('timestamp', { ...content, version: 2 }, [newKey(), house.keys.targets])
  await refused(
    names(NOW, withFiles(new Map(house.files).set('timestamp.json', strange.bytes))),
    /0 of 1 needed keys/,
  )
})

test('new keys are believed when the old ones have signed them, step by step', async () => {
  const house = await repository()
  const { names } = reader(house)
  await house.change('one')
  await names()
  const newer = { root1: newKey(), root2: newKey(), targets: newKey(), timestamp: newKey() }
  const signers = [...Object.values(house.keys), ...Object.values(newer)]
  const rotate = (changed: Partial<Record<Role, RoleKeys>>, by = signers) => rotated(house, changed, by)
  await rotate({ root: roleOf(2, newer.root1, newer.root2) })
  await rotate({ targets: roleOf(1, newer.targets), timestamp: roleOf(1, newer.timestamp) })
  assert.deepEqual(await names(), ['one'])
  // And by whoever has only the first trust root.
  assert.deepEqual(await reader(house).names(), ['one'])
  // The old keys are nobody's any more, in any role.
  await refused(house.change('two', NOW, Object.values(house.keys)), /Nothing is written: targets/)
  await refused(rotate({ root: house.roles.root }, Object.values(house.keys)), /Nothing is written: root/)
  await house.change('two', NOW, [newer.targets, house.keys.snapshot, newer.timestamp])
  assert.deepEqual(await names(), ['one', 'two'])
})

test('a root that the old keys have not signed, or that skips a version, is refused', async () => {
  const house = await repository()
  const { names } = reader(house)
  await names()
  const other = await repository()
  const root = JSON.parse(String(other.files.get('1.root.json'))) as { signed: Record<string, unknown> }
  const forge = (version: number, by: readonly SigningKey[]) =>
    withFiles(
      new Map(house.files).set('2.root.json', signMetadata('root', { ...root.signed, version }, by).bytes),
    )
  const theirs = [other.keys.root1, other.keys.root2]
  await refused(names(NOW, forge(2, theirs)), /0 of 2 needed keys of the version before/)
  await refused(
    names(NOW, forge(2, [...theirs, house.keys.root1])),
    /1 of 2 needed keys of the version before/,
  )
  await refused(names(NOW, forge(2, [house.keys.root1, house.keys.root2])), /0 of 2 needed keys of its own/)
  const ours = [...theirs, house.keys.root1, house.keys.root2]
  await refused(names(NOW, forge(3, ours)), /version 3 came after 1/)
})

test('a first root that the trust root does not know is refused', async () => {
  const [house, other] = [await repository(), await repository()]
  await refused(
    reader({ place: house.place, trust: other.trust }).names(),
    /0 of 2 needed keys of the trust root/,
  )
  await refused(reader({ place: house.place, trust: readTrust('version: 1') }).names(), /names no keys/)
  await refused(
    reader({ place: { ...house.place, metadata: async () => null }, trust: house.trust }).names(),
    /no catalogue/,
  )
})

test('a changed byte in any file of a catalogue is found', async () => {
  const house = await repository()
  await house.change('one')
  for (const [name, bytes] of house.files) {
    if (/^1\.(?:targets|snapshot)/.test(name)) continue
    for (let at = 0; at < bytes.length; at += 17) {
      const copy = Buffer.from(bytes)
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
      const files = new Map(house.files).set(name, copy)
      await assert.rejects(reader(house).names(NOW, withFiles(files)), Fault, `${name} byte ${at}`)
    }
  }
})

test('a trust root that names other keys is asked again, and what was believed by the old ones is not enough', async () => {
  const [house, other] = [await repository(), await repository()]
  const { store } = reader(house)
  const update = (trust: Repository['trust']) =>
    updateCatalogue({ source: house.place, store, trust, now: NOW })
  await update(house.trust)
  await refused(update(other.trust), /0 of 2 needed keys of the trust root/)
  await refused(update(readTrust('version: 1')), /names no keys/)
  await update(house.trust)
})

test('what was believed survives: a reader that starts again is protected as before', async () => {
  const house = await repository()
  const before = new Map(house.files)
  await house.change('one')
  const { store, names } = reader(house)
  await names()
  const again = updateCatalogue({ source: withFiles(before), store, trust: house.trust, now: NOW })
  await refused(again, /older/)
  // With the memory gone the same repository is believed: it is the memory that protects.
  for (const role of ['anchor', 'root', 'timestamp', 'snapshot', 'targets'] as const) store.remove(role)
  const blind = await updateCatalogue({ source: withFiles(before), store, trust: house.trust, now: NOW })
  assert.deepEqual(blind.targets, {})
})

test('nobody begins a catalogue twice or goes on from what is there no more', async () => {
  const house = await repository()
  const draft = (roles: typeof house.roles) =>
    draftRoot({ before: null, roles, days: USUAL_DAYS, now: NOW }, Object.values(house.keys))
  await refused(beginCatalogue(house.writing(), draft(house.roles)), /1\.root\.json is there already/)
  const standing = await standingCatalogue(house.place, house.trust, fresh())
  await house.change('one')
  await refused(changeTargets(house.writing(), standing, {}), /somebody else has changed/)
  assert.deepEqual(await reader(house).names(), ['one'])
  assert.throws(
    () => draft({ ...house.roles, targets: roleOf(2, house.keys.targets) }),
    /2 of 1 keys cannot sign/,
  )
  assert.throws(
    () => draft({ ...house.roles, targets: roleOf(2, house.keys.targets, house.keys.targets) }),
    /2 of 1 keys cannot sign/,
  )
})

test('a writer that was killed at any moment leaves a repository that is read and written as before', async () => {
  const whole = await repository()
  await whole.change('one')
  const writes = { left: Infinity }
  const cut = (house: Repository) => ({
    ...house.place,
    async putMetadata(name: string, bytes: Buffer) {
      writes.left -= 1
      if (writes.left < 0) throw new Error('killed')
      await house.place.putMetadata(name, bytes)
    },
  })
  for (let after = 0; after < 3; after += 1) {
    const standing = await standingCatalogue(whole.place, whole.trust, fresh())
    writes.left = after
    const writing = { ...whole.writing(), place: cut(whole) }
    await assert.rejects(changeTargets(writing, standing, {}), /killed/)
    assert.deepEqual(await reader(whole).names(), ['one'])
  }
  await whole.change('two')
  assert.deepEqual(await reader(whole).names(), ['one', 'two'])
  // Also with the keys half replaced.
  const newer = newKey()
  for (let after = 0; after < 4; after += 1) {
    const standing = await standingCatalogue(whole.place, whole.trust, fresh())
    const signers = [...Object.values(whole.keys), newer]
    const roles = { ...rolesOf(standing.root), timestamp: roleOf(1, newer), targets: roleOf(1, newer) }
    const root = draftRoot({ before: standing.root, roles, days: USUAL_DAYS, now: NOW }, signers)
    writes.left = after
    const writing = { place: cut(whole), signers, now: NOW }
    await assert.rejects(replaceRoot(writing, standing, root), /killed/)
    assert.deepEqual(await reader(whole).names(), ['one', 'two'])
  }
})

test('a root that several must sign is signed by one after the other, each on a machine of their own', async () => {
  const house = await repository()
  const standing = await standingCatalogue(house.place, house.trust, fresh())
  const newer = newKey()
  const roles = { ...rolesOf(standing.root), root: roleOf(2, house.keys.root1, newer) }
  const parts = { before: standing.root, roles, days: USUAL_DAYS, now: NOW }
  const draft = draftRoot(parts, [house.keys.root1])
  const publish = (bytes: Buffer) => replaceRoot(house.writing(), standing, readMetadata('root', bytes))
  await refused(publish(draft.bytes), /Nothing is written: root version 2 needs 2 of/)
  const second = cosignMetadata('root', readMetadata('root', draft.bytes), [newer])
  await refused(publish(second.bytes), /Nothing is written: root version 2 needs 2 of/)
  const third = cosignMetadata('root', readMetadata('root', second.bytes), [house.keys.root2, newer])
  assert.equal(third.signatures.length, 3)
  await publish(third.bytes)
  assert.deepEqual(await reader(house).names(), [])
  await refused(publish(third.bytes), /is there already|no next one|2 is the next one/)
})
