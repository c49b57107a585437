import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Knowledge } from './knowledge.ts'
import type { Retrieval } from './retrieval.ts'

/** The same search engine, with the time of each search in the metrics. */
export function measuredRetrieval(retrieval: Retrieval, metrics: Metrics): Retrieval {
  const seconds = metrics.histogram('freehold_knowledge_search_duration_seconds').bind({})
  return {
    ...retrieval,
    async search(query, visible, opened) {
      const fromMs = performance.now()
      const result = await retrieval.search(query, visible, opened)
      if ('hits' in result) seconds.observe((performance.now() - fromMs) / 1000)
      return result
    },
  }
}

/** The same knowledge, with what was added, refused and how long it took in the metrics. */
export function measuredKnowledge(knowledge: Knowledge, metrics: Metrics, clock: Clock): Knowledge {
  const documents = metrics.counter('freehold_knowledge_documents_total')
  const seconds = metrics.histogram('freehold_knowledge_ingest_duration_seconds').bind({})
  const measured = async <T>(count: number, add: () => Promise<T>): Promise<T> => {
    const fromMs = clock.now()
    try {
      const added = await add()
      documents.bind({ outcome: 'added' }).inc(count)
      seconds.observe((clock.now() - fromMs) / 1000)
      return added
    } catch (error) {
      documents.bind({ outcome: error instanceof Fault ? error.code : 'bug' }).inc(count)
      throw error
    }
  }
  return {
    ...knowledge,
    addFile: (caller, collection, file, commit) =>
      measured(1, () => knowledge.addFile(caller, collection, file, commit)),
    addTexts: (caller, collection, texts, commit) =>
      measured(texts.length, () => knowledge.addTexts(caller, collection, texts, commit)),
  }
}
