import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequestStateCodec } from '@modelcontextprotocol/server'
import { createMcpPlace } from '../../packages/server/src/http/mcp/mcp-place.ts'
import type { Serving } from '../../packages/server/src/http/mcp/serving.ts'
import { createServing } from '../../packages/server/src/http/mcp/serving.ts'
import { createSkillOffer } from '../../packages/server/src/http/mcp/skill-offer.ts'
import { BodyBudget } from '../../packages/server/src/gateway/body-budget.ts'
import { FREE } from '../../packages/server/src/gateway/limits.ts'
import { OpenRequests } from '../../packages/server/src/gateway/open-requests.ts'
import { listen } from '../../packages/server/src/http/server.ts'
import { createHostGuard } from '../../packages/server/src/http/host-guard.ts'
import type { SkillPackage } from '../../packages/server/src/skills/runner.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { callerOf } from './knowledge-house.ts'
import type { State } from './mcp-fixtures.ts'
import { offerFixtures } from './mcp-fixtures.ts'
import { mcpPackage } from './mcp-ground.ts'

const root = join(import.meta.dirname, '../..')
export const suiteFolder = join(root, 'node_modules/@modelcontextprotocol/conformance')
const suite = join(suiteFolder, 'dist/index.js')
const MOST_BYTES = 1024 * 1024

/** A skill with files in folders, so that there is something to list, to read and to walk through. */
function fixtureSkill(): SkillPackage {
  const { manifest } = mcpPackage({ transport: 'http', url: 'http://127.0.0.1/', tools: { include: ['x'] } })
  const description = 'Finds orders.'
  const files = new Map(
    Object.entries({
      'SKILL.md': `---\nname: orders\ndescription: ${description}\n---\n\nAsk for a number.\n`,
      'references/STATES.md': '# States\n\nsent, lost, found\n',
      'references/deep/more.md': 'more\n',
      'skill.yaml': 'kind: mcp\n',
    }).map(([path, content]) => [path, Buffer.from(content)]),
  )
  return { manifest, files, digest: '1'.repeat(64) }
}

/** Our place behind our door, with the suite's fixtures in it. The suite has no key to show, so everybody is let in. */
export async function openFixtureServer({
  checkHost = createHostGuard({ listenHost: '127.0.0.1', publicUrl: null }),
} = {}) {
  const caller = callerOf(tenantId('018f0000-0000-7000-8000-000000000001'))
  const codec = createRequestStateCodec<State>({ key: crypto.getRandomValues(new Uint8Array(32)) })
  let serving: Serving | null = null
  const changed = (): void => serving?.changed()
  const catalogue = [fixtureSkill()]
  serving = createServing({
    version: '1.0.0',
    hasSessions: true,
    mostBytes: MOST_BYTES,
    sessionsChanged: () => {},
    onError: () => {},
    offers: (visitOf) => [
      {
        offer: (mcp) => offerFixtures(mcp, { codec, toolsChanged: changed, promptsChanged: changed }),
        verify: (state, context) => codec.verify(state, context),
      },
      createSkillOffer({ catalogue: async () => catalogue, hidden: () => {} }, visitOf),
    ],
  })
  const opened = serving
  const onBug = (_: string, error: unknown): void => void process.stderr.write(`${String(error)}\n`)
  const place = createMcpPlace({
    serving: async () => opened,
    identify: () => caller,
    authorise: () => {},
    admit: () => FREE,
    openRequests: new OpenRequests({
      recognise: () => caller,
      authorise: () => {},
      revoked: () => {},
      onBug,
    }),
    bodies: new BodyBudget(),
    issuer: () => 'http://127.0.0.1',
    settled: () => {},
    onBug,
  })
  const door = await listen({ host: '127.0.0.1', port: 0, checkHost, onBug })
  door.serve({ dataPath: null, places: [place], settled: () => {} })
  return {
    url: `${door.url}/mcp`,
    async close() {
      await opened.close()
      await door.close(0)
    },
  }
}

export interface Conformance {
  readonly code: number
  readonly output: string
}

/** Runs the suite; what it keeps of its results is thrown away. */
export async function conformance(...args: readonly string[]): Promise<Conformance> {
  const directory = mkdtempSync(join(tmpdir(), 'freehold-conformance-'))
  try {
    const child = spawn(process.execPath, [suite, ...args, '--output-dir', directory], {
      cwd: root,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const parts: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => parts.push(part))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? 1, output: parts.join('') }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
