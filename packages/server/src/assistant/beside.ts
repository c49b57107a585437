import type { Caller } from '../identity/caller.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { Artifacts } from './artifacts/artifacts.ts'
import type { AttachingRooms } from './attachments/attaching.ts'
import { AttachedFiles } from './attachments/attached-files.ts'
import { AttachmentReader } from './attachments/reading-attachments.ts'
import type { Own } from './ownership.ts'

interface Around extends AttachingRooms {
  readonly log: Log
  readonly metrics: Metrics
  readonly knowledge: Knowledge
  readonly own: (caller: Caller) => Own
}

/** What lies beside messages, and is opened before anybody speaks. */
interface Beside {
  readonly files: AttachedFiles
  readonly artifacts: Artifacts
  /** Goes on with files that nobody reads any more. */
  readonly recoverFiles: (isAlone: boolean) => Promise<void>
}

/** `undo` gains what ends the reading. */
export function openBeside(
  { store, clock, log, metrics, knowledge, maxFileBytes, own }: Around,
  undo: (() => Promise<void>)[],
): Beside {
  const outcomes = metrics.counter('freehold_attachments_total')
  const versions = metrics.counter('freehold_artifact_versions_total')
  const reader = new AttachmentReader({
    store,
    knowledge,
    ended: (outcome) => outcomes.bind({ outcome }).inc(),
    report: (error) => {
      const { name, code } = causeOf(error)
      log.warn('attachment.unread', { name, code })
    },
  })
  undo.push(async () => reader.close())
  return {
    files: new AttachedFiles({ store, clock, maxFileBytes, own, reader }),
    artifacts: new Artifacts({ store, clock, own, written: (source) => versions.bind({ source }).inc() }),
    recoverFiles: (isAlone) => reader.recover(isAlone),
  }
}
