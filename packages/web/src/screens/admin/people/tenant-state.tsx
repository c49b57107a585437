import type { TenantView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Chip } from '../../../parts/chip.tsx'
import { tenantWords } from './tenant-words.ts'

/** Whoever has no name is called by its id. */
export const nameOf = ({ slug, id }: TenantView): string => slug ?? id

/** How a tenant stands, in words. */
export function useTenantState(): (tenant: TenantView) => string {
  const w = useWords(tenantWords)
  return ({ deletesAt, suspendedAt, reachable, claimed }) => {
    if (deletesAt !== null) return w('deleting', { day: day(deletesAt) })
    if (suspendedAt !== null) return w('suspended')
    if (!reachable) return w('unreachable')
    return w(claimed ? 'open' : 'waiting')
  }
}

export function TenantState({ of }: { readonly of: TenantView }): ReactNode {
  const stateOf = useTenantState()
  const isGood = of.deletesAt === null && of.suspendedAt === null && of.reachable
  return <Chip tone={isGood ? (of.claimed ? 'good' : 'caution') : 'alarm'}>{stateOf(of)}</Chip>
}
