import type { artifactView } from '@freehold/contract/artifacts.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { ArtifactVersionTable } from '../../store/conversation-tables.ts'
import type { Dek, Place, Tx } from '../../store/store.ts'
import type { Own } from '../ownership.ts'
import { isOwn } from '../ownership.ts'
import { conversationDek } from '../sealed-rows.ts'

export type ArtifactSeen = z.input<typeof artifactView>
export type ArtifactRow = Selectable<ArtifactVersionTable>

const body = z.object({ title: z.string(), mediaType: z.string(), text: z.string() })
export type ArtifactBody = z.infer<typeof body>

const place = (row: string): Place => ({ table: 'artifact_version', row, column: 'body_sealed' })

/** Under the key of its conversation. */
export const sealArtifact = (dek: Dek, id: string, said: ArtifactBody): Buffer =>
  dek.seal(place(id), Buffer.from(JSON.stringify(said)))
export const openArtifact = (dek: Dek, row: Pick<ArtifactRow, 'id' | 'body_sealed'>): ArtifactBody =>
  body.parse(JSON.parse(dek.open(place(row.id), row.body_sealed).toString('utf8')))

export function viewArtifact(dek: Dek, row: ArtifactRow): ArtifactSeen {
  const { title, mediaType } = openArtifact(dek, row)
  return {
    id: row.artifact_id,
    conversation: row.conversation_id,
    version: row.version,
    title,
    mediaType,
    class: dataClass.parse(row.class),
    sizeBytes: row.size_bytes,
    by: row.run_id === null ? 'user' : 'model',
    run: row.run_id,
    message: row.message_id,
    createdAt: row.created_at.toISOString(),
  }
}

/** The same words whether it never was, is gone, or is somebody else's. */
export const noArtifact = (param = 'id'): Fault =>
  new Fault('not_found', 'There is no such artifact, or no such version of it.', { param })

/** The conversation that it belongs to, where it is the caller's. @throws Fault `not_found` */
export async function conversationOfArtifact(
  tx: Tx,
  own: Own,
  id: string,
): Promise<{ readonly id: string; readonly dek: Dek }> {
  const row = await tx.db
    .selectFrom('artifact_version')
    .innerJoin('conversation', 'conversation.id', 'artifact_version.conversation_id')
    .select(['conversation.id', 'conversation.dek'])
    .where('artifact_version.artifact_id', '=', id)
    .where(isOwn(own))
    .limit(1)
    .executeTakeFirst()
  if (!row) throw noArtifact()
  return { id: row.id, dek: conversationDek(tx.keys, row) }
}

/** All versions of all of them, in the order in which they were begun. */
export function artifactRows({ db }: Tx, conversation: string): Promise<ArtifactRow[]> {
  return db
    .selectFrom('artifact_version')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .orderBy('artifact_id')
    .orderBy('version')
    .execute()
}
