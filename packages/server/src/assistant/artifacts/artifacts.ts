import type {
  artifactExported,
  artifactInput,
  artifactText,
  artifactVersionInput,
} from '@freehold/contract/artifacts.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Dek, Store, Tx } from '../../store/store.ts'
import type { By } from '../assistant.ts'
import type { Own } from '../ownership.ts'
import { lockConversation, noRun, ownConversation, requireNotHeld } from '../ownership.ts'
import type { ArtifactBody, ArtifactSeen } from './artifact-rows.ts'
import {
  artifactRows,
  conversationOfArtifact,
  noArtifact,
  openArtifact,
  viewArtifact,
} from './artifact-rows.ts'
import { createArtifact, newestOf, writeVersion } from './writing.ts'

interface ArtifactsOptions {
  readonly store: Store
  readonly clock: { readonly now: () => number }
  /** @throws Fault `not_offered` */
  readonly own: (caller: Caller) => Own
  readonly written: (by: 'model' | 'user') => void
}

/** A call of a model that writes. */
export interface ModelWriting {
  readonly conversation: string
  readonly run: string
  readonly call: string
  readonly class: DataClass
}

/** Documents that are written in conversations, as callers and models use them. */
export class Artifacts {
  readonly #options: ArtifactsOptions

  constructor(options: ArtifactsOptions) {
    this.#options = options
  }

  async create({ caller, request }: By, conversation: string, input: z.output<typeof artifactInput>) {
    const { class: of, message, ...body } = input
    const writing = { now: this.#options.clock.now(), request, class: of, message, body }
    const seen = await this.#in(caller, (tx, own) => createArtifact(tx, own, conversation, writing))
    this.#options.written('user')
    return seen
  }

  async write({ caller, request }: By, id: string, input: z.output<typeof artifactVersionInput>) {
    const { class: of, message, title, mediaType, text } = input
    const body = { text, ...(title && { title }), ...(mediaType && { mediaType }) }
    const writing = { now: this.#options.clock.now(), request, class: of, message, body }
    const seen = await this.#in(caller, (tx, own) => writeVersion(tx, own, id, writing))
    this.#options.written('user')
    return seen
  }

  /** By a model in a run; the same call writes once. Null: the first version of another one. */
  async writeByModel(
    caller: Caller,
    { conversation, run, call, class: of }: ModelWriting,
    { artifact, ...body }: ArtifactBody & { readonly artifact: string | null },
  ): Promise<ArtifactSeen> {
    const seen = await this.#in(caller, async (tx, own) => {
      const by = { run, call, answer: await answerOf(tx, run) }
      const writing = { now: this.#options.clock.now(), class: of, by, body }
      if (artifact === null) return createArtifact(tx, own, conversation, writing)
      await requireHere(tx, own, { artifact, conversation })
      return writeVersion(tx, own, artifact, writing)
    })
    this.#options.written('model')
    return seen
  }

  /** The newest version of each. @throws Fault `not_found` */
  list(caller: Caller, conversation: string): Promise<ArtifactSeen[]> {
    return this.#in(caller, async (tx, own) => {
      const { dek } = await ownConversation(tx, own, conversation)
      const newest = new Map((await artifactRows(tx, conversation)).map((row) => [row.artifact_id, row]))
      return [...newest.values()].map((row) => viewArtifact(dek, row))
    })
  }

  /** @throws Fault `not_found` */
  read(caller: Caller, id: string, version?: number): Promise<z.input<typeof artifactText>> {
    return this.#in(caller, async (tx, own) => {
      const { dek } = await conversationOfArtifact(tx, own, id)
      const row = await newestOf(tx, id, version)
      const all = await tx.db
        .selectFrom('artifact_version')
        .selectAll()
        .where('artifact_id', '=', id)
        .orderBy('version')
        .execute()
      return {
        ...viewArtifact(dek, row),
        text: openArtifact(dek, row).text,
        versions: all.map((one) => viewArtifact(dek, one)),
      }
    })
  }

  /** One of this conversation. @throws Fault `not_found` */
  readHere(caller: Caller, here: { readonly artifact: string; readonly conversation: string }) {
    return this.#in(caller, async (tx, own) => {
      const dek = await requireHere(tx, own, here)
      const row = await newestOf(tx, here.artifact)
      return { ...viewArtifact(dek, row), text: openArtifact(dek, row).text }
    })
  }

  /** @throws Fault `not_found`, `on_hold` */
  delete({ caller, request }: By, id: string): Promise<void> {
    return this.#in(caller, async (tx, own) => {
      const { id: conversation } = await conversationOfArtifact(tx, own, id)
      const { row } = await lockConversation(tx, own, conversation)
      await requireNotHeld(tx, [row])
      const { numDeletedRows } = await tx.db
        .deleteFrom('artifact_version')
        .where('artifact_id', '=', id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw noArtifact()
      await append(tx, {
        action: 'artifact.deleted',
        actor: caller.principal.id,
        subject: id,
        request,
        detail: { conversation, versions: Number(numDeletedRows) },
      })
    })
  }

  #in<T>(caller: Caller, work: (tx: Tx, own: Own) => Promise<T>): Promise<T> {
    const own = this.#options.own(caller)
    return this.#options.store.withTenant(caller, (tx) => work(tx, own))
  }
}

/** What a model writes in one conversation it finds nowhere else. @throws Fault `not_found` */
async function requireHere(
  tx: Tx,
  own: Own,
  { artifact, conversation }: { readonly artifact: string; readonly conversation: string },
): Promise<Dek> {
  const found = await conversationOfArtifact(tx, own, artifact)
  if (found.id === conversation) return found.dek
  throw new Fault('not_found', 'There is no such artifact in this conversation.', { param: 'artifact' })
}

async function answerOf({ db }: Tx, run: string): Promise<string> {
  const row = await db.selectFrom('run').select('answer_id').where('id', '=', run).executeTakeFirst()
  if (!row) throw noRun()
  return row.answer_id
}

/** With all versions, as an export has them. */
export async function exportArtifacts(
  tx: Tx,
  conversation: string,
  dek: Dek,
): Promise<z.input<typeof artifactExported>[]> {
  const byId = new Map<string, z.input<typeof artifactExported>>()
  for (const row of await artifactRows(tx, conversation)) {
    const one = byId.get(row.artifact_id) ?? { id: row.artifact_id, versions: [] }
    one.versions.push({ ...viewArtifact(dek, row), text: openArtifact(dek, row).text })
    byId.set(row.artifact_id, one)
  }
  return [...byId.values()]
}
