import type { Ready } from './calling-tools.ts'
import { effectOf } from './guard.ts'
import { ended } from './performing.ts'
import type { Run } from './run.ts'

const YES = async (): Promise<boolean> => true

/**
 * Puts the question, where there is one. What is returned waits for the answer and says whether the call may be made;
 * where it may not, the model has been told.
 */
export async function askFor(
  run: Run,
  { call, tool, read, verdict }: Ready,
): Promise<() => Promise<boolean>> {
  const { task, ports, state, tell, signal, time } = run
  const caller = task.caller()
  // What was begun before an interruption had been approved.
  if (verdict.kind === 'run' || state.wasBegun(call.id)) return YES
  const { because, grantScope } = verdict
  if (grantScope !== null && (await ports.approvals.isGranted(caller, tool.name, grantScope))) return YES
  const shown = { name: tool.name, effect: effectOf(tool), arguments: read.shown }
  const asked = await ports.approvals.ask({
    caller,
    conversation: task.conversation,
    run: task.run,
    call: call.id,
    tool: tool.name,
    effect: shown.effect,
    arguments: shown.arguments,
    hash: read.hash,
    class: state.class,
    because,
    grantScope,
  })
  if (!state.wasAsked(call.id))
    await tell({
      type: 'approval.asked',
      approval: asked.id,
      call: call.id,
      ...shown,
      because,
      mayRemember: grantScope !== null,
      expiresAt: asked.expiresAt,
    })
  return async () => {
    const { decision, by, hash } = await time.without(() =>
      ports.approvals.answer(task.caller(), asked.id, signal),
    )
    if (!state.wasDecided(call.id))
      await (decision === 'expired'
        ? tell({ type: 'approval.expired', approval: asked.id, call: call.id })
        : tell({ type: 'approval.decided', approval: asked.id, call: call.id, decision, by: by ?? '' }))
    const isApproved = decision === 'once' || decision === 'always'
    if (isApproved && hash === read.hash) return true
    await ended(run, call, decision === 'expired' ? EXPIRED : isApproved ? CHANGED : DENIED)
    return false
  }
}

const EXPIRED = { outcome: 'expired', text: 'Nobody approved the call in time. It was not made.' } as const
const DENIED = {
  outcome: 'denied',
  text: 'The user does not allow this call. It was not made; do not try it in another way.',
} as const
const CHANGED = {
  outcome: 'denied',
  text: 'The tool was changed since the user approved the call. It was not made.',
} as const
