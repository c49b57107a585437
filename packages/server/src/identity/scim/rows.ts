import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Tx } from '../../store/store.ts'
import { sealer, unseal } from '../sealed-columns.ts'
import type { Doc } from './attributes.ts'

type Table = 'provisioned_user' | 'provisioned_group'

// What was sealed here is what `readResource` and `patched` made: attributes of the table alone.
const kept = z.custom<Doc>((value) => typeof value === 'object' && value !== null)

/** What the directory told, opened. */
export function openResource(
  tx: Tx,
  table: Table,
  row: { readonly id: string; readonly dek: Buffer; readonly resource_sealed: Buffer },
): Doc {
  return kept.parse(JSON.parse(unseal(tx, row, { table, column: 'resource_sealed' }, row.resource_sealed)))
}

/** Sealed under a key of its own; a change gets a new one. */
export function sealResource(
  tx: Tx,
  table: Table,
  id: string,
  doc: Doc,
): { readonly dek: Buffer; readonly resource_sealed: Buffer } {
  const { dek, seal } = sealer(tx, { table, row: id })
  return { dek, resource_sealed: seal('resource_sealed', JSON.stringify(doc)) }
}

/** A weak entity tag (RFC 9110 section 8.8.3) of everything that an answer shows. */
export function versionOf(parts: readonly (string | number | boolean)[]): string {
  return `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}"`
}

/** RFC 7643 section 3.1. */
export function meta(
  kind: 'User' | 'Group',
  at: {
    readonly base: string
    readonly id: string
    readonly created: Date
    readonly changed: Date
    readonly version: string
  },
): Doc {
  return {
    resourceType: kind,
    created: at.created.toISOString(),
    lastModified: at.changed.toISOString(),
    location: `${at.base}/${kind}s/${at.id}`,
    version: at.version,
  }
}
