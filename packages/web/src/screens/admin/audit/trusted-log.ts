import type { Checkpoint } from './log-proof.ts'
import { keep, readKept } from '../../../kept.ts'

/** What this browser remembers of the log: a key that must stay the same, and a tree that may only grow. */
export interface TrustedLog {
  readonly key: string
  readonly since: string
  readonly checkpoint: Checkpoint | null
}

const KEPT = 'freehold.audit-log'

/** Null: nothing was looked at in this browser yet. */
export function readTrusted(): TrustedLog | null {
  try {
    const kept: unknown = JSON.parse(readKept(KEPT) ?? 'null')
    return isTrusted(kept) ? kept : null
  } catch {
    return null
  }
}

function isTrusted(value: unknown): value is TrustedLog {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'since' in value &&
    typeof value.since === 'string' &&
    'checkpoint' in value
  )
}

export function trust(log: TrustedLog): void {
  keep(KEPT, JSON.stringify(log))
}
