import { tmpdir } from 'node:os'
import { createMetrics } from '../../kernel/metrics.ts'
import type { KindPorts } from '../kinds/kind-ports.ts'
import { openSandboxes } from '../sandboxes.ts'

/** What skills of a test are opened with; nothing of it is begun before a skill asks for it. */
export const ports: KindPorts = {
  log: { info() {}, warn() {}, error() {} },
  sandboxes: openSandboxes({
    settings: { isolateWorkers: 1, strong: 'off' },
    directory: tmpdir(),
    node: process.execPath,
    metrics: createMetrics({ seriesCap: 100, process: false }),
  }),
}
