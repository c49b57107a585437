import type { Knowledge } from '../../knowledge/knowledge.ts'
import { Questions } from '../../knowledge/questions.ts'
import type { Store } from '../../store/store.ts'
import type { Handlers } from './handlers.ts'

type QuestionOperation =
  | Extract<keyof Handlers, `question.${string}`>
  | 'collection.change'
  | 'knowledge.search'

/** Questions that collections are tested with, and searching in all of them. */
export function questionHandlers(knowledge: Knowledge, store: Store): Pick<Handlers, QuestionOperation> {
  const questions = new Questions({ store, knowledge })
  return {
    'collection.change': ({ caller, params, body, request }) =>
      knowledge.renameCollection(caller, params.id, { ...body, commit: { request } }),
    'knowledge.search': async ({ caller, body: { query, limit, collections } }) => ({
      hits: await knowledge.searchAll(caller, { text: query, limit, collections }),
    }),
    'question.list': async ({ caller, params }) => ({
      data: await questions.list({ caller, collection: params.id }),
    }),
    'question.create': ({ caller, params, body, request }) =>
      questions.create({ caller, collection: params.id, request }, body),
    async 'question.delete'({ caller, params, request }) {
      await questions.delete(caller, params.id, request)
      return undefined
    },
    'question.run': ({ caller, params, body, request, signal }) =>
      questions.run({ caller, collection: params.id, request }, body.k, signal),
  }
}
