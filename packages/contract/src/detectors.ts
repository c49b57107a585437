import { z } from 'zod'

/** A detector of the configuration, beside the built-in one. */
const detectorView = z.object({
  name: z.string(),
  kind: z.enum(['presidio', 'module']),
  /** Nothing leaves for a managed target without its word. */
  required: z.boolean(),
  /** `starting`: its module is not loaded yet; `away`: it failed and is left alone for a while; `returning`: the next call finds out; `off`: it is not enabled. */
  state: z.enum(['ready', 'starting', 'returning', 'away', 'off']),
  /** Since it was configured as it is. */
  calls: z.int(),
  failures: z.int(),
  /** Finds of types that the configuration does not map to any of ours. */
  ignored: z.int(),
  /** Why it failed last. */
  lastFailure: z.string().nullable(),
})
export type DetectorView = z.output<typeof detectorView>

export const detectorsView = z.object({ detectors: z.array(detectorView).readonly() })
