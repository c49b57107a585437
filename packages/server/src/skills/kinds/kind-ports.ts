import type { Log } from '../../kernel/log.ts'
import type { Sandboxes } from '../sandboxes.ts'
import type { Workflows } from '../workflow/workflow-run.ts'
import type { McpAgreements } from './mcp.ts'

/**
 * What a kind may need besides the skill itself and besides what each call brings (`CallContext`): pools, sandboxes,
 * stores that live as long as the process. One line for each; whoever opens skills gives them all.
 */
export interface KindPorts {
  /** Where code runs, for kind `code`. */
  readonly sandboxes: Sandboxes
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Keeps what steps came to; absent where nothing is kept, as in a skill's own tests. */
  readonly workflows?: Workflows
  /** Of the tenant that a skill is opened for, for kind `mcp`; without it only what manifests pin is called. */
  readonly mcp?: McpAgreements
}
