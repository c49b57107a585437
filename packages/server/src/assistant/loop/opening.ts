import type { LoopEvent } from '@freehold/contract/loop-events.ts'
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
import { MOST_OFFERED, relevantTools } from '../acting/relevant-tools.ts'
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
  readonly skills: SkillTools
  readonly identity: { readonly people: { personOf(caller: Caller): string | null } }
  readonly log: Log
  readonly metrics: Metrics
}

/** Skills as tools of a caller. `key`: the same for all that has to go to one version. */
export interface SkillTools {
  toolsFor(caller: Caller, key: string): Promise<readonly Tool[]>
  /** Takes what reads the files that calls of skills name. */
  handOver(read: AttachedFiles['handed']): void
}

/** The loop, where its questions wait, and the tools that a run has. */
export interface OpenLoop {
  readonly runLoop: RunLoop
  readonly approvals: StoredApprovals
  /** Those that have something to work on, and of skills those that are named, or that the conversation is about. */
  toolsFor(caller: Caller, under: UnderWay): Promise<readonly Tool[]>
  /** Those of these names that there are for the caller. */
  toolsNamed(caller: Caller, names: readonly string[]): Promise<readonly Tool[]>
}

/** What a run is about. */
interface UnderWay {
  readonly run: string
  readonly context: readonly ContextMessage[]
  /** Names of skills, where somebody chose. */
  readonly asked: { readonly skills: readonly string[] | null }
  /** What happened before it was interrupted. */
  readonly done: readonly LoopEvent[]
}

/** What was opened is added to `undo`. */
export function openLoop(
  { store, knowledge, files, artifacts, skills, identity, log, metrics }: Around,
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
  skills.handOver((caller, conversation, id) => files.handed(caller, conversation, id))
  const hasFiles = (message: ContextMessage): boolean =>
    message.role === 'user' && (message.attached?.length ?? 0) > 0
  return {
    runLoop: measuredLoop(runLoop, metrics),
    approvals,
    async toolsFor(caller, { run, context, asked, done }) {
      const own = context.some(hasFiles) ? withFiles : tools
      const wrapped = await skills.toolsFor(caller, run)
      const wanted = { said: saidIn(context), used: usedIn(context, done) }
      if (asked.skills === null) return [...own, ...relevantTools(wrapped, wanted)]
      const named = wrapped.filter(({ skill }) => skill !== undefined && asked.skills?.includes(skill))
      const best = relevantTools(named, wanted)
      return [...own, ...(best.length > 0 ? best : named.slice(0, MOST_OFFERED))]
    },
    async toolsNamed(caller, names) {
      const wanted = new Set(names)
      const wrapped = await skills.toolsFor(caller, '')
      return [...withFiles, ...wrapped].filter(({ name }) => wanted.has(name))
    },
  }
}

/** So many of the last messages tell what is wanted: a reply to a question says only what was missing. */
const LAST_SAID = 3

const saidIn = (context: readonly ContextMessage[]): readonly string[] =>
  context
    .filter(({ role }) => role === 'user')
    .slice(-LAST_SAID)
    .map(({ parts }) => parts.map(({ text }) => text).join('\n'))
    .toReversed()

const usedIn = (context: readonly ContextMessage[], done: readonly LoopEvent[]): ReadonlySet<string> =>
  new Set([
    ...context.flatMap((message) => (message.role === 'tool' ? [message.name] : [])),
    ...context.flatMap((message) =>
      message.role === 'assistant' ? message.calls.map(({ name }) => name) : [],
    ),
    ...done.flatMap((event) => (event.type === 'model.ended' ? event.calls.map(({ name }) => name) : [])),
  ])
