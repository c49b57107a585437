import type { ApprovalView } from '@freehold/sdk'
import type { Keyset } from '../../keyset.ts'
import { useKeyset } from '../../keyset.ts'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'

export const APPROVALS = ['skills', 'approvals'] as const

/** Calls that wait for the person. */
export function useApprovals(): Keyset<ApprovalView> {
  const may = useMay()
  return useKeyset(
    APPROVALS,
    (after) => server.approvals.list({ limit: 50, ...(after !== undefined && { after }) }),
    may('conversations'),
  )
}
