import { Fault } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { RunLoop } from './ports.ts'

/** The same loop, with what it called and asked in the metrics. */
export function measuredLoop(loop: RunLoop, metrics: Metrics): RunLoop {
  const steps = metrics.histogram('freehold_loop_steps')
  const calls = metrics.counter('freehold_tool_calls_total')
  const approvals = metrics.counter('freehold_approvals_total')
  return async (task, ports, signal) => {
    let made = 0
    let outcome = 'bug'
    try {
      const end = await loop(
        task,
        {
          ...ports,
          async tell(event) {
            await ports.tell(event)
            if (event.type === 'model.ended') made += 1
            if (event.type === 'tool.ended') calls.bind({ outcome: event.outcome }).inc()
            if (event.type === 'approval.decided') approvals.bind({ outcome: event.decision }).inc()
            if (event.type === 'approval.expired') approvals.bind({ outcome: 'expired' }).inc()
          },
        },
        signal,
      )
      outcome = end.outcome
      return end
    } catch (error) {
      if (signal.aborted) outcome = 'stopped'
      else if (error instanceof Fault) outcome = error.code
      throw error
    } finally {
      steps.bind({ outcome }).observe(made)
    }
  }
}
