import type { StoredApprovals } from '../../assistant/loop/approvals.ts'
import type { Handlers } from './handlers.ts'

type ApprovalOperation = Extract<keyof Handlers, `approval.${string}` | `tool_grant.${string}`>

/** What waits for the caller's approval, and what it need not be asked about. */
export function approvalHandlers(approvals: StoredApprovals): Pick<Handlers, ApprovalOperation> {
  return {
    'approval.list': ({ caller, query }) => approvals.list(caller, query),
    'approval.decide': (by) => approvals.decide(by, by.params.id, by.body),
    'tool_grant.list': ({ caller, query }) => approvals.grants(caller, query),
    'tool_grant.revoke': async (by) => {
      await approvals.revoke(by, by.params.id)
      return undefined
    },
  }
}
