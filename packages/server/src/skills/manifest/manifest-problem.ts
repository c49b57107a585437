import type { ConfigProblem } from '../../kernel/config/problem.ts'
import type { Step } from '../../kernel/config/tree.ts'

/**
 * What can be wrong with a manifest besides its form, by the name under which reports and runbooks know it. `error`: it
 * is no skill. `review`: it is one, and somebody should look at this before it is trusted.
 */
export const MANIFEST_RULES = {
  'manifest-form': 'error',
  'manifest-file': 'error',
  'manifest-schema': 'error',
  'manifest-pattern': 'error',
  'manifest-request': 'error',
  'manifest-template': 'error',
  'manifest-duplicate': 'error',
  'manifest-version': 'error',
  'effect-read': 'error',
  'effect-unconfirmed': 'review',
  'network-undeclared': 'error',
  'network-plain': 'error',
  'network-class': 'error',
  'network-wide': 'review',
  'secret-undeclared': 'error',
  'secret-unused': 'review',
  'auth-host': 'error',
  'auth-managed-jwt': 'error',
  'credential-literal': 'error',
  'process-undeclared': 'error',
  'prompt-permissions': 'error',
  'openapi-operation': 'error',
  'workflow-reference': 'error',
  'exposes-operation': 'error',
  'test-form': 'error',
  'test-missing': 'review',
  'test-denied-missing': 'review',
} as const
export type ManifestRule = keyof typeof MANIFEST_RULES

/** One thing that is wrong with a manifest, and where. */
export interface ManifestProblem extends ConfigProblem {
  readonly rule: ManifestRule
  readonly level: 'error' | 'review'
}

/** Says that something is wrong; a key is meant where the value would be nothing to point at. */
export type Refuse = (
  rule: ManifestRule,
  steps: readonly Step[],
  message: string,
  more?: { readonly suggestion?: string | undefined; readonly of?: 'key' | 'value' },
) => void
