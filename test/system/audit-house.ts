import type { Client } from 'pg'
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
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { StoreKeys } from '../../packages/server/src/store/keys/store-keys.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'

/** An audit log over a database of its own, whose every step the test takes itself. */
export interface AuditHouse {
  readonly data: string
  readonly store: Store
  readonly keys: StoreKeys
  readonly signer: NoteSigner
  readonly tenants: readonly string[]
  /** `over`: another way to the same store. */
  sequencer(over?: Store): Sequencer
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

/** `separate`: the second tenant has a database of its own. */
export async function openAuditHouse({ separate = false } = {}): Promise<AuditHouse> {
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  const opened: OpenedStore = await openTestStore(data)
  const { store } = opened
  const second = separate ? await addSeparate(opened) : await addTenant(data)
  const tenants = [store.home as string, second]
  const databaseOf = (tenant: string): string =>
    separate && tenant === second ? `fh_t_${tenant.replaceAll('-', '')}` : 'freehold'
  const signer = await openLogKey(store)
  const { file } = await CheckpointFile.open(join(data, 'audit', 'checkpoints'))
  const reading = readingOf(store, opened.keys, signer.key)
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
    keys: opened.keys,
    signer,
    tenants,
    sequencer: (over = store) => (current = new Sequencer({ store: over, signer, signed: null })),
    happen: (count) =>
      eachOf(tenants, async (tenant, at) => {
        const insert = (db: Client) =>
          db.query(
            `INSERT INTO audit_event (tenant_id, id, action, actor, subject, request, detail)
             SELECT $1, (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
                 || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
               'key.revoked', 'person-' || i % 7, 'key-' || i, 'req_' || substr(md5(i::text), 1, 24), '{}'
             FROM generate_series(1, $2::integer) AS i`,
            [tenant, Math.ceil(count / (at + 1))],
          )
        await asSuperuser(data, insert, databaseOf(tenant))
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

async function eachOf(
  tenants: readonly string[],
  work: (tenant: string, at: number) => Promise<void>,
): Promise<void> {
  for (const [at, tenant] of tenants.entries()) await work(tenant, at)
}

/** A tenant with a database of its own, in the order in which the program makes one. */
async function addSeparate({ data, databases }: OpenedStore): Promise<string> {
  const id = tenantId(uuidV7())
  await databases.make(id)
  await asSuperuser(data, (db) =>
    db.query("INSERT INTO tenant (id, isolation) VALUES ($1, 'database')", [id]),
  )
  return id
}
