import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Knowledge } from './knowledge.ts'
import { formatOf } from './media-type.ts'
import type { Retrieval } from './retrieval.ts'
import type { Added } from './uploading.ts'

/** The same search engine, with the time of each search in the metrics. */
export function measuredRetrieval<R extends Retrieval>(retrieval: R, metrics: Metrics): R {
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
  /** @param format of a name or media type */
  const ended = (format: string, outcome: string, count = 1): void =>
    documents.bind({ format: formatOf(format), outcome }).inc(count)
  const counted = ({ documents: added, failed }: Added): void => {
    for (const { mediaType } of added) ended(mediaType, 'added')
    for (const { name, error } of failed) ended(name, error.code)
  }
  const measured = async <T>(
    offered: { readonly format: string; readonly count: number },
    add: () => Promise<T>,
    count: (added: T) => void,
  ): Promise<T> => {
    const fromMs = clock.now()
    try {
      const added = await add()
      count(added)
      seconds.observe((clock.now() - fromMs) / 1000)
      return added
    } catch (error) {
      ended(offered.format, error instanceof Fault ? error.code : 'bug', offered.count)
      throw error
    }
  }
  return {
    ...knowledge,
    addFile: (caller, collection, file, commit) =>
      measured(
        { format: file.fileName, count: 1 },
        () => knowledge.addFile(caller, collection, file, commit),
        ({ mediaType }) => ended(mediaType, 'added'),
      ),
    addUpload: (caller, collection, file, commit) =>
      measured(
        { format: file.fileName, count: 1 },
        () => knowledge.addUpload(caller, collection, file, commit),
        counted,
      ),
    addUploads: (caller, collection, files, commit) =>
      measured(
        { format: 'other', count: files.length },
        () => knowledge.addUploads(caller, collection, files, commit),
        (all) => {
          for (const [at, added] of all.entries())
            if (added instanceof Fault) ended(files[at]?.fileName ?? '', added.code)
            else counted(added)
        },
      ),
    addTexts: (caller, collection, texts, commit) =>
      measured(
        { format: 'text/plain', count: texts.length },
        () => knowledge.addTexts(caller, collection, texts, commit),
        ({ length }) => ended('text/plain', 'added', length),
      ),
  }
}
