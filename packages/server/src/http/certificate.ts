import type { TlsFiles, TlsSetting } from '../kernel/config/structured-keys.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Reloading } from '../ops/reloading.ts'
import type { Doors } from './doors.ts'

/** The certificate of the listeners; null where they speak plain HTTP. */
export const certified = (tls: TlsSetting): TlsFiles | null => (typeof tls === 'object' ? tls : null)

/** A renewed certificate is shown to new connections; those that are open go on. */
export function followCertificate({
  doors,
  following,
  log,
  metrics,
}: {
  readonly doors: Pick<Doors, 'expiresAt' | 'renew'>
  readonly following: Reloading
  readonly log: Log
  readonly metrics: Metrics
}): void {
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
