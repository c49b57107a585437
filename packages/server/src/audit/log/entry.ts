import { canonicalJson, commitment, newSalt } from './canonical.ts'
import type { Json } from './canonical.ts'

/** Where an entry stands and when it was put there, by the clock of the database. */
export interface Position {
  readonly tenant: string
  /** Of the tenant's own entries. */
  readonly n: number
  /** The same for everything that was waiting at that moment. */
  readonly logged: string
}

/** What becomes an entry. */
export interface Source {
  readonly kind: 'event' | 'request' | 'lost'
  /** Of the event or request. */
  readonly id: string
  /** Shown as it is: words of ours and times, nothing that tells of a person. */
  readonly open: { readonly [name: string]: Json }
  /** Shown as commitments only. */
  readonly fields: { readonly [name: string]: Json }
}

export interface Entry {
  /** Canonical JSON; its bytes are the leaf. */
  readonly text: string
  /** Base64, by field. */
  readonly salts: Readonly<Record<string, string>>
}

/** An entry of the format that docs/audit-format.md describes. */
export function entryOf({ kind, id, open, fields }: Source, { tenant, n, logged }: Position): Entry {
  const salted = Object.entries(fields).map(([name, value]) => ({ name, value, salt: newSalt() }))
  const commitments = salted.map(({ name, value, salt }) => [name, commitment(salt, name, value)] as const)
  // Mostly in the order in which it is written, which spares putting it into that.
  const entry = {
    ...open,
    fields: Object.fromEntries(commitments),
    id,
    kind,
    logged,
    n,
    // Where everything is open, this keeps others from guessing the entry behind its hash.
    nonce: newSalt().toString('base64'),
    tenant,
    v: 1,
  }
  return {
    text: canonicalJson(entry),
    salts: Object.fromEntries(salted.map(({ name, salt }) => [name, salt.toString('base64')])),
  }
}
