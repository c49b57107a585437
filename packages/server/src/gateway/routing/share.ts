import { hash } from 'node:crypto'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Decision, Drawn, Lot } from './routing.ts'

/** What a rule with a share decides for the requests that it takes. */
export interface Branch {
  readonly rule: string
  readonly share: number
  /** Makes the draws of different rules independent of each other. */
  readonly salt: string
  readonly decision: Decision
}

/** All that can become of one kind of request. It holds nothing of a caller, so it is kept like a decision. */
export interface Fork {
  /** In the order of their rules; null: no rule with a share is for it. */
  readonly branches: readonly Branch[] | null
  /** For requests that no branch takes. */
  readonly rest: Decision
}

/** A rule stays the same one, and keeps its conversations, while its share is changed. */
export const saltOf = ({ when, to }: RouteInput): string =>
  JSON.stringify([when.class, when.model, when.service, to])

/** What becomes of a request. One that continues an answer goes where that came from; no draw sends it away. */
export function chosen({ branches, rest }: Fork, lot: Lot | undefined): Decision {
  if (branches === null || lot === undefined) return rest
  const { bound } = lot
  if (bound !== null) {
    const own = branches.find(({ share, decision }) => share > 0 && leadsTo(decision, bound))
    if (own !== undefined) return own.decision
    if (leadsTo(rest, bound)) return rest
  }
  return branches.find((branch) => isDrawn(branch, lot))?.decision ?? rest
}

/** How each rule with a share would see a request. */
export const drawn = ({ branches }: Fork, lot: Lot): readonly Drawn[] =>
  (branches ?? []).map((branch) => ({
    rule: branch.rule,
    share: branch.share,
    drawn: isDrawn(branch, lot),
  }))

/** Bits of the hash that are compared: exact as a number, and finer than any share that is written. */
const HEX_DIGITS = 12
const SPAN = 16 ** HEX_DIGITS

/** The place of a conversation never changes: a larger share takes all that a smaller one took. */
function isDrawn({ share, salt }: Branch, lot: Lot): boolean {
  const place = Number.parseInt(hash('sha256', `${salt} ${lot.key()}`, 'hex').slice(0, HEX_DIGITS), 16)
  return place < share * SPAN
}

const leadsTo = ({ attempts }: Decision, target: string): boolean =>
  attempts.some((attempt) => (attempt.target === 'local' ? 'local' : attempt.target.name) === target)
