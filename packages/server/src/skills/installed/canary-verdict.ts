import type { Sum } from './call-figures.ts'
import { quantile } from './call-figures.ts'

/** Below this nothing is concluded. */
const FEWEST_CALLS = 10
/** How much more of the calls may fail than with the version beside it. */
const MORE_FAILURES = 0.1
/** How much slower it may be, and by how much at least, so that noise of a few milliseconds is none. */
const TIMES_SLOWER = 2
const SLOWER_MS = 50

/** Why a version that is tried should be taken back; null where nothing says so. */
export function worse(tried: Sum, beside: Sum): 'failures' | 'latency' | null {
  if (tried.calls < FEWEST_CALLS) return null
  const besideRate = beside.calls === 0 ? 0 : beside.failed / beside.calls
  if (tried.failed / tried.calls > besideRate + MORE_FAILURES) return 'failures'
  const [own, other] = [quantile(tried, 0.95), quantile(beside, 0.95)]
  if (own === null || other === null || beside.calls < FEWEST_CALLS) return null
  return own > other * TIMES_SLOWER && own > other + SLOWER_MS ? 'latency' : null
}
