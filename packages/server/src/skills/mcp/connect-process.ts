import type { McpBounds, McpConnection } from './connection.ts'
import { connectMcp } from './connection.ts'
import type { SandboxedProcess } from './process-transport.ts'
import { ProcessTransport } from './process-transport.ts'

interface ProcessOptions {
  readonly bounds: McpBounds
  readonly mostLineBytes: number
  /** Told once, when it can be spoken with no longer. */
  readonly ended: () => void
}

/** A connection over the standard streams of a program in the strong sandbox. @throws Fault */
export async function connectProcess(
  process: SandboxedProcess,
  { bounds, mostLineBytes, ended }: ProcessOptions,
): Promise<McpConnection> {
  const transport = new ProcessTransport(process, mostLineBytes)
  process.exited.then(ended, ended)
  return connectMcp({
    transport,
    bounds,
    signal: AbortSignal.timeout(2 * bounds.connectMs),
    fault: () => transport.failure,
  })
}
