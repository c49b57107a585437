import { targetName } from '@freehold/contract/routing.ts'
import { z } from 'zod'
import { integer, row } from './key-row.ts'

const prefix = z.string().max(200).default('')

/** Models behind the gateway that better a search. */
export const SEARCH_MODEL_KEYS = {
  'knowledge.embeddingModel': row({
    schema: z.string().min(1).max(200).optional(),
    meaning:
      'Model that passages and questions are embedded with, as a request to /v1/embeddings would name it; absent: nothing is embedded, and meaning is learned from the documents. Another model embeds everything anew.',
    expects: 'the name of a model that a rule leads to a target, such as bge-m3',
    reload: 'live',
  }),
  'knowledge.embeddingDimensions': row({
    schema: integer(16, 8192).optional(),
    meaning:
      'Dimensions that the model is asked for; absent: as many as it has. Not every model can be asked.',
    expects: 'a whole number from 16 to 8192',
    reload: 'live',
  }),
  'knowledge.embeddingPassagePrefix': row({
    schema: prefix,
    meaning: 'What the model wants to stand before a passage, such as "passage: ".',
    expects: 'at most 200 characters',
    reload: 'live',
  }),
  'knowledge.embeddingQuestionPrefix': row({
    schema: prefix,
    meaning: 'What the model wants to stand before a question, such as "query: ".',
    expects: 'at most 200 characters',
    reload: 'live',
  }),
  'knowledge.embeddingTimeoutMs': row({
    schema: integer(50, 60_000).default(1500),
    meaning:
      'Longest time that a search waits for the vector of its question, in milliseconds; after it the search goes on without.',
    expects: 'a whole number of milliseconds from 50 to 60000',
    reload: 'live',
  }),
  'knowledge.embeddingMemoryMb': row({
    schema: integer(16, 65_536).default(1024),
    meaning:
      'Memory that vectors may use, in MiB; a byte for each dimension of a passage. Passages whose vectors find no room are ranked by their words.',
    expects: 'a whole number of MiB from 16 to 65536',
    reload: 'live',
  }),
  'knowledge.rerankService': row({
    schema: targetName.optional(),
    meaning:
      'Service that sorts the best passages of a search again, as a rule names it; absent: none does. Passages and question go to it as any call of a service would.',
    expects: 'the name of a target of kind service that a rule leads to',
    reload: 'live',
  }),
  'knowledge.rerankPath': row({
    schema: z
      .string()
      .max(200)
      .regex(/^[\w./-]+$/)
      .default('rerank'),
    meaning: 'Path below the address of that service, such as v1/rerank.',
    expects: 'a path without a leading slash, such as rerank or v1/rerank',
    reload: 'live',
  }),
  'knowledge.rerankDialect': row({
    schema: z.enum(['cohere', 'tei']).default('cohere'),
    meaning:
      'How the service is asked: cohere (documents and top_n, as Cohere, Jina, vLLM and llama.cpp take them) or tei (texts, as Text Embeddings Inference takes them).',
    expects: 'cohere or tei',
    reload: 'live',
  }),
  'knowledge.rerankModel': row({
    schema: z.string().min(1).max(200).optional(),
    meaning: 'Model that the service is asked for; absent: its only one.',
    expects: 'the name of a model, such as bge-reranker-v2-m3',
    reload: 'live',
  }),
  'knowledge.rerankPassages': row({
    schema: integer(2, 100).default(30),
    meaning: 'Passages that are sent to the service at most, the best ones of the search.',
    expects: 'a whole number from 2 to 100',
    reload: 'live',
  }),
  'knowledge.rerankTimeoutMs': row({
    schema: integer(50, 60_000).default(2000),
    meaning:
      'Longest time that a search waits for the service, in milliseconds; after it the passages stay as they were.',
    expects: 'a whole number of milliseconds from 50 to 60000',
    reload: 'live',
  }),
} as const
