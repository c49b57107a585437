import type { Cause } from '../kernel/cause.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store } from '../store/store.ts'
import type { RerankSettings } from './cross-encoder.ts'
import { CrossEncoder } from './cross-encoder.ts'
import type { EmbeddingSettings } from './embeddings/embeddings.ts'
import { Embeddings } from './embeddings/embeddings.ts'
import { LiveVectors } from './embeddings/live-vectors.ts'
import type { Retrieval } from './retrieval.ts'

interface ModelSurroundings {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly settings: () => EmbeddingSettings & RerankSettings & { readonly embeddingMemoryMb: number }
  readonly isAlone: boolean
  readonly retrieval: Retrieval
}

interface OpenSearchModels {
  readonly embeddings: Embeddings
  readonly crossEncoder: CrossEncoder
  /** The configuration, or what stands behind it, has changed. */
  reconfigured(): void
}

const nameOf = (error: unknown): Pick<Cause, 'name' | 'code'> => {
  const { name, code } = causeOf(error)
  return { name, code }
}

/** Models behind the gateway that better a search, where some are configured; `undo` gains what lets go of them. */
export function openSearchModels(
  { store, clock, log, metrics, settings, isAlone, retrieval }: ModelSurroundings,
  undo: (() => Promise<void>)[],
): OpenSearchModels {
  const passages = metrics.counter('freehold_knowledge_embedded_passages_total')
  const passes = metrics.counter('freehold_knowledge_embedding_passes_total')
  const asked = metrics.counter('freehold_knowledge_search_model_calls_total')
  const bytes = metrics.gauge('freehold_knowledge_vector_bytes').bind({})
  const report = (error: unknown): void => log.warn('embedding.failed', nameOf(error))
  const live = new LiveVectors({
    store,
    retrieval,
    clock,
    memoryMb: () => settings().embeddingMemoryMb,
    unreadable: (error) => log.warn('embedding.unreadable', nameOf(error)),
  })
  metrics.beforeRender(() => bytes.set(live.bytes))
  const nowMs = (): number => performance.now()
  const embeddings = new Embeddings({
    store,
    live,
    settings,
    isAlone,
    nowMs,
    figures: {
      passages(count, sent) {
        passages.bind({ outcome: 'asked' }).inc(sent)
        passages.bind({ outcome: 'kept' }).inc(count - sent)
      },
      ended: (outcome) => passes.bind({ outcome }).inc(),
    },
    asked: (outcome) => asked.bind({ operation: 'embedding', outcome }).inc(),
    report,
  })
  undo.push(() => embeddings.close())
  const crossEncoder = new CrossEncoder({
    settings,
    nowMs,
    asked: (outcome) => asked.bind({ operation: 'reranking', outcome }).inc(),
  })
  return { embeddings, crossEncoder, reconfigured: () => void embeddings.reconfigured().catch(report) }
}
