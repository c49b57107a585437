import { z } from 'zod'
import { dataClass } from './data-class.ts'

/** The caller's own name of a document, or ours when it sent none. Unique within its collection. */
export const documentId = z.string().min(1).max(256)
/** UTF-16 offsets into the stored extracted text; `end` is exclusive. */
export const span = z.object({ start: z.number().int().nonnegative(), end: z.number().int().nonnegative() })

export const collectionInput = z.strictObject({ name: z.string().trim().min(1).max(128) })
export const collectionView = z.object({
  id: z.uuid(),
  name: z.string(),
  documents: z.number().int(),
  createdAt: z.string(),
})

export const textDocument = z.strictObject({
  id: documentId.optional(),
  title: z.string().trim().min(1).max(512),
  /** What fits into the JSON body that is taken; a longer one comes as a file. */
  text: z.string().min(1).max(8_000_000),
  class: dataClass.default('internal'),
  /** Refused until per-document permissions exist. */
  acl: z.unknown().optional(),
})
export const documentsInput = z.strictObject({ documents: z.array(textDocument).min(1).max(5000) })

export const documentView = z.object({
  id: documentId,
  collectionId: z.uuid(),
  title: z.string(),
  class: dataClass,
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  textLength: z.number().int(),
  passages: z.number().int(),
  createdAt: z.string(),
})
export const documentsAdded = z.object({ documents: z.array(documentView) })
export const documentText = z.object({
  id: documentId,
  collectionId: z.uuid(),
  title: z.string(),
  class: dataClass,
  text: z.string(),
})

export const searchInput = z.strictObject({
  query: z.string().min(1).max(4096),
  limit: z.number().int().min(1).max(100).default(10),
})
export const hit = z.object({ documentId, title: z.string(), score: z.number(), text: z.string(), span })
export const searchResult = z.object({ hits: z.array(hit) })
export type Hit = z.infer<typeof hit>
