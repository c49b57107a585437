import { tmpdir } from 'node:os'
import { createMetrics } from '../kernel/metrics.ts'
import type { KindPorts } from '../skills/kinds/kind-ports.ts'
import { openSandboxes } from '../skills/sandboxes.ts'

/** What skills run with in a process that has no server around it. */
export async function withTestPorts<T>(
  err: (line: string) => void,
  act: (ports: KindPorts) => Promise<T>,
): Promise<T> {
  const say = (message: string): void => err(message)
  const sandboxes = openSandboxes({
    settings: { isolateWorkers: 1, strong: 'auto' },
    directory: tmpdir(),
    node: process.execPath,
    metrics: createMetrics({ seriesCap: 100, process: false }),
  })
  try {
    return await act({ log: { info: () => undefined, warn: say, error: say }, sandboxes })
  } finally {
    await sandboxes.close()
  }
}
