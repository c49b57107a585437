import { profilesTogether } from '@freehold/contract/desensitise.ts'
import type { Attempt } from './routing.ts'

/** Attempts as they are for a tenant of which at least this is masked. */
export const withLeast = (attempts: readonly Attempt[], least: string | null): readonly Attempt[] =>
  least === null
    ? attempts
    : attempts.map((attempt) =>
        attempt.zone === 'managed'
          ? { ...attempt, desensitise: profilesTogether([attempt.desensitise, least]) }
          : attempt,
      )
