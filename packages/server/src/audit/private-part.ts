import { z } from 'zod'
import type { Place, Tx } from '../store/store.ts'
import type { Json } from './log/canonical.ts'

const change = z.record(z.string(), z.json()).nullable().optional()

/** What of an event is stored sealed. */
const privatePart = z.object({
  from: z.string().nullable().optional(),
  through: z.enum(['network', 'control']).optional(),
  reason: z.string().nullable().optional(),
  before: change,
  after: change,
})
export type PrivatePart = z.output<typeof privatePart>

const placeOf = (id: string, column: string): Place => ({ table: 'audit_event', row: id, column })

interface SealedPart {
  readonly dek: Buffer | null
  readonly private_sealed: Buffer | null
}

/** Nothing where there is nothing to seal. */
export function sealPrivate(
  tx: Tx,
  id: string,
  part: { readonly [name: string]: Json | undefined },
): SealedPart {
  const said = Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== null && value !== undefined),
  )
  if (Object.keys(said).length === 0) return { dek: null, private_sealed: null }
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  const sealed = dek.seal(placeOf(id, 'private_sealed'), Buffer.from(JSON.stringify(said)))
  return { dek: wrapped, private_sealed: sealed }
}

/** @throws Error where the bytes are not what was sealed for this event */
export function openPrivate(tx: Tx, id: string, { dek, private_sealed }: SealedPart): PrivatePart {
  if (dek === null || private_sealed === null) return {}
  const bytes = tx.keys.openDek(placeOf(id, 'dek'), dek).open(placeOf(id, 'private_sealed'), private_sealed)
  return privatePart.parse(JSON.parse(bytes.toString()))
}
