import { z } from 'zod'
import { dataClass } from './data-class.ts'

/** The caller's own name of a document, or ours when it sent none. Unique within its collection. */
export const documentId = z.string().min(1).max(256)
/** UTF-16 offsets into the stored extracted text; `end` is exclusive. */
export const span = z.object({ start: z.number().int().nonnegative(), end: z.number().int().nonnegative() })

/** A name of this tenant's, or its id. */
const reader = z.string().trim().min(1).max(256)
const readers = z.array(reader).max(100).default([])
/**
 * Who may read, beside class and policies. `self`: whoever sends it is among them. A list that
 * names nobody, without `self`, is for nobody.
 */
export const aclInput = z.strictObject({
  users: readers,
  groups: readers,
  services: readers,
  self: z.boolean().default(true),
})
/** Null: everybody of the tenant whom class and policies let. */
export const documentAcl = aclInput.nullable()
export type DocumentAcl = z.output<typeof documentAcl>
export const aclChange = z.strictObject({ acl: documentAcl })

/** Ids. `keys`: keys that were made on the machine itself. */
export const aclView = z.object({
  users: z.array(z.string()),
  groups: z.array(z.string()),
  services: z.array(z.string()),
  keys: z.array(z.string()),
})
export const aclChanged = z.object({ acl: aclView.nullable() })

export const collectionInput = z.strictObject({ name: z.string().trim().min(1).max(128) })
export const collectionView = z.object({
  id: z.uuid(),
  name: z.string(),
  documents: z.number().int(),
  /** What new documents get that say nothing of it; told to who may change it. */
  acl: aclView.nullable().optional(),
  createdAt: z.string(),
})

export const textDocument = z.strictObject({
  id: documentId.optional(),
  title: z.string().trim().min(1).max(512),
  /** What fits into the JSON body that is taken; a longer one comes as a file. */
  text: z.string().min(1).max(8_000_000),
  class: dataClass.default('internal'),
  /** Absent: that of the document it replaces, else the collection's. */
  acl: documentAcl.optional(),
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
  /** Told to who may change it. */
  acl: aclView.nullable().optional(),
  /** What of it could not be read; only in the answer to adding it. */
  warning: z.string().optional(),
})
/** A file inside of an upload that did not become a document; its name is its path in there. */
export const failedDocument = z.object({
  name: z.string(),
  error: z.object({ code: z.string(), message: z.string() }),
})
export const documentsAdded = z.object({
  documents: z.array(documentView),
  failed: z.array(failedDocument).default([]),
})
/** Where in its document a passage stands; what is not known is absent. */
export const place = {
  /** Page of a PDF or slide of a presentation, from 1. */
  page: z.number().int().positive().optional(),
  /** Headings from the outermost, joined by ` › `; of a workbook the sheet. */
  heading: z.string().optional(),
  /** Cells of the sheet or table, as `A2:D40`. */
  cells: z.string().optional(),
  /** Names of the columns, when the passage holds rows without them. */
  columns: z.string().optional(),
}
export const documentText = z.object({
  id: documentId,
  collectionId: z.uuid(),
  title: z.string(),
  class: dataClass,
  text: z.string(),
  /** The tree of its headings, each up to the next of its level or above. */
  sections: z.array(
    z.object({ heading: z.string(), level: z.number().int(), path: z.array(z.string()), span }),
  ),
  /** Where its pages or slides begin. */
  pages: z.array(z.object({ page: z.number().int(), start: z.number().int() })),
})

export const searchInput = z.strictObject({
  query: z.string().min(1).max(4096),
  limit: z.number().int().min(1).max(100).default(10),
  /** Whether each hit tells how it came by its score. */
  explain: z.boolean().default(false),
})
/** A word of the question in a passage; everything is counted among what the asker may see. */
const termExplanation = z.object({
  term: z.string(),
  /** Words that stood for it. */
  alternatives: z.array(z.string()),
  title: z.boolean(),
  headings: z.boolean(),
  /** How often it stands in the text of the passage. */
  body: z.number().int(),
  /** Passages that hold it. */
  passages: z.number().int(),
  idf: z.number(),
  contribution: z.number(),
})
/** Contributions add up to the score of the hit. */
export const hitExplanation = z.object({
  /** Share of the question's weight that the passage covers; its words count up to twice for it. */
  coverage: z.number(),
  terms: z.array(termExplanation),
  /** Words of the best passages that the question did not say. */
  feedback: z.array(
    z.object({
      term: z.string(),
      /** Share among the words that were brought in. */
      share: z.number(),
      passages: z.number().int(),
      idf: z.number(),
      contribution: z.number(),
    }),
  ),
  /**
   * How near question and passage are in meaning; null where that was not compared. By `documents`: their cosine in
   * vectors learned from what the asker may see. By `embeddings`: 0 as near as most passages, 1 as the nearest one.
   */
  meaning: z
    .object({ by: z.enum(['documents', 'embeddings']), nearness: z.number(), contribution: z.number() })
    .nullable(),
  /** Where a model of embeddings is configured: whether it took part, and the code of why not. */
  embeddings: z.object({ model: z.string(), used: z.boolean(), fault: z.string().nullable() }).optional(),
  /**
   * Where a reranker is configured: what it said of the passage, and the place that this one had before. The score of
   * the hit is that of its place now, so the contributions add up to it only where the places are the same.
   */
  rerank: z
    .object({
      service: z.string(),
      place: z.number().int(),
      score: z.number().nullable(),
      fault: z.string().nullable(),
    })
    .optional(),
  /** How much of it better hits said already, 0 to 1: it stands behind others for that, its score is as it was. */
  repeats: z.number(),
})
export type HitExplanation = z.infer<typeof hitExplanation>
export const hit = z.object({
  documentId,
  title: z.string(),
  /** To be compared within one answer only. */
  score: z.number(),
  text: z.string(),
  span,
  ...place,
  explanation: hitExplanation.optional(),
})
export const searchResult = z.object({ hits: z.array(hit) })
export const searchEverywhere = searchInput.omit({ explain: true }).extend({
  /** Absent: every one that the asker may read. */
  collections: z.array(z.uuid()).min(1).max(100).optional(),
})
export const searchedEverywhere = z.object({
  hits: z.array(hit.omit({ explanation: true }).extend({ collectionId: z.uuid() })),
})
export type Hit = z.infer<typeof hit>
