import type { ColumnType, Generated, RawBuilder } from 'kysely'
import type { Stamp } from './identity-tables.ts'

type When = ColumnType<
  Date | null,
  Date | RawBuilder<Date> | null | undefined,
  Date | RawBuilder<Date> | null
>

export interface ConversationTable {
  tenant_id: string
  id: string
  /** The person, or the program, whose it is. */
  owner: string
  dek: Buffer
  /** JSON {title, model, instructions, tags}. */
  meta_sealed: Buffer
  class: string
  project_id: string | null
  pinned: Generated<boolean>
  archived: Generated<boolean>
  temporary: Generated<boolean>
  /** Nothing of it goes to a managed target. */
  keep_private: Generated<boolean>
  expires_at: When
  /** The message that the branch ends with which was spoken in last. */
  leaf_id: string | null
  /** A time-ordered id, drawn anew whenever somebody speaks in it. */
  touched: string
  /** The object that its bodies lie in together; null: they stand in their rows. */
  bodies_blob: ColumnType<string | null, string | null | undefined, string | null>
  /** When they last came back from an object. */
  bodies_back_at: When
  created_at: Stamp
}

export interface MessageTable {
  tenant_id: string
  id: string
  conversation_id: string
  parent_id: string | null
  run_id: string | null
  role: 'user' | 'assistant'
  status: 'complete' | 'stopped'
  class: string
  /** JSON {parts, citations, making}, under the key of the conversation; null while it lies in its object. */
  body_sealed: ColumnType<Buffer | null, Buffer, Buffer | null>
  created_at: Stamp
}

export interface RunTable {
  tenant_id: string
  id: string
  conversation_id: string
  owner: string
  message_id: string
  answer_id: string
  state: 'running' | 'waiting' | 'completed' | 'stopped' | 'failed' | 'interrupted'
  code: ColumnType<string | null, string | null | undefined, string | null>
  /** The process that works on it. */
  replica: string | null
  lease_until: When
  stop_at: When
  last_seq: Generated<number>
  /** JSON of how the answer is to be made. */
  asked_sealed: Buffer
  created_at: Stamp
  ended_at: When
}

export interface RunEventTable {
  tenant_id: string
  run_id: string
  /** Number of the first of its events. */
  seq: number
  count: number
  /** A JSON list; null while it lies in the object of the conversation. */
  events_sealed: ColumnType<Buffer | null, Buffer, Buffer | null>
}

export interface ProjectTable {
  tenant_id: string
  id: string
  owner: string
  dek: Buffer
  name_sealed: Buffer
  created_at: Stamp
}

export interface ShareTable {
  tenant_id: string
  id: string
  conversation_id: string
  owner: string
  dek: Buffer
  /** SHA-256 of the secret in the link. */
  secret_hash: Buffer
  /** JSON {title, messages}, as it was. */
  snapshot_sealed: Buffer
  class: string
  messages: number
  /** Of anybody who has the link. */
  for_anyone: Generated<boolean>
  created_at: Stamp
  expires_at: ColumnType<Date, Date, Date>
}

export interface NoteTable {
  tenant_id: string
  id: string
  owner: string
  kind: 'memory' | 'template'
  class: string
  dek: Buffer
  /** JSON {name, text}. */
  text_sealed: Buffer
  created_at: Stamp
}

export interface AttachmentTable {
  tenant_id: string
  id: string
  conversation_id: string
  dek: Buffer
  /** JSON {name, mediaType, reason, warning}. */
  meta_sealed: Buffer
  /** A line of JSON {title, outline}, then the text; null while nothing was read. */
  content_sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
  /** The file in the object store. */
  blob_key: string
  class: string
  size_bytes: number
  text_length: ColumnType<number | null, number | null | undefined, number | null>
  state: 'reading' | 'ready' | 'failed'
  /** The code of the refusal that it failed with. */
  code: ColumnType<string | null, string | null | undefined, string | null>
  attempts: Generated<number>
  lease_until: When
  created_at: Stamp
}

export interface ArtifactVersionTable {
  tenant_id: string
  id: string
  artifact_id: string
  conversation_id: string
  version: number
  run_id: string | null
  /** Of the tool by which a model wrote it. */
  call: string | null
  message_id: string | null
  class: string
  size_bytes: number
  /** JSON {title, mediaType, text}, under the key of the conversation. */
  body_sealed: Buffer
  created_at: Stamp
}

export interface ConversationTables {
  attachment: AttachmentTable
  artifact_version: ArtifactVersionTable
  note: NoteTable
  project: ProjectTable
  share: ShareTable
  conversation: ConversationTable
  message: MessageTable
  run: RunTable
  run_event: RunEventTable
}
