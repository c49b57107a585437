import { systemClock } from '../../kernel/clock.ts'
import type { OtlpSetting } from '../../kernel/config/remote-keys.ts'
import type { Lines } from '../../kernel/lines.ts'
import type { Telemetry, TelemetryOptions } from './telemetry.ts'

/** Null where no endpoint is configured: then nothing of it is even loaded. */
export async function openTelemetry(
  setting: OtlpSetting | undefined,
  { lines, ...options }: Omit<TelemetryOptions, 'setting' | 'clock'> & { readonly lines: Lines },
): Promise<Telemetry | null> {
  if (setting === undefined) return null
  const { startTelemetry } = await import('./telemetry.ts')
  const telemetry = startTelemetry({ ...options, setting, clock: systemClock })
  lines.follow((line) => telemetry.line(line))
  return telemetry
}
