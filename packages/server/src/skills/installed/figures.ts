import type { SkillFigures } from '@freehold/contract/skills.ts'
import type { Tx } from '../../store/store.ts'
import { NO_CALLS, quantile, sumsSince } from './call-figures.ts'
import type { VersionRow } from './skill-rows.ts'

const HOUR_MS = 3_600_000

/** How calls of each version went in the last hours. */
export async function figuresOf(
  tx: Tx,
  versions: readonly Pick<VersionRow, 'digest' | 'version'>[],
  hours: number,
): Promise<SkillFigures[]> {
  const since = new Date(Date.now() - hours * HOUR_MS)
  const digests = versions.map(({ digest }) => digest)
  const sums = await sumsSince(tx, digests, since)
  return versions.map(({ digest, version }) => {
    const sum = sums.get(digest) ?? NO_CALLS
    const { calls, failed } = sum
    return {
      digest,
      version,
      calls,
      failed,
      successRate: calls === 0 ? null : (calls - failed) / calls,
      p50Ms: finite(quantile(sum, 0.5)),
      p95Ms: finite(quantile(sum, 0.95)),
    }
  })
}

/** What is over the last bound has none. */
const finite = (ms: number | null): number | null => (ms === Infinity ? Number.MAX_SAFE_INTEGER : ms)
