import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { CheckpointFile } from '../../packages/server/src/audit/log/checkpoint-file.ts'
import { openLogKey } from '../../packages/server/src/audit/log/log-key.ts'
import type { NoteSigner } from '../../packages/server/src/audit/log/note.ts'
import { verifierKey } from '../../packages/server/src/audit/log/note.ts'
import { readingOf } from '../../packages/server/src/audit/log/reading.ts'
import { Sequencer } from '../../packages/server/src/audit/log/sequencer.ts'
import { writeBundle } from '../../packages/server/src/cli/audit-bundle.ts'
import type { Verdict } from '../../packages/server/src/cli/audit-verifier.ts'
import { verifyBundle } from '../../packages/server/src/cli/audit-verifier.ts'
import { auditHandlers } from '../../packages/server/src/http/handlers/audit.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'

/** An audit log over a database of its own, whose every step the test takes itself. */
export interface AuditHouse {
  readonly data: string
  readonly store: Store
  readonly signer: NoteSigner
  readonly tenants: readonly string[]
  sequencer(): Sequencer
  /** Writes events in both tenants, as the program writes them. */
  happen(count: number): Promise<void>
  /** The lines of the checkpoint file, as it is now. */
  checkpoints(): string
  /** Makes entries of all that is due, and brings the checkpoints out. */
  settle(): Promise<void>
  /** Exports the log and judges it with what is trusted. */
  verify(trusted: readonly string[]): Promise<Verdict>
  /** Exports into this directory. */
  export(directory: string, scope?: 'tenant' | 'log'): Promise<void>
  close(): Promise<void>
}

export async function openAuditHouse(): Promise<AuditHouse> {
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  const opened: OpenedStore = await openTestStore(data)
  const { store } = opened
  const tenants = [store.home as string, await addTenant(data)]
  const signer = await openLogKey(store)
  const { file } = await CheckpointFile.open(join(data, 'audit', 'checkpoints'))
  const reading = readingOf(store, signer.key)
  const handlers = auditHandlers(store, reading)
  const caller = localOperator(store.home)
  let current = new Sequencer({ store, signer, signed: null })
  /** What HTTP does with a call: finds the operation, reads the query, and lets out what the schema names. */
  const client = {
    async call(method: string, path: string): Promise<unknown> {
      const url = new URL(path, 'http://here')
      const [id, operation] =
        Object.entries(OPERATIONS).find(
          ([, one]) =>
            one.path === url.pathname && one.method === method && one.path.startsWith('/api/audit'),
        ) ?? []
      if (!operation || !('query' in operation.input)) throw new Error(`no operation at ${path}`)
      const query = operation.input.query.parse(Object.fromEntries(url.searchParams))
      const handler = handlers[id as OperationId & keyof typeof handlers] as (
        call: object,
      ) => Promise<unknown>
      return JSON.parse(JSON.stringify(operation.output?.parse(await handler({ caller, query }))))
    },
  }
  const house: AuditHouse = {
    data,
    store,
    signer,
    tenants,
    sequencer: () => (current = new Sequencer({ store, signer, signed: null })),
    happen: (count) =>
      asSuperuser(data, async (db) => {
        for (const [at, tenant] of tenants.entries()) {
          await db.query(
            `INSERT INTO audit_event (tenant_id, id, action, actor, subject, request, detail)
             SELECT $1, (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
                 || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
               'key.revoked', 'person-' || i % 7, 'key-' || i, 'req_' || substr(md5(i::text), 1, 24), '{}'
             FROM generate_series(1, $2::integer) AS i`,
            [tenant, Math.ceil(count / (at + 1))],
          )
        }
      }),
    checkpoints: () => readFileSync(file.path, 'utf8'),
    async settle() {
      const signed = await current.round()
      if (signed.length > 0) await file.append(signed.map(({ at, note }) => ({ at, checkpoint: note })))
    },
    async export(directory, scope = 'log') {
      await writeBundle(client, directory, { scope, told: () => undefined })
    },
    async verify(trusted) {
      const directory = mkdtempSync(join(tmpdir(), 'fh-bundle-'))
      try {
        await house.export(directory)
        return await verifyBundle({ directory, key: verifierKey(signer.key), trusted })
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
    async close() {
      await opened.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
  return house
}
