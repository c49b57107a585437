import type { AskedBecause, ToolEffect } from '@freehold/contract/loop-events.ts'
import type { Tool } from '../../skills/tool.ts'

/** Whether a call may run as it is, or a person has to see it first. */
export type Verdict =
  | { readonly kind: 'run' }
  | {
      readonly kind: 'ask'
      readonly because: AskedBecause
      /** What a remembered grant has to cover to stand for the question; null: none can. */
      readonly grantScope: string | null
    }

/** The one judge of calls. */
export type Guard = (tool: Tool, input: unknown, isTainted: boolean) => Verdict

const RUN: Verdict = { kind: 'run' }

/** What a call does at worst: a read at an address that the arguments choose can carry the arguments there. */
export const effectOf = ({ effect, dials }: Pick<Tool, 'effect' | 'dials'>): ToolEffect =>
  effect === 'read' && dials === 'anywhere' ? 'external-send' : effect

/**
 * With untrusted text in the context everything that is more than a read is the user's to approve, call by call: no
 * setting of the tool and no remembered grant stands against it, because the text may have ordered the call.
 */
export const guard: Guard = (tool, input, isTainted) => {
  const isRead = effectOf(tool) === 'read'
  if (isTainted && !isRead) return { kind: 'ask', because: 'untrusted', grantScope: null }
  if (tool.confirm === 'always') return { kind: 'ask', because: 'always', grantScope: null }
  if (tool.confirm === 'never' || isRead) return RUN
  return { kind: 'ask', because: 'policy', grantScope: grantScopeOf(tool, input) }
}

/** The whole tool where it names no narrower scope. */
const grantScopeOf = (tool: Tool, input: unknown): string => tool.grantScope?.(input) ?? ''
