import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics } from '../kernel/metrics.ts'
import type { KindPorts } from '../skills/kinds/kind-ports.ts'
import { openSandboxes } from '../skills/sandboxes.ts'

const SERIES = 1000

/** What skills run with in a process that has no server around it; nothing of it is left afterwards. */
export async function withTestPorts<T>(
  err: (line: string) => void,
  act: (ports: KindPorts) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'freehold-skill-'))
  // What runs in the strong sandbox is nobody's, and has to get through to its own files.
  await chmod(directory, 0o711)
  const sandboxes = openSandboxes({
    settings: { isolateWorkers: 1, strong: 'auto' },
    directory,
    node: process.execPath,
    metrics: createMetrics({ seriesCap: SERIES, process: false }),
  })
  const say = (message: string): void => err(message)
  try {
    return await act({ sandboxes, log: { info: () => undefined, warn: say, error: say } })
  } finally {
    await sandboxes.close()
    await rm(directory, { recursive: true, force: true })
  }
}
