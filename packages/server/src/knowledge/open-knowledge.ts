import type { Cause } from '../kernel/cause.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Caller } from '../identity/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { LoadedConfig } from '../kernel/config/config.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store, TenantId } from '../store/store.ts'
import { measuredKnowledge, measuredRetrieval } from './figures.ts'
import type { HousePath } from './house-call.ts'
import type { ParserLimits } from './ingest-process.ts'
import { createParser } from './ingest-process.ts'
import type { Knowledge } from './knowledge.ts'
import { createKnowledge } from './knowledge.ts'
import { openSearchModels } from './open-search-models.ts'
import { inItsOwnThread } from './search-port.ts'
import { DividedIndex } from './shards/division.ts'

interface KnowledgeSurroundings {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Read for each document and search, so that a reloaded config counts at once. */
  readonly config: () => Pick<LoadedConfig['config'], 'knowledge'>
  readonly following: {
    readonly follow: (changed: (change: { readonly changed: readonly string[] }) => void) => void
  }
  /** Tells when targets or rules have changed. */
  readonly gateway: { readonly whenRouted: (then: () => void) => void }
  /** Who works for a tenant while nobody asks. */
  readonly identity: { readonly standIn: (tenant: TenantId, principal: string) => Caller | null }
  /** No other process uses this database. */
  readonly isAlone: boolean
}

const nameOf = (error: unknown): Pick<Cause, 'name' | 'code'> => {
  const { name, code } = causeOf(error)
  return { name, code }
}

function parserLimits(of: LoadedConfig['config']['knowledge']): ParserLimits {
  const recognition = { languages: of.ocrLanguages, pages: of.ocrPages, timeoutMs: of.ocrTimeoutMs }
  return { memoryMb: of.parseMemoryMb, timeoutMs: of.parseTimeoutMs, recognition }
}

interface OpenKnowledge {
  readonly knowledge: Knowledge
  /** To be called when the data path is there: embeddings and rerankers are asked by it. */
  serve(path: HousePath): void
}

/** The room with its parser and its search engine; `undo` gains what lets go of them. */
export function openKnowledge(
  { config, following, gateway, identity, ...around }: KnowledgeSurroundings,
  undo: (() => Promise<void>)[],
): OpenKnowledge {
  const { store, clock, log, metrics } = around
  const limits = () => config().knowledge
  const parser = createParser(() => parserLimits(limits()), {
    keptRights: () => log.warn('parser.kept_rights', {}),
  })
  undo.push(() => parser.close())
  const retrieval = measuredRetrieval(
    inItsOwnThread(() => limits().indexMemoryMb),
    metrics,
  )
  undo.push(() => retrieval.close())
  const asked = metrics.counter('freehold_knowledge_replica_searches_total')
  const division = new DividedIndex({
    store,
    clock,
    aboveMb: () => limits().indexSharedAboveMb,
    asked: (outcome) => asked.bind({ outcome }).inc(),
    report: (error) => log.warn('index.replica_failed', nameOf(error)),
  })
  undo.push(() => division.close())
  const models = openSearchModels({ ...around, settings: limits, retrieval }, undo)
  gateway.whenRouted(models.reconfigured)
  following.follow(({ changed }) => {
    if (changed.some((key) => key.startsWith('knowledge.embedding'))) models.reconfigured()
  })
  const knowledge = createKnowledge({
    store,
    division,
    parser,
    retrieval,
    ...models,
    clock,
    limits: () => ({ maxFileBytes: limits().maxFileBytes }),
    report: (error, what) => log.warn(`index.${what}`, nameOf(error)),
  })
  undo.push(() => knowledge.settled())
  return {
    knowledge: measuredKnowledge(knowledge, metrics, clock),
    serve(path) {
      models.crossEncoder.serve(path)
      models.embeddings.serve(path, identity.standIn)
    },
  }
}
