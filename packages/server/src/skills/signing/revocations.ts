import type { Envelope } from './envelope.ts'
import { signersOf } from './envelope.ts'
import type { Subject } from './statement.ts'
import { PREDICATES, statementIn } from './statement.ts'
import type { PublicKey } from './signing-key.ts'
import type { TrustRoot } from './trust-root.ts'
import { ownerOf } from './trust-root.ts'

/** Something that was taken back. */
export interface Revoked {
  readonly reason: string
  readonly at: string
}

/** What was taken back, by those who may. */
export interface Revocations {
  bundle(subject: Subject): Revoked | null
  key(id: string): Revoked | null
}

export const NOTHING_REVOKED: Revocations = { bundle: () => null, key: () => null }

interface Withdrawn extends Revoked {
  /** The publishers who say so; they speak for their own names only. Empty: somebody who speaks for all. */
  readonly publishers: readonly string[]
}

/**
 * Certifiers and root keys take back anything, publishers bundles of their own names, a key itself. One signature is enough:
 * it only ever takes away. What nobody of these has signed is passed over.
 */
export function readRevocations(envelopes: readonly Envelope[], trust: TrustRoot): Revocations {
  const bundles = new Map<string, Withdrawn[]>()
  const keys = new Map<string, Revoked>()
  const forAll = new Map([...(trust.root?.keys ?? []), ...trust.certifiers.flatMap((one) => [...one.keys])])
  const everybody = allKeys(trust)
  for (const envelope of envelopes) {
    const statement = statementIn(envelope)
    if (statement?.predicateType !== PREDICATES.revocation) continue
    const { of, reason, revokedAt } = statement.predicate
    const { sha256 } = statement.subject[0].digest
    const signers = signersOf(envelope, everybody)
    const isForAll = [...signers].some((id) => forAll.has(id))
    if (of === 'key') {
      if (isForAll || signers.has(sha256)) keys.set(sha256, { reason, at: revokedAt })
      continue
    }
    const publishers = trust.publishers.filter((one) => [...signers].some((id) => one.keys.has(id)))
    if (!isForAll && publishers.length === 0) continue
    const withdrawn = {
      reason,
      at: revokedAt,
      publishers: isForAll ? [] : publishers.map(({ name }) => name),
    }
    bundles.set(sha256, [...(bundles.get(sha256) ?? []), withdrawn])
  }
  return {
    bundle({ name, digest }) {
      const owner = ownerOf(trust, name)?.name
      const found = bundles
        .get(digest)
        ?.find(({ publishers }) => publishers.length === 0 || publishers.some((one) => one === owner))
      return found ? { reason: found.reason, at: found.at } : null
    },
    key: (id) => keys.get(id) ?? null,
  }
}

function allKeys({ root, publishers, certifiers }: TrustRoot): ReadonlyMap<string, PublicKey> {
  const keys = new Map<string, PublicKey>()
  for (const holder of [...(root ? [root] : []), ...publishers, ...certifiers])
    for (const [id, key] of holder.keys) keys.set(id, key)
  return keys
}
