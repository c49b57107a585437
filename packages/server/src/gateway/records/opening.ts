import { Fault } from '../../kernel/fault.ts'
import { isOwnAway } from '../../store/each-tenant.ts'
import type { Budgets } from '../budgets/budgets.ts'
import { openBudgets } from '../budgets/budgets.ts'
import type { GatewayOptions } from '../gateway.ts'
import { LinesKept } from './kept-lines.ts'
import { createRecordsLog } from './records-log.ts'
import type { Shipper } from './shipping.ts'
import { createShipper } from './shipping.ts'
import type { WriteAhead } from './write-ahead.ts'
import { openWriteAhead } from './write-ahead.ts'

/** Long enough for what a crash left behind; limits must not begin before it has been counted. */
const CATCH_UP_MS = 120_000
const LAST_FLUSH_MS = 5000

export interface Records {
  readonly budgets: Budgets
  readonly writeAhead: WriteAhead
  readonly shipper: Shipper
  close(): Promise<void>
}

/** Opens the write-ahead file, what brings it to the database, and the budgets that it charges. */
export async function openRecords(options: GatewayOptions): Promise<Records> {
  const { store, clock, log, metrics, directory, config } = options
  const told = createRecordsLog(log, metrics)
  const writeAhead = await openWriteAhead({
    directory,
    enabled: config().records.writeAhead,
    reserveBytes: () => config().storage.reserveBytes,
    maxUnshippedBytes: () => config().records.maxUnshippedBytes,
    clock,
    onEvent: (event) => told.writing(event),
  })
  const unshipped = metrics.gauge('freehold_records_unshipped_bytes').bind({})
  const healthy = metrics.gauge('freehold_records_healthy').bind({})
  metrics.beforeRender(() => {
    unshipped.set(writeAhead.unshippedBytes)
    healthy.set(writeAhead.isHealthy() ? 1 : 0)
  })
  const budgets = openBudgets({ ...options, process: writeAhead.id })
  const shipper = createShipper({
    source: writeAhead,
    store,
    alertAt: () => config().limits.alertAt,
    heldFor: (tenant, charge) => budgets.heldFor(tenant, charge),
    onCharged: (told) => budgets.charged(told),
    mostBehindBytes: () => config().records.maxUnshippedBytes / 2,
    onEvent: (event) => told.shipping(event),
    kept: {
      lines: new LinesKept(`${directory}/kept`),
      isAway: (tenant, error) => isOwnAway(store, tenant, error),
    },
  })
  return {
    budgets,
    writeAhead,
    shipper,
    async close() {
      await budgets.purses.close()
      // What is not on record yet stays held until the next start.
      const isComplete = await shipper.flush(LAST_FLUSH_MS)
      await shipper.close()
      if (isComplete) await budgets.giveBack()
      await writeAhead.close()
    },
  }
}

/** What a process held is known once the lines that it left are in the database: the rest it gives back. */
export async function catchUp(shipper: Shipper, { bank }: Budgets): Promise<void> {
  if (!(await shipper.flush(CATCH_UP_MS))) {
    throw new Fault(
      'cannot_start',
      'The records of earlier requests could not be brought to the database, so nobody knows what was spent. See the log for the reason.',
    )
  }
  await bank.giveBack()
}
