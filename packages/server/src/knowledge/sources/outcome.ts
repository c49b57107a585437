import type { Fault, FaultCode } from '../../kernel/fault.ts'
import type { FoundItem } from './source.ts'
import type { KnownItem } from './source-rows.ts'

/** What became of one item. */
export interface Outcome {
  readonly known: KnownItem
  readonly did: 'added' | 'changed' | 'unchanged' | 'failed'
  readonly fault: FaultCode | null
}

/** Refusals that will come again as long as the document is the same. */
const LASTING: ReadonlySet<string> = new Set<FaultCode>([
  'unreadable_document',
  'wrong_media_type',
  'too_large',
  'above_ceiling',
  'invalid',
  'conflict',
])
/** Refusals that all documents would meet: the run ends, and is tried again later. */
export const OF_ALL: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'unavailable',
  'storage_full',
  'draining',
  'suspended',
  'shredded',
  'too_many',
  'over_quota',
])
export const OF_THE_WAY: ReadonlySet<FaultCode> = new Set<FaultCode>(['upstream_down', 'upstream_timeout'])
const LONGEST_TITLE = 512

/** Whether it is worth another try while it is the same. */
export const passes = (fault: string): boolean => !LASTING.has(fault)

/** What is kept of it stays as it was. */
export const refused = (
  found: Pick<FoundItem, 'id' | 'title'> & { readonly version?: string },
  known: KnownItem | null,
  { code, message }: Fault,
  inside?: KnownItem['inside'],
): Outcome => ({
  known: {
    id: found.id,
    title: titleOf(found.title),
    kept: known?.kept ?? null,
    failed: { version: found.version ?? '', message },
    ...toldInside(inside),
  },
  did: 'failed',
  fault: code,
})

/** Only where there is something to tell. */
export const toldInside = (inside: KnownItem['inside']): Pick<KnownItem, 'inside'> =>
  inside === undefined || inside.length === 0 ? {} : { inside }

export const isOfKind = ({ code }: Fault): boolean => code === 'wrong_media_type'

export const titleOf = (title: string): string => title.trim().slice(0, LONGEST_TITLE).toWellFormed() || '-'
