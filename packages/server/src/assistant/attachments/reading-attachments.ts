import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import type { FileRead } from '../../knowledge/reading-alone.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import { eachTenant } from '../../store/each-tenant.ts'
import type { KeyRing, Store, TenantId, Tx } from '../../store/store.ts'
import type { AttachmentMeta, AttachmentRow } from './attachment-rows.ts'
import {
  attachmentDek,
  openAttachmentMeta,
  openFile,
  sealAttachmentMeta,
  sealContent,
} from './attachment-rows.ts'

interface ReadingRooms {
  readonly store: Store
  readonly knowledge: Pick<Knowledge, 'readAlone'>
  /** Told `ready`, or the code that a file failed with. */
  readonly ended: (outcome: string) => void
  readonly report: (error: unknown) => void
}

const LEASE_SECONDS = 15
const BEAT_MS = 5000
/** Each is in memory as a whole; the others wait, and keep their lease. */
const AT_ONCE = 2
/** A file that ends the process each time it is read is not read for ever. */
const MOST_ATTEMPTS = 3
/** Of its text, in UTF-16. */
const MOST_CHARACTERS = 4_000_000

/** What a process has that reads it. */
export const leaseOfReader = sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`

/** Not the file's fault: it is read again. */
const PASSING: ReadonlySet<string> = new Set(['too_many', 'draining', 'unavailable'])

interface Found {
  readonly row: AttachmentRow
  readonly keys: KeyRing
  readonly meta: AttachmentMeta
}

type Outcome =
  | { readonly read: FileRead | null; readonly warning: string | null }
  | { readonly code: string; readonly reason: string }

/** Reads attached files in the background. Whatever ends the process, another one goes on. */
export class AttachmentReader {
  readonly #rooms: ReadingRooms
  readonly #reading = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #free = AT_ONCE
  #isClosed = false

  constructor(rooms: ReadingRooms) {
    this.#rooms = rooms
  }

  /** Of one whose lease was taken for this process. */
  begin(tenant: TenantId, id: string): void {
    if (this.#isClosed || this.#reading.has(id)) return
    const { report } = this.#rooms
    const reading = this.#read(tenant, id)
      // Its lease runs out, and somebody reads it again.
      .catch((error: unknown) => {
        if (!this.#isClosed) report(error)
      })
      .finally(() => this.#reading.delete(id))
    this.#reading.set(id, reading)
  }

  /** Takes over what nobody reads any more; `isAlone`: no other process can. */
  async recover(isAlone: boolean): Promise<void> {
    const { store } = this.#rooms
    await eachTenant(store, async (tenant) => {
      try {
        const ids = await store.withTenant({ tenant }, (tx) => lapsed(tx, isAlone))
        for (const { id } of ids) this.begin(tenant, id)
      } catch (error) {
        // One whose keys cannot be used now is looked at again, and keeps nobody else's files unread.
        if (!(error instanceof Fault)) throw error
      }
    })
  }

  /** What is being read is left to whoever comes next. */
  close(): void {
    this.#isClosed = true
  }

  async #read(tenant: TenantId, id: string): Promise<void> {
    const { store } = this.#rooms
    const beating = setInterval(() => {
      // A database that is away says nothing: the lease runs out, or it is back before.
      this.#keepLease(tenant, id).catch(() => undefined)
    }, BEAT_MS)
    beating.unref()
    await this.#turn()
    try {
      if (this.#isClosed) return
      const found = await store.withTenant({ tenant }, async (tx) => {
        const row = await tx.db
          .selectFrom('attachment')
          .selectAll()
          .where('id', '=', id)
          .where('state', '=', 'reading')
          .executeTakeFirst()
        return row && { row, keys: tx.keys, meta: openAttachmentMeta(tx.keys, row) }
      })
      if (!found) return
      const { row, keys, meta } = found
      if (row.attempts > MOST_ATTEMPTS) return await this.#store(tenant, found, ENDED_EACH_TIME)
      const outcome = await this.#outcome(meta, row, async () =>
        openFile(keys, row, await store.blobs.get(tenant, row.blob_key)),
      )
      if (outcome === null) await this.#later(tenant, id)
      else await this.#store(tenant, found, outcome)
    } finally {
      clearInterval(beating)
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#free -= 1
    return Promise.resolve()
  }

  /** Null: it is to be tried again. */
  async #outcome(
    { name, mediaType }: { readonly name: string; readonly mediaType: string },
    row: AttachmentRow,
    bytesOf: () => Promise<Buffer>,
  ): Promise<Outcome | null> {
    const { knowledge, report } = this.#rooms
    try {
      const read = await knowledge.readAlone({
        fileName: name,
        bytes: await bytesOf(),
        class: dataClass.parse(row.class),
        textLimit: MOST_CHARACTERS,
      })
      return { read, warning: read.warning }
    } catch (error) {
      if (error instanceof Fault && PASSING.has(error.code)) return null
      // A picture without words is still a picture.
      if (error instanceof Fault && mediaType.startsWith('image/'))
        return { read: null, warning: error.message }
      if (!(error instanceof Fault)) report(error)
      const { code, body } = errorResponse(error, row.id)
      const reason =
        error instanceof Fault ? error.message : String(JSON.parse(body.toString()).error.message)
      return { code, reason }
    }
  }

  async #store(tenant: TenantId, { row, keys, meta }: Found, outcome: Outcome): Promise<void> {
    const { store, ended } = this.#rooms
    const dek = attachmentDek(keys, row)
    const failed = 'code' in outcome ? outcome : null
    const done = 'code' in outcome ? null : outcome
    const said = { ...meta, reason: failed?.reason ?? null, warning: done?.warning ?? null }
    const read = done?.read ?? null
    const content = read && (await sealContent(dek, row.id, read))
    const { numUpdatedRows } = await store.withTenant({ tenant }, ({ db }) =>
      db
        .updateTable('attachment')
        .set({
          state: failed === null ? 'ready' : 'failed',
          code: failed?.code ?? null,
          meta_sealed: sealAttachmentMeta(dek, row.id, said),
          content_sealed: content,
          text_length: read?.text.length ?? null,
          lease_until: null,
        })
        .where('id', '=', row.id)
        .where('state', '=', 'reading')
        .executeTakeFirstOrThrow(),
    )
    if (numUpdatedRows > 0n) ended(failed?.code ?? 'ready')
  }

  async #keepLease(tenant: TenantId, id: string): Promise<void> {
    await this.#rooms.store.withTenant({ tenant }, ({ db }) =>
      db
        .updateTable('attachment')
        .set({ lease_until: leaseOfReader })
        .where('id', '=', id)
        .where('state', '=', 'reading')
        .execute(),
    )
  }

  /** It waits, and that counts as no attempt. */
  async #later(tenant: TenantId, id: string): Promise<void> {
    await this.#rooms.store.withTenant({ tenant }, ({ db }) =>
      db
        .updateTable('attachment')
        .set({ lease_until: sql<Date>`now()`, attempts: sql`attempts - 1` })
        .where('id', '=', id)
        .where('state', '=', 'reading')
        .execute(),
    )
  }
}

const lapsed = ({ db }: Tx, isAlone: boolean) =>
  db
    .updateTable('attachment')
    .set({ lease_until: leaseOfReader, attempts: sql`attempts + 1` })
    .where('state', '=', 'reading')
    .$if(!isAlone, (query) => query.where('lease_until', '<', sql<Date>`now()`))
    .returning('id')
    .execute()

const ENDED_EACH_TIME: Outcome = {
  code: 'unreadable_document',
  reason: 'The server stopped each time that it read this file.',
}
