import { dataClass } from '@freehold/contract/data-class.ts'
import { documentId } from '@freehold/contract/knowledge.ts'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { parseInput } from '../../kernel/input.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { Handlers, UploadedFile } from './handlers.ts'

type KnowledgeOperation =
  | 'collection.create'
  | 'collection.list'
  | 'collection.delete'
  | 'collection.search'
  | 'document.add'
  | 'document.list'
  | 'document.text'
  | 'document.delete'

/** Collections, documents and search. */
export function knowledgeHandlers(knowledge: Knowledge): Pick<Handlers, KnowledgeOperation> {
  return {
    'collection.create': ({ caller, body, request }) =>
      knowledge.createCollection(caller, body.name, { request }),
    'collection.list': async ({ caller, query }) => asPage(await knowledge.listCollections(caller, query)),
    async 'collection.delete'({ caller, params, request }) {
      await knowledge.deleteCollection(caller, params.id, { request })
      return undefined
    },
    async 'collection.search'({ caller, params, body }) {
      return { hits: await knowledge.search(caller, params.id, body.query, body.limit) }
    },
    async 'document.add'({ caller, params, body, request }) {
      if ('documents' in body) {
        return { documents: await knowledge.addTexts(caller, params.id, body.documents, { request }) }
      }
      const file = { fileName: body.file.name, bytes: body.file.bytes, ...formFields(body.file) }
      return { documents: [await knowledge.addFile(caller, params.id, file, { request })] }
    },
    'document.list': async ({ caller, params, query }) =>
      asPage(await knowledge.listDocuments(caller, params.id, query)),
    'document.text': ({ caller, params, query }) =>
      knowledge.documentText(caller, params.id, query.collection),
    async 'document.delete'({ caller, params, query, request }) {
      await knowledge.deleteDocument(caller, { id: params.id, collection: query.collection }, { request })
      return undefined
    },
  }
}

const form = z.strictObject({
  id: documentId.optional(),
  class: dataClass.optional(),
  acl: z.unknown().optional(),
})

function formFields(file: UploadedFile): {
  readonly id?: string | undefined
  readonly class?: z.output<typeof dataClass> | undefined
} {
  const { acl, ...fields } = parseInput(form, file.fields)
  if (acl !== undefined) {
    throw new Fault(
      'not_built',
      'Permissions of single documents are not built yet; send it without `acl`.',
      { param: 'acl' },
    )
  }
  return fields
}

function asPage<T>(page: { readonly data: readonly T[]; readonly next: string | null }): {
  data: T[]
  next: string | null
} {
  return { data: [...page.data], next: page.next }
}
