import { dataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import { documentAcl, documentId } from '@freehold/contract/knowledge.ts'
import { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { parseInput, parseJson } from '../../kernel/input.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { Store } from '../../store/store.ts'
import type { Handlers, UploadedForm } from './handlers.ts'

type KnowledgeOperation =
  | 'embeddings.status'
  | 'collection.create'
  | 'collection.list'
  | 'collection.delete'
  | 'collection.acl'
  | 'collection.search'
  | 'document.add'
  | 'document.list'
  | 'document.text'
  | 'document.acl'
  | 'document.delete'

/** Collections, documents and search. */
export function knowledgeHandlers(knowledge: Knowledge, store: Store): Pick<Handlers, KnowledgeOperation> {
  return {
    'embeddings.status': ({ caller }) => knowledge.embeddingStatus(caller),
    'collection.create': ({ caller, body, request }) =>
      knowledge.createCollection(caller, body.name, { request }),
    'collection.list': async ({ caller, query }) => asPage(await knowledge.listCollections(caller, query)),
    async 'collection.delete'({ caller, params, request }) {
      await knowledge.deleteCollection(caller, params.id, { request })
      return undefined
    },
    async 'collection.acl'({ caller, params, body, request }) {
      return {
        acl: await knowledge.changeCollectionAccess(caller, params.id, { ...body, commit: { request } }),
      }
    },
    async 'collection.search'({ caller, params, body }) {
      const { query, limit, explain } = body
      if (explain) return { hits: await knowledge.explain(caller, params.id, query, limit) }
      return { hits: await knowledge.search(caller, params.id, query, limit) }
    },
    async 'document.add'({ caller, params, body, request }) {
      if ('documents' in body) {
        const documents = await knowledge.addTexts(caller, params.id, body.documents, { request })
        return { documents, failed: [] }
      }
      const file = { ...formFields(body.form), ...fileOf(body.form) }
      return knowledge.addUpload(caller, params.id, file, { request })
    },
    'document.list': async ({ caller, params, query }) =>
      asPage(await knowledge.listDocuments(caller, params.id, query)),
    async 'document.text'({ caller, params, query, request }) {
      const text = await knowledge.documentText(caller, params.id, query.collection)
      if (caller.principal.kind === 'operator') await recordRead(store, caller, text.collectionId, request)
      return text
    },
    async 'document.acl'({ caller, params, query, body, request }) {
      const name = { id: params.id, collection: query.collection }
      return { acl: await knowledge.changeDocumentAccess(caller, name, { ...body, commit: { request } }) }
    },
    async 'document.delete'({ caller, params, query, request }) {
      await knowledge.deleteDocument(caller, { id: params.id, collection: query.collection }, { request })
      return undefined
    },
  }
}

/** What the operator of the machine reads stands in the record before it is handed out: no audit, no content. */
function recordRead(store: Store, caller: Caller, collection: string, request: string): Promise<void> {
  // The caller's own id of a document may say something about a person, so the event names its collection.
  const event = { actor: caller.principal.id, subject: collection, request, detail: {} }
  return store.withTenant(caller, (tx) => append(tx, { action: 'document.read', ...event }))
}

const form = z.strictObject({
  id: documentId.optional(),
  class: dataClass.optional(),
  /** JSON, as in `documents[].acl`. */
  acl: z.string().optional(),
})

function fileOf({ file }: UploadedForm): { readonly fileName: string; readonly bytes: Buffer } {
  if (file) return { fileName: file.name, bytes: file.bytes }
  throw new Fault('invalid', 'file: the form must hold one file part.', { param: 'file' })
}

function formFields(sent: UploadedForm): {
  readonly id?: string | undefined
  readonly class?: z.output<typeof dataClass> | undefined
  readonly acl?: DocumentAcl
} {
  const { acl, ...fields } = parseInput(form, sent.fields)
  return acl === undefined ? fields : { ...fields, acl: aclIn(acl) }
}

function aclIn(field: string): DocumentAcl {
  const read = (): unknown => {
    try {
      return parseJson(Buffer.from(field))
    } catch (cause) {
      throw new Fault('invalid', 'acl: must be JSON, as in {"groups": ["sales"]}, or null.', {
        param: 'acl',
        cause,
      })
    }
  }
  return parseInput(z.object({ acl: documentAcl }), { acl: read() }).acl
}

function asPage<T>(page: { readonly data: readonly T[]; readonly next: string | null }): {
  data: T[]
  next: string | null
} {
  return { data: [...page.data], next: page.next }
}
