import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { append } from '../../audit/audit.ts'
import { requireWithinQuota } from '../../identity/tenants/quotas.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { aboveCeiling } from '../conversations.ts'
import { raiseClass } from '../journal.ts'
import { messageOf } from '../messages.ts'
import type { OpenConversation, Own } from '../ownership.ts'
import { lockConversation } from '../ownership.ts'
import type { ArtifactBody, ArtifactRow, ArtifactSeen } from './artifact-rows.ts'
import {
  conversationOfArtifact,
  noArtifact,
  openArtifact,
  sealArtifact,
  viewArtifact,
} from './artifact-rows.ts'

const MOST_IN_CONVERSATION = 200
const MOST_VERSIONS = 500

/** A version that is to be written. */
export interface Writing {
  readonly now: number
  readonly request?: string | undefined
  readonly class?: DataClass | undefined
  /** A message of the conversation that it comes from. */
  readonly message?: string | undefined
  /** The run and the call by which a model writes it. */
  readonly by?: { readonly run: string; readonly call: string; readonly answer: string } | undefined
}

/** @throws Fault `not_found`, `conflict`, `above_ceiling`, `over_quota` */
export async function createArtifact(
  tx: Tx,
  own: Own,
  conversation: string,
  { body, ...writing }: Writing & { readonly body: ArtifactBody },
): Promise<ArtifactSeen> {
  const open = await lockConversation(tx, own, conversation)
  const known = await writtenBy(tx, open, writing)
  if (known) return known
  const { artifacts } = await tx.db
    .selectFrom('artifact_version')
    .select(({ fn }) => fn.count<string>('artifact_id').distinct().as('artifacts'))
    .where('conversation_id', '=', conversation)
    .executeTakeFirstOrThrow()
  if (Number(artifacts) >= MOST_IN_CONVERSATION)
    throw new Fault('conflict', `A conversation has at most ${MOST_IN_CONVERSATION} artifacts. Delete one.`)
  return store(tx, own, open, {
    ...writing,
    body,
    artifact: uuidV7(writing.now),
    version: 1,
    least: 'public',
  })
}

/** What is absent stays as it was. @throws Fault as `createArtifact` */
export async function writeVersion(
  tx: Tx,
  own: Own,
  id: string,
  { body, ...writing }: Writing & { readonly body: Partial<ArtifactBody> & Pick<ArtifactBody, 'text'> },
): Promise<ArtifactSeen> {
  const { id: conversation } = await conversationOfArtifact(tx, own, id)
  const open = await lockConversation(tx, own, conversation)
  const known = await writtenBy(tx, open, writing)
  if (known) return known
  const newest = await newestOf(tx, id)
  if (newest.version >= MOST_VERSIONS)
    throw new Fault('conflict', `An artifact has at most ${MOST_VERSIONS} versions. Begin another one.`)
  const before = openArtifact(open.dek, newest)
  return store(tx, own, open, {
    ...writing,
    body: {
      title: body.title ?? before.title,
      mediaType: body.mediaType ?? before.mediaType,
      text: body.text,
    },
    artifact: id,
    version: newest.version + 1,
    least: dataClass.parse(newest.class),
  })
}

/** @throws Fault `not_found` */
export async function newestOf({ db }: Tx, id: string, version?: number): Promise<ArtifactRow> {
  const row = await db
    .selectFrom('artifact_version')
    .selectAll()
    .where('artifact_id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) throw noArtifact(version === undefined ? 'id' : 'version')
  return row
}

/** What this very call of a model has written already; null where it has not. */
async function writtenBy(
  { db }: Tx,
  { dek }: OpenConversation,
  { by }: Writing,
): Promise<ArtifactSeen | null> {
  if (!by) return null
  const row = await db
    .selectFrom('artifact_version')
    .selectAll()
    .where('run_id', '=', by.run)
    .where('call', '=', by.call)
    .executeTakeFirst()
  return row ? viewArtifact(dek, row) : null
}

interface Stored extends Writing {
  readonly body: ArtifactBody
  readonly artifact: string
  readonly version: number
  /** Of the version before. */
  readonly least: DataClass
}

async function store(
  tx: Tx,
  own: Own,
  { row: conversation, dek }: OpenConversation,
  { body, artifact, version, least, by, now, request, ...said }: Stored,
): Promise<ArtifactSeen> {
  const { caller } = own
  const reached = highestClass(caller.baseClass, least, said.class ?? 'public')
  if (!isWithin(reached, caller.classCeiling)) throw aboveCeiling(caller.classCeiling)
  if (said.message !== undefined) await messageOf(tx, conversation.id, said.message, 'message')
  const id = uuidV7(now)
  const text = body.text.toWellFormed()
  const sizeBytes = Buffer.byteLength(text)
  const row = await tx.db
    .insertInto('artifact_version')
    .values({
      tenant_id: tx.tenant,
      id,
      artifact_id: artifact,
      conversation_id: conversation.id,
      version,
      run_id: by?.run ?? null,
      call: by?.call ?? null,
      message_id: by?.answer ?? said.message ?? null,
      class: reached,
      size_bytes: sizeBytes,
      body_sealed: sealArtifact(dek, id, { ...body, text }),
      created_at: new Date(now),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await raiseClass(tx, conversation.id, reached)
  await requireWithinQuota(tx, 'storageBytes', caller.bounds)
  await append(tx, {
    action: 'artifact.written',
    actor: caller.principal.id,
    subject: artifact,
    ...(request !== undefined && { request }),
    detail: {
      conversation: conversation.id,
      version,
      sizeBytes,
      class: reached,
      ...(by && { run: by.run }),
    },
  })
  return viewArtifact(dek, row)
}
