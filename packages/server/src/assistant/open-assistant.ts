import { sql } from 'kysely'
import type { Caller } from '../identity/caller.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { LocalEngine } from '../gateway/local-engine.ts'
import { uuidV7 } from '../kernel/ids.ts'
import { RUNS_CHANNEL } from '../store/listening.ts'
import type { Store, Tx } from '../store/store.ts'
import type { AssistantLimits } from './assistant-limits.ts'
import { Assistant } from './assistant.ts'
import { openBeside } from './beside.ts'
import { createActingEngine } from './acting/acting-engine.ts'
import { Executor } from './executor.ts'
import { Feed } from './feed.ts'
import { runFigures } from './figures.ts'
import type { HomeRules } from './home/homes.ts'
import { openHomes } from './home/homes.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { StoredApprovals } from './loop/approvals.ts'
import type { SkillTools } from './loop/opening.ts'
import { openLoop } from './loop/opening.ts'
import type { ModelPath } from './model.ts'
import { ownAs } from './ownership.ts'
import { ConversationSearch } from './search.ts'

interface AssistantSurroundings {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly knowledge: Knowledge
  readonly skills: SkillTools
  readonly identity: { readonly people: { personOf(caller: Caller): string | null } }
  readonly limits: () => AssistantLimits & HomeRules
  readonly config: () => { readonly knowledge: { readonly maxFileBytes: number } }
  /** No other process works on this database. */
  readonly isAlone: boolean
}

export interface OpenAssistant {
  readonly assistant: Assistant
  readonly approvals: StoredApprovals
  /** The built-in engine with the tools of the loop: it also does what they are for. */
  acting(quoting: LocalEngine): LocalEngine
  /** To be called before anybody is let in. */
  serve(path: ModelPath): void
  /** Some process has changed something of this run, or of any where it is empty. */
  heard(run: string): void
}

/** Tells every process about a run, when this transaction commits. */
async function ring({ db }: Tx, run: string): Promise<void> {
  await sql`SELECT pg_notify(${RUNS_CHANNEL}, ${run})`.execute(db)
}

/** The day by the clock of this server: 2027-01-31. */
function localDay(atMs: number): string {
  const date = new Date(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

const RECOVER_EVERY_MS = 15_000

/** The room: conversations, and the runs that this process works on. */
export async function openAssistant(
  {
    store: plain,
    clock,
    log,
    metrics,
    knowledge,
    skills,
    identity,
    limits,
    config,
    isAlone,
  }: AssistantSurroundings,
  undo: (() => Promise<void>)[],
): Promise<OpenAssistant> {
  const replica = uuidV7()
  const report = (error: unknown): void => {
    const { name, code } = causeOf(error)
    log.warn('run.failed', { name, code })
  }
  const { homes, store } = openHomes(
    {
      store: plain,
      clock,
      metrics,
      rules: limits,
      report(error) {
        const { name, code } = causeOf(error)
        log.warn('conversation.move_failed', { name, code })
      },
    },
    undo,
  )
  const own = ownAs({ limits, personOf: (caller) => identity.people.personOf(caller) })
  const maxFileBytes = (): number => config().knowledge.maxFileBytes
  const beside = openBeside({ store, clock, log, metrics, knowledge, maxFileBytes, own }, undo)
  const loop = openLoop({ store, knowledge, skills, ...beside, identity, log, metrics }, undo)
  let path: ModelPath | null = null
  const feed: Feed = new Feed({ store, report })
  const executor = new Executor({
    store,
    clock,
    replica,
    loop,
    files: beside.files,
    runCost: () => limits().runCost,
    path: () => {
      if (path === null) throw new Error('a run began before the data path was there')
      return path
    },
    ring,
    stored: (batch) => feed.stored(batch),
    figures: runFigures(metrics, () => feed.size),
    onBug: (run, error) => log.error('run.bug', { run, ...causeOf(error) }),
  })
  const assistant = new Assistant({
    store,
    clock,
    replica,
    executor,
    feed,
    search: new ConversationSearch(plain),
    limits,
    own,
    ...beside,
    ring,
    closed: () => homes.look(),
  })
  await assistant.recover(isAlone)
  const recovering = setInterval(() => void assistant.recover(false).catch(report), RECOVER_EVERY_MS)
  recovering.unref()
  undo.push(async () => {
    clearInterval(recovering)
    await assistant.drain(0)
  })
  return {
    assistant,
    approvals: loop.approvals,
    acting: (quoting) =>
      createActingEngine({
        quoting,
        tools: (caller, names) => loop.toolsNamed(caller, names),
        today: () => localDay(clock.now()),
      }),
    serve: (over) => void (path = over),
    heard(run) {
      feed.heard(run)
      if (run !== '') executor.look(run)
    },
  }
}
