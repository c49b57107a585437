import type { Cause } from '../kernel/cause.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Clock } from '../kernel/clock.ts'
import type { LoadedConfig } from '../kernel/config/config.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store } from '../store/store.ts'
import { measuredKnowledge, measuredRetrieval } from './figures.ts'
import type { ParserLimits } from './ingest-process.ts'
import { createParser } from './ingest-process.ts'
import type { Knowledge } from './knowledge.ts'
import { createKnowledge } from './knowledge.ts'
import { inItsOwnThread } from './search-port.ts'
import { DividedIndex } from './shards/division.ts'

interface KnowledgeSurroundings {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Read for each document, so that a reloaded config counts at once. */
  readonly limits: () => LoadedConfig['config']['knowledge']
}

const nameOf = (error: unknown): Pick<Cause, 'name' | 'code'> => {
  const { name, code } = causeOf(error)
  return { name, code }
}

function parserLimits(of: LoadedConfig['config']['knowledge']): ParserLimits {
  const recognition = { languages: of.ocrLanguages, pages: of.ocrPages, timeoutMs: of.ocrTimeoutMs }
  return { memoryMb: of.parseMemoryMb, timeoutMs: of.parseTimeoutMs, recognition }
}

/** The room with its parser and its search engine; `undo` gains what lets go of them. */
export function openKnowledge(
  { store, clock, log, metrics, limits }: KnowledgeSurroundings,
  undo: (() => Promise<void>)[],
): Knowledge {
  const parser = createParser(() => parserLimits(limits()), {
    keptRights: () => log.warn('parser.kept_rights', {}),
  })
  undo.push(() => parser.close())
  const retrieval = inItsOwnThread(() => limits().indexMemoryMb)
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
  const knowledge = createKnowledge({
    store,
    division,
    parser,
    retrieval: measuredRetrieval(retrieval, metrics),
    clock,
    limits: () => ({ maxFileBytes: limits().maxFileBytes }),
    report: (error, what) => log.warn(`index.${what}`, nameOf(error)),
  })
  undo.push(() => knowledge.settled())
  return measuredKnowledge(knowledge, metrics, clock)
}
