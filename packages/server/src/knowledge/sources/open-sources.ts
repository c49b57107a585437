import { causeOf } from '../../kernel/cause.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { Knowledge } from '../knowledge.ts'
import { countSources } from './figures.ts'
import type { KindRooms } from './kinds.ts'
import { openSource } from './kinds.ts'
import type { RunnerRooms } from './runner.ts'
import { Runner } from './runner.ts'
import { Sources } from './sources.ts'

interface Around extends Pick<RunnerRooms, 'isAlone'> {
  readonly identity: Pick<RunnerRooms, 'standIn'>
  readonly store: Store
  readonly knowledge: Knowledge
  readonly dialler: Dialler
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Read for each run, so that a reloaded configuration counts. */
  readonly config: () => {
    readonly sources: Pick<KindRooms, 'folders' | 'privateHosts'>
    readonly knowledge: Pick<KindRooms, 'maxFileBytes'>
  }
}

/** Puts sources together and goes on with what is due. What was opened is added to `undo`. */
export function openSources(around: Around, undo: (() => Promise<void>)[]): Sources {
  const { store, knowledge, identity, isAlone, log, metrics, config } = around
  const roomsOf = (tenant: TenantId, signal: AbortSignal): KindRooms => {
    const { sources, knowledge: limits } = config()
    // What the operator opened of its own machine and network is for its own tenant.
    const { folders, privateHosts } = tenant === store.home ? sources : NOTHING
    return { ...around, folders, privateHosts, maxFileBytes: limits.maxFileBytes, signal }
  }
  const runner = new Runner({
    store,
    knowledge,
    standIn: identity.standIn,
    isAlone,
    open: (tenant, from, signal) => openSource(from, roomsOf(tenant, signal)),
    maxFileBytes: () => config().knowledge.maxFileBytes,
    figures: countSources(metrics, around.clock),
    report(error) {
      const { name, code } = causeOf(error)
      log.warn('source.failed', { name, code })
    },
  })
  runner.start()
  undo.push(() => runner.close())
  return new Sources({ store, nudge: (source) => runner.nudge(source) })
}

const NOTHING = { folders: [], privateHosts: [] }
