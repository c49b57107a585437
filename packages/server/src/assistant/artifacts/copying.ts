import { uuidV7 } from '../../kernel/ids.ts'
import type { Dek, Tx } from '../../store/store.ts'
import { artifactRows, openArtifact, sealArtifact } from './artifact-rows.ts'

interface Place {
  readonly id: string
  readonly dek: Dek
}

/** Of the versions that came of these messages, numbered anew; `messages`: the copy of each. */
export async function copyArtifacts(
  tx: Tx,
  from: Place,
  to: Place,
  { messages, now }: { readonly messages: ReadonlyMap<string, string>; readonly now: number },
): Promise<void> {
  const artifacts = new Map<string, { readonly id: string; versions: number }>()
  for (const row of await artifactRows(tx, from.id)) {
    const message = row.message_id === null ? undefined : messages.get(row.message_id)
    if (message === undefined) continue
    const artifact = artifacts.get(row.artifact_id) ?? { id: uuidV7(now), versions: 0 }
    artifacts.set(row.artifact_id, artifact)
    artifact.versions += 1
    const id = uuidV7(now)
    await tx.db
      .insertInto('artifact_version')
      .values({
        ...row,
        id,
        artifact_id: artifact.id,
        conversation_id: to.id,
        version: artifact.versions,
        // The run stays with the conversation that it was made in.
        run_id: null,
        call: null,
        message_id: message,
        body_sealed: sealArtifact(to.dek, id, openArtifact(from.dek, row)),
      })
      .execute()
  }
}
