import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import type { McpPorts } from '../../packages/server/src/skills/kinds/mcp.ts'
import type { SandboxedProcess } from '../../packages/server/src/skills/mcp/process-transport.ts'
import type { Broker, CallContext, SkillPackage } from '../../packages/server/src/skills/runner.ts'
import { callerOf } from './knowledge-house.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

const never = (): never => {
  throw new Error('not used here')
}

export const contextOf = (broker: Broker, signal = AbortSignal.timeout(20_000)): CallContext => ({
  caller: callerOf(tenantId('018f0000-0000-7000-8000-000000000001')),
  call: crypto.randomUUID(),
  class: 'internal',
  broker,
  storage: { get: never, set: never },
  model: { complete: never },
  log: () => {},
  callSkill: never,
  signal,
})

export type McpManifest = Extract<SkillManifest, { kind: 'mcp' }>

export function mcpPackage(
  mcp: object,
  more: object = {},
): SkillPackage & { readonly manifest: McpManifest } {
  const manifest = skillManifest.parse({
    apiVersion: 'freehold.dev/v1',
    metadata: {
      name: 'orders',
      version: '1.0.0',
      publisher: 'acme',
      title: 'Orders',
      description: 'Finds orders.',
      licence: 'MIT',
    },
    kind: 'mcp',
    mcp,
    ...more,
  })
  if (manifest.kind !== 'mcp') throw new Error('it is of another kind')
  return { manifest, digest: '0'.repeat(64), files: new Map() }
}

export const portsOf = (more: Partial<McpPorts> = {}): McpPorts => ({
  nowMs: () => Date.now(),
  approved: async () => [],
  openBox: never,
  authorisation: async () => null,
  drifted: () => {},
  ...more,
})

/** A program outside of any sandbox: what it is spoken with is the same. */
export function plainProcess(script: string, ...args: string[]): SandboxedProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], { env: {} })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited: once(child, 'exit'),
    kill: () => void child.kill('SIGKILL'),
  }
}

export interface Listening {
  readonly url: string
  close(): Promise<void>
}

export async function listening(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listening> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
