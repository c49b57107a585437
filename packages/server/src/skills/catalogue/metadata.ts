import { hash } from 'node:crypto'
import { skillAccess } from '@freehold/contract/skill-access.ts'
import { skillKind } from '@freehold/contract/skill-manifest.ts'
import { skillLevel, skillVerdict } from '@freehold/contract/skills.ts'
import { z } from 'zod'
import type { Json } from '../../audit/log/canonical.ts'
import { Fault } from '../../kernel/fault.ts'
import { fieldName } from '../../kernel/input.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { hexOf, publicKeyFromHex } from '../signing/signing-key.ts'
import type { PublicKey } from '../signing/signing-key.ts'
import type { Keyholder } from '../signing/trust-root.ts'
import { tufCanonical } from './canonical.ts'

export const ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const
export type Role = (typeof ROLES)[number]

const SPEC = '1.0.34'
const version = z.int().min(1)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 digest')
// Others may write more into metadata; it is signed along and not read (section 4 of the specification).
const common = {
  spec_version: z.string().regex(/^1\.\d+(?:\.\d+)?$/, 'is no 1.x of the specification'),
  version,
  expires: z.iso.datetime(),
}
const meta = z.looseObject({
  version,
  length: z.int().min(0).optional(),
  hashes: z.looseObject({ sha256: sha256.optional() }).optional(),
})

const key = z.looseObject({
  keytype: z.string().max(64),
  scheme: z.string().max(64),
  keyval: z.looseObject({ public: z.string().max(4096) }),
})
const role = z.looseObject({ keyids: z.array(sha256).max(64), threshold: z.int().min(1).max(64) })

const SIGNED = {
  root: z.looseObject({
    ...common,
    _type: z.literal('root'),
    consistent_snapshot: z.literal(true),
    keys: z.record(sha256, key),
    roles: z.looseObject({ root: role, targets: role, snapshot: role, timestamp: role }),
    /** For how many days whoever runs it signs each role. */
    'x-freehold-days': z
      .strictObject({ root: version, targets: version, snapshot: version, timestamp: version })
      .optional(),
  }),
  timestamp: z.looseObject({
    ...common,
    _type: z.literal('timestamp'),
    meta: z.looseObject({ 'snapshot.json': meta }),
  }),
  snapshot: z.looseObject({
    ...common,
    _type: z.literal('snapshot'),
    meta: z.looseObject({ 'targets.json': meta }).catchall(meta),
  }),
  targets: z.looseObject({
    ...common,
    _type: z.literal('targets'),
    targets: z.record(
      z.string().max(256),
      z.looseObject({
        length: z.int().min(0),
        hashes: z.looseObject({ sha256 }),
        custom: z.unknown().optional(),
      }),
    ),
  }),
} as const

export type Signed<R extends Role> = z.output<(typeof SIGNED)[R]>
export type Root = Signed<'root'>
export type Meta = z.output<typeof meta>

/** What a catalogue says of a skill besides its length and hash. */
export const listing = z.strictObject({
  name: z.string().max(64),
  version: z.string().max(64),
  publisher: z.string().max(64),
  kind: skillKind,
  title: z.string().max(80),
  description: z.string().max(1024),
  keywords: z.array(z.string().max(40)).max(20),
  /** Title and description for those who read Chinese. */
  zh: z.strictObject({ title: z.string().max(80), description: z.string().max(1024) }).optional(),
  /** What was proven of it, and found, when it was listed; whoever installs it asks again. */
  level: skillLevel.optional(),
  verdict: skillVerdict.optional(),
  access: skillAccess.optional(),
  /** Digest of the OCI manifest that what was signed refers to. */
  manifest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
})
export type Listing = z.output<typeof listing>

