import type { TlsFiles, TlsSetting } from '../kernel/config/structured-keys.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Reloading } from '../ops/reloading.ts'
import type { Doors } from './doors.ts'

/** What listeners need for TLS; null where they speak without. */
export const certified = (tls: TlsSetting): TlsFiles | null => (typeof tls === 'object' ? tls : null)

interface Following {
  readonly doors: Doors
  readonly following: Reloading
  readonly log: Log
  readonly metrics: Metrics
}

/** A renewed certificate is shown to new connections; those that are open go on. */
export function followCertificate({ doors, following, log, metrics }: Following): void {
  const expiry = metrics.gauge('freehold_certificate_expiry_seconds').bind({})
  const show = (): void => expiry.set((doors.expiresAt()?.getTime() ?? 0) / 1000)
  show()
  following.follow(({ changed }) => {
    const tls = certified(following.config().tls)
    if (tls === null || !changed.includes('tls')) return
    doors.renew(tls)
    show()
    log.info('tls.renewed', { expires: doors.expiresAt()?.toISOString() ?? '' })
  })
}
