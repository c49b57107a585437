import type { Log } from '../../kernel/log.ts'
import type { Sandboxes } from '../sandboxes.ts'

/**
 * What a kind may need besides the skill itself and besides what each call brings (`CallContext`): pools, sandboxes,
 * stores that live as long as the process. One line for each; whoever opens skills gives them all.
 */
export interface KindPorts {
  /** Where code runs, for kind `code`. */
  readonly sandboxes: Sandboxes
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
}