/** One file of a repository: what it says, and the bytes and signatures by which it is judged. */
export interface Metadata<R extends Role> {
  readonly signed: Signed<R>
  /** As it came. */
  readonly bytes: Buffer
  /** What the signatures are over. */
  readonly canonical: Buffer
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

const wrapper = z.looseObject({
  signatures: z.array(z.looseObject({ keyid: z.string().max(128), sig: z.string().max(8192) })).max(64),
  signed: z.looseObject({}),
})

/** @throws Fault `skill_untrusted` that names the file and the field */
export function readMetadata<R extends Role>(kind: R, bytes: Buffer): Metadata<R> {
  const file = `${kind}.json`
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new Fault('skill_untrusted', `${file} of the repository is no JSON.`, { param: file, cause: error })
  }
  const whole = wrapper.safeParse(value)
  const read = whole.success ? SIGNED[kind].safeParse(whole.data.signed) : whole
  if (!whole.success || !read.success) {
    const [issue] = read.error?.issues ?? []
    const at = fieldName(issue?.path ?? [])
    throw new Fault('skill_untrusted', `${file} of the repository: ${at}: ${issue?.message ?? 'is wrong'}.`, {
      param: file,
    })
  }
  try {
    // It was JSON, and the schema of this role has read it.
    const [signed, json] = [read.data as Signed<R>, whole.data.signed as Json]
    return { signed, bytes, canonical: Buffer.from(tufCanonical(json)), signatures: whole.data.signatures }
  } catch (error) {
    throw new Fault('skill_untrusted', `${file} of the repository cannot be signed as it is.`, {
      param: file,
      cause: error,
    })
  }
}

/** @throws Fault `skill_untrusted` where fewer keys than needed have signed */
export function requireSigned(
  kind: Role,
  metadata: Metadata<Role>,
  { keys, threshold }: Keyholder,
  whose: string,
): void {
  const signers = new Set<string>()
  for (const { keyid, sig } of metadata.signatures) {
    const isHex = /^(?:[0-9a-f]{2})+$/.test(sig)
    if (isHex && keys.get(keyid)?.verify(metadata.canonical, Buffer.from(sig, 'hex'))) signers.add(keyid)
  }
  if (signers.size >= threshold) return
  throw new Fault(
    'skill_untrusted',
    `${kind}.json of the repository, version ${metadata.signed.version}: ${signers.size} of ${threshold} needed keys of ${whose} have signed it.`,
    { param: `${kind}.json` },
  )
}

/** Who may sign for a role. Keys that are no Ed25519, or whose id is not their own, are nobody's: one key counts once. */
export function holderOf(root: Root, kind: Role): Keyholder {
  const { keyids, threshold } = root.roles[kind]
  const keys = new Map<string, PublicKey>()
  for (const id of keyids) {
    const found = root.keys[id]
    const read =
      found?.keytype === 'ed25519' && found.scheme === 'ed25519'
        ? publicKeyFromHex(found.keyval.public)
        : null
    if (read?.id === id) keys.set(id, read)
  }
  return { keys, threshold }
}

export const tufKey = (one: PublicKey) => ({
  keytype: 'ed25519',
  scheme: 'ed25519',
  keyval: { public: hexOf(one) },
})

/** Written and signed; read back, so that nothing is published that could not be read. */
export function signMetadata<R extends Role>(
  kind: R,
  signed: object,
  keys: readonly SigningKey[],
): Metadata<R> {
  // What was made here from texts, numbers and plain objects is JSON.
  const whole = { _type: kind, spec_version: SPEC, ...signed } as Json
  const canonical = Buffer.from(tufCanonical(whole))
  const signatures = keys.map((one) => ({ keyid: one.public.id, sig: one.sign(canonical).toString('hex') }))
  return readMetadata(kind, Buffer.from(JSON.stringify({ signatures, signed: whole })))
}

/** The same with more signatures; one that is there is not added again. */
export function cosignMetadata<R extends Role>(
  kind: R,
  { bytes, canonical, signatures }: Metadata<R>,
  keys: readonly SigningKey[],
): Metadata<R> {
  const added = keys.filter((one) => !signatures.some(({ keyid }) => keyid === one.public.id))
  const all = [
    ...signatures,
    ...added.map((one) => ({ keyid: one.public.id, sig: one.sign(canonical).toString('hex') })),
  ]
  // It was read before, so that it is an object with this part.
  const { signed } = JSON.parse(bytes.toString('utf8')) as { readonly signed: object }
  return readMetadata(kind, Buffer.from(JSON.stringify({ signatures: all, signed })))
}

export const metaOf = ({ signed, bytes }: Metadata<Role>): Meta => ({
  version: signed.version,
  length: bytes.length,
  hashes: { sha256: hash('sha256', bytes, 'hex') },
})
