import { once } from 'node:events'
import { createSocket } from 'node:dgram'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SkillManifestInput } from '@freehold/contract/skill-manifest.ts'
import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { createMetrics } from '../../packages/server/src/kernel/metrics.ts'
import { openCode } from '../../packages/server/src/skills/kinds/code.ts'
import type { CallContext, SkillPackage, SkillRunner } from '../../packages/server/src/skills/runner.ts'
import type { Sandboxes, SandboxSettings } from '../../packages/server/src/skills/sandboxes.ts'
import { openSandboxes } from '../../packages/server/src/skills/sandboxes.ts'
import type { StrongProcess } from '../../packages/server/src/skills/strong/strong.ts'
import { testStrong } from '../../packages/server/src/skills/strong/self-test.ts'

/** Why the tests of the strong sandbox cannot run here; false where they can. */
export async function withoutStrong(): Promise<string | false> {
  const found = await testStrong({ directory: tmpdir(), node: process.execPath, started: () => undefined })
  if (found.backend === null) return `no strong sandbox: ${found.reason}`
  await found.close()
  return false
}

export function sandboxesOf(settings: Partial<SandboxSettings> = {}) {
  const metrics = createMetrics({ seriesCap: 1000, process: false })
  const sandboxes = openSandboxes({
    settings: { isolateWorkers: 2, strong: 'auto', ...settings },
    directory: tmpdir(),
    node: process.execPath,
    metrics,
  })
  return { sandboxes, metrics }
}

type Code = Extract<SkillManifestInput, { kind: 'code' }>

export interface CodeSkill {
  readonly language: Code['code']['language']
  readonly sandbox: 'isolate' | 'process'
  readonly source: string
  readonly limits?: Code['limits']
  readonly more?: Readonly<Record<string, string>>
}

const ENTRIES = { js: 'main.mjs', ts: 'main.ts', python: 'main.py', binary: 'main' } as const
let made = 0

/** A skill of one operation `run`. */
export function codeSkill({ language, sandbox, source, limits = {}, more = {} }: CodeSkill): SkillPackage {
  const entry = ENTRIES[language]
  const manifest = skillManifest.parse({
    apiVersion: 'freehold.dev/v1',
    kind: 'code',
    metadata: {
      name: 'tried',
      version: '1.0.0',
      publisher: 'tests',
      title: 'Tried',
      description: 'Tried by a test',
      licence: 'MIT',
    },
    code: { language, entry, sandbox },
    limits,
    operations: [{ id: 'run', description: 'Tries something' }],
  })
  const texts = Object.entries({ [entry]: source, ...more })
  made += 1
  return {
    manifest,
    digest: String(made).padStart(64, '0'),
    files: new Map(texts.map(([path, text]) => [path, Buffer.from(text)])),
  }
}

export function contextOf(changes: Partial<CallContext> = {}, who = 'anna'): CallContext {
  const kept = new Map<string, string>()
  return {
    // The parts of a caller that the kind looks at.
    caller: { tenant: 'house', principal: { kind: 'user', id: who, name: null } } as unknown as Caller,
    call: 'call',
    class: 'internal',
    broker: {
      async send({ url }) {
        return { status: 200, headers: {}, body: Buffer.from(url) }
      },
    },
    storage: {
      get: async (key) => kept.get(key) ?? null,
      set: async (key, value) => void (value === null ? kept.delete(key) : kept.set(key, value)),
    },
    model: { complete: async (prompt) => `said of ${prompt}` },
    log: () => undefined,
    callSkill: async () => null,
    signal: AbortSignal.timeout(60_000),
    ...changes,
  }
}

export async function opened(skill: CodeSkill, sandboxes: Sandboxes): Promise<SkillRunner> {
  return openCode(codeSkill(skill), { sandboxes })
}

export const CANARY = 'canary-7f3e0b5d'

/** What there is to be reached from inside a sandbox: each of it answers, or holds a canary. */
export async function theOutside() {
  const file = join(tmpdir(), `freehold-outside-${process.pid}`)
  const path = `${file}.sock`
  writeFileSync(file, CANARY)
  chmodSync(file, 0o644)
  const reached: string[] = []
  const accepting = (name: string) => createServer((socket) => void (reached.push(name), socket.destroy()))
  const tcp = accepting('tcp').listen(0)
  const unix = accepting('unix').listen({ path, readableAll: true, writableAll: true })
  const abstract = accepting('abstract').listen(`\0freehold-${process.pid}`)
  const udp = createSocket('udp4', () => reached.push('udp'))
  udp.bind(0, '127.0.0.1')
  await Promise.all([tcp, unix, abstract, udp].map((one) => once(one, 'listening')))
  process.env['FREEHOLD_CANARY'] = CANARY
  return {
    reached,
    named: {
      file,
      socket: path,
      control: path,
      abstract: `freehold-${process.pid}`,
      // It listens on a port, so its address is not a path.
      tcp: (tcp.address() as AddressInfo).port,
      udp: udp.address().port,
      pid: process.pid,
      canary: CANARY,
    },
    async close() {
      delete process.env['FREEHOLD_CANARY']
      for (const server of [tcp, unix, abstract]) server.close()
      udp.close()
      rmSync(file, { force: true })
    },
  }
}

/** All that a process says until it ends. */
export async function spoken({ stdout, stderr, exited }: StrongProcess) {
  const text = async (stream: AsyncIterable<Buffer>): Promise<string> => {
    const pieces: Buffer[] = []
    for await (const piece of stream) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }
  const [out, errors, end] = await Promise.all([text(stdout), text(stderr), exited])
  return { out, errors, ...end }
}

export const probes = (name: 'skill-probes.py' | 'skill-probes.mjs'): Buffer =>
  readFileSync(join(import.meta.dirname, name))

/** The probes that got somewhere, with where. */
export function escapes(out: string): Readonly<Record<string, string>> {
  const found = JSON.parse(out) as Readonly<Record<string, string>>
  return Object.fromEntries(Object.entries(found).filter(([, where]) => where !== 'in'))
}

/** A tenth of a second of processor time and a half beyond the limit is what a kill may take. */
export const KILL_MS = 150
