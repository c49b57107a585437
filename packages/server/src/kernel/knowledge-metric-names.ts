import type { MetricRow } from './metric-row.ts'

export const SEARCH_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1]
const INGEST_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]

/** What tells of documents and where they come from. */
export const KNOWLEDGE_METRICS = {
  freehold_knowledge_documents_total: {
    type: 'counter',
    help: 'Documents that were offered, by format and by outcome: added or a fault code.',
    labels: ['format', 'outcome'],
  },
  freehold_knowledge_search_duration_seconds: {
    type: 'histogram',
    help: 'Time of one search in the index.',
    labels: [],
    buckets: SEARCH_SECONDS,
  },
  freehold_knowledge_replica_searches_total: {
    type: 'counter',
    help: 'Searches that another replica was asked to make, by outcome: answered, silent or refused; those that were not answered were made here.',
    labels: ['outcome'],
  },
  freehold_knowledge_ingest_duration_seconds: {
    type: 'histogram',
    help: 'Time to read and index one upload.',
    labels: [],
    buckets: INGEST_SECONDS,
  },
  freehold_knowledge_embedded_passages_total: {
    type: 'counter',
    help: 'Passages that got their vectors, by outcome: asked of the model, or kept from the same text.',
    labels: ['outcome'],
  },
  freehold_knowledge_embedding_passes_total: {
    type: 'counter',
    help: 'Times that the new passages of a tenant were embedded to the end, by outcome: ok or a fault code.',
    labels: ['outcome'],
  },
  freehold_knowledge_search_model_calls_total: {
    type: 'counter',
    help: 'Questions that were sent to a model while somebody waited, by operation, embedding or reranking, and outcome: ok or a fault code.',
    labels: ['operation', 'outcome'],
  },
  freehold_knowledge_vector_bytes: {
    type: 'gauge',
    help: 'Bytes of the vectors that searches of this process have in memory.',
    labels: [],
  },
  freehold_source_items_total: {
    type: 'counter',
    help: 'Documents that sources were found to have, by what became of them: added, changed, unchanged, removed or failed.',
    labels: ['outcome'],
  },
  freehold_source_runs_total: {
    type: 'counter',
    help: 'Runs of sources that came to an end, by outcome: ok or a fault code.',
    labels: ['outcome'],
  },
  freehold_source_success_seconds: {
    type: 'gauge',
    help: 'Unix time at which a source was last read to its end, by the process that read it.',
    labels: ['source'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
