import type { Assistant } from '../../assistant/assistant.ts'
import type { StoredApprovals } from '../../assistant/loop/approvals.ts'
import { proofOf } from './conversations.ts'
import type { Handlers } from './handlers.ts'

type ApprovalOperation = Extract<keyof Handlers, `approval.${string}` | `tool_grant.${string}`>

/** What waits for the caller's approval, and what it need not be asked about. */
export function approvalHandlers(
  approvals: StoredApprovals,
  assistant: Assistant,
): Pick<Handlers, ApprovalOperation> {
  return {
    'approval.list': ({ caller, query }) => approvals.list(caller, query),
    'approval.decide': async (by) => {
      const decided = await approvals.decide(by, by.params.id, by.body)
      await assistant.goOn(by, proofOf(by), decided.run)
      return decided
    },
    'tool_grant.list': ({ caller, query }) => approvals.grants(caller, query),
    'tool_grant.revoke': async (by) => {
      await approvals.revoke(by, by.params.id)
      return undefined
    },
  }
}
