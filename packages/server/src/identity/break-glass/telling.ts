import { append } from '../../audit/audit.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { isUuid } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import type { Caller } from '../caller.ts'

/** What tells of it loudly where nobody reads the record. */
export function tellBreakGlass(
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  open: () => number,
): (used: { readonly use: string; readonly minutes: number }) => void {
  const uses = metrics.counter('freehold_break_glass_uses_total').bind({})
  const active = metrics.gauge('freehold_break_glass_active').bind({})
  metrics.beforeRender(() => active.set(open()))
  return (used) => {
    uses.inc()
    log.error('break_glass.used', used)
  }
}

const REQUEST = /^req_[\da-f]{24}$/

/** What somebody reads in such a session stands on record before it is handed out: no audit, no content. */
export async function recordRead(
  store: Pick<Store, 'withTenant'>,
  caller: Caller,
  read: { readonly operation: string; readonly subject: unknown; readonly request: string },
): Promise<void> {
  const { operation, subject, request } = read
  // An id that people chose may say something of a person.
  const isOurs = typeof subject === 'string' && (isUuid(subject) || REQUEST.test(subject))
  await store.withTenant({ tenant: caller.tenant }, (tx) =>
    append(tx, {
      action: 'break_glass.read',
      actor: caller.principal.id,
      request,
      ...(isOurs && { subject }),
      detail: { operation },
    }),
  )
}
