import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SyslogSetting, WitnessSetting } from '../kernel/config/audit-keys.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { writeDurably } from '../store/durable-file.ts'
import type { StoreKeys } from '../store/keys/store-keys.ts'
import type { Store } from '../store/store.ts'
import { CheckpointFile } from './log/checkpoint-file.ts'
import type { CheckpointLine } from './log/checkpoint-file.ts'
import { LogKeyMissing, openLogKey } from './log/log-key.ts'
import { newestCheckpoint } from './log/log-rows.ts'
import type { TreeHead } from './log/merkle.ts'
import { openNote, readCheckpoint, verifierKey } from './log/note.ts'
import type { NoteKey, NoteSigner } from './log/note.ts'
import type { AuditLogReading } from './log/reading.ts'
import { readingOf } from './log/reading.ts'
import { Running } from './log/running.ts'
import { Sequencer } from './log/sequencer.ts'
import { Delivery } from './sending/delivery.ts'
import { SyslogReceiver } from './sending/syslog-receiver.ts'
import { Witnesses } from './sending/witnesses.ts'

export interface AuditLogOptions {
  readonly store: Store
  readonly keys: Pick<StoreKeys, 'tenants' | 'inside'>
  /** `audit` in the data directory: what is known of the log outside the database. */
  readonly directory: string
  readonly log: Log
  readonly metrics: Metrics
  readonly setting: {
    /** Off, nothing becomes an entry: what is due waits. */
    readonly log: boolean
    readonly syslog: SyslogSetting | undefined
    readonly witnesses: readonly WitnessSetting[]
  }
  /** The way out, where something is to be sent. */
  readonly dialler: Dialler
  readonly version: string
}

/** The audit log of this installation. */
export interface AuditLog {
  readonly reading: AuditLogReading
  /** Stops looking for what is due, after one last time. */
  close(): Promise<void>
}

/**
 * Opens the log and begins to make entries. That the database holds another log than the one that was signed is told
 * in log and metrics; then nothing more is signed, and actions are recorded as before.
 * @throws Fault `cannot_start` where the key is not the one of this log
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { store } = options
  const signer = await openKey(store)
  const { file, last } = await CheckpointFile.open(join(options.directory, 'checkpoints'))
  keepKey(join(options.directory, 'log.vkey'), signer.key)
  const reading = readingOf(store, options.keys, signer.key)
  const delivery = openDelivery(options, reading)
  if (!options.setting.log) return { reading, close: async () => delivery?.close() }
  const signed = last && headOf(last, signer.key, file.path)
  const witnesses = openWitnesses(options, reading)
  const running = new Running({
    sequencer: new Sequencer({ store, signer, signed }),
    file,
    log: options.log,
    metrics: options.metrics,
    onCheckpoint: (checkpoint) => witnesses?.show(checkpoint),
  })
  await running.start()
  await catchUp(store, file, signed)
  return {
    reading,
    async close() {
      await running.close()
      await witnesses?.close()
      await delivery?.close()
    },
  }
}

function openWitnesses(options: AuditLogOptions, reading: AuditLogReading): Witnesses | null {
  const { dialler, directory, log, setting } = options
  if (setting.witnesses.length === 0) return null
  return new Witnesses({ settings: setting.witnesses, dialler, reading, directory, log })
}

function openDelivery(options: AuditLogOptions, reading: AuditLogReading): Delivery | null {
  const { store, log, metrics, dialler, version, setting } = options
  if (setting.syslog === undefined) return null
  const receiver = new SyslogReceiver(setting.syslog, { dialler, version })
  const delivery = new Delivery({ store, reading, receiver, log, metrics })
  delivery.start()
  return delivery
}

async function openKey(store: Store): Promise<NoteSigner> {
  try {
    return await openLogKey(store)
  } catch (error) {
    if (!(error instanceof LogKeyMissing)) throw error
    throw new Fault(
      'cannot_start',
      'The key of the audit log is not in the database any more, but checkpoints that it signed are. Restore the table audit_key from a backup.',
      { cause: error },
    )
  }
}

/** What everybody verifies with lies outside the database, too. */
function keepKey(path: string, key: NoteKey): void {
  const own = verifierKey(key)
  if (!existsSync(path)) return writeDurably(path, `${own}\n`)
  if (readFileSync(path, 'utf8').trim() === own) return
  throw new Fault(
    'cannot_start',
    `The key of the audit log in the database is not the one in ${path}: this is another database, or its key was replaced. If that is intended, move the directory away.`,
  )
}

function headOf({ checkpoint }: CheckpointLine, key: NoteKey, path: string): TreeHead {
  const text = openNote(checkpoint, key)
  const head = text === null ? null : readCheckpoint(text, key.name)
  if (head) return head
  throw new Fault(
    'cannot_start',
    `The last line of ${path} is not a checkpoint of this audit log: somebody changed it. Keep a copy, and move the file away.`,
  )
}

/** A crash may have come between the commit of a checkpoint and its line. */
async function catchUp(store: Store, file: CheckpointFile, signed: TreeHead | null): Promise<void> {
  const newest = await store.withTenant({ tenant: store.home }, ({ db }) => newestCheckpoint(db))
  if (newest === null || newest.size <= (signed?.size ?? 0)) return
  await file.append([{ at: new Date().toISOString(), checkpoint: newest.note }])
}
