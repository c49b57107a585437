import type { Caller } from '../../identity/caller.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { Tool } from '../../skills/tool.ts'
import type { Store } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/artifacts.ts'
import { artifactTools } from '../artifacts/artifact-tools.ts'
import type { AttachedFiles } from '../attachments/attached-files.ts'
import { readAttachment } from '../attachments/attachment-tool.ts'
import { StoredApprovals } from './approvals.ts'
import { measuredLoop } from './figures.ts'
import { guard } from './guard.ts'
import { citedTexts, knowledgeTools } from './knowledge-tools.ts'
import type { ContextMessage, RunLoop } from './ports.ts'
import { createLoop } from './run-loop.ts'

interface Around {
  readonly store: Store
  readonly knowledge: Knowledge
  readonly files: AttachedFiles
  readonly artifacts: Artifacts
  readonly identity: { readonly people: { personOf(caller: Caller): string | null } }
  readonly log: Log
  readonly metrics: Metrics
}

/** The loop, where its questions wait, and the tools that a run has. */
export interface OpenLoop {
  readonly runLoop: RunLoop
  readonly approvals: StoredApprovals
  /** All that there are. */
  readonly tools: readonly Tool[]
  /** Those that have something to work on. */
  toolsFor(context: readonly ContextMessage[]): readonly Tool[]
}

/** What was opened is added to `undo`. */
export function openLoop(
  { store, knowledge, files, artifacts, identity, log, metrics }: Around,
  undo: (() => Promise<void>)[],
): OpenLoop {
  const approvals = new StoredApprovals({
    store,
    ownerOf: (caller) => identity.people.personOf(caller) ?? caller.principal.id,
    report: (error) => {
      const { name, code } = causeOf(error)
      log.warn('approvals.unread', { name, code })
    },
  })
  undo.push(async () => approvals.close())
  const runLoop = createLoop({
    guard,
    lookUp: async (caller, citations) => [
      ...(await citedTexts(
        knowledge,
        caller,
        citations.filter(({ attachment }) => !attachment),
      )),
      ...(await files.cited(caller, citations)),
    ],
    report: (error, tool) => log.error('tool.bug', { tool, ...causeOf(error) }),
  })
  const tools = [...knowledgeTools(knowledge), ...artifactTools(artifacts)]
  const withFiles = [...tools, readAttachment(files)]
  const hasFiles = (message: ContextMessage): boolean =>
    message.role === 'user' && (message.attached?.length ?? 0) > 0
  return {
    runLoop: measuredLoop(runLoop, metrics),
    approvals,
    tools: withFiles,
    toolsFor: (context) => (context.some(hasFiles) ? withFiles : tools),
  }
}
