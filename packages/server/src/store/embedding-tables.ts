import type { Generated } from 'kysely'
import type { Stamp } from './identity-tables.ts'

interface EmbeddingLotTable {
  tenant_id: string
  id: string
  collection_id: string
  space: string
  dek: Buffer
  blob_key: string
  size_bytes: number
  /** As many as stand in it, those among them that are gone since. */
  documents: number
  passages: number
  withheld: number
  created_at: Stamp
}

interface EmbeddedDocumentTable {
  tenant_id: string
  document_id: string
  lot_id: string
}

interface EmbeddingStateTable {
  tenant_id: string
  runner: string | null
  runner_seen_at: Date | null
  started_at: Date | null
  finished_at: Date | null
  due_at: Date | null
  failures: Generated<number>
  fault: string | null
  held: Generated<string[]>
}

export interface EmbeddingTables {
  embedding_lot: EmbeddingLotTable
  embedded_document: EmbeddedDocumentTable
  embedding_state: EmbeddingStateTable
}
