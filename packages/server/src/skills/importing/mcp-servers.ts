import { z } from 'zod'
import type { SkillManifestInput } from '@freehold/contract/skill-manifest.ts'
import { createSecretDetector } from '../../privacy/secrets/secret-detector.ts'
import { parseInput } from '../../kernel/input.ts'
import type { ImportedSkill, ImportFinding } from './imported.ts'
import { manifestText, nameOf } from './imported.ts'

/** As Claude Desktop, Cursor, VS Code and others keep their servers; what else stands there is theirs. */
const server = z.looseObject({
  command: z.string().min(1).max(1024).optional(),
  args: z.array(z.string().max(1024)).max(64).default([]),
  env: z.record(z.string().max(128), z.union([z.string().max(4096), z.number(), z.boolean()])).default({}),
  url: z.string().max(2048).optional(),
  serverUrl: z.string().max(2048).optional(),
  headers: z.record(z.string().max(128), z.string().max(8192)).default({}),
})
const config = z
  .looseObject({
    mcpServers: z.record(z.string(), server).optional(),
    servers: z.record(z.string(), server).optional(),
  })
  .refine((one) => (one.mcpServers ?? one.servers) !== undefined, 'must hold mcpServers')

type Server = z.output<typeof server>
type Find = (rule: ImportFinding['rule'], message: string) => void

/** Names of tools that nobody has said yet: a manifest lists them, and only the server knows them. */
export const UNSAID_TOOL = 'name-the-tools-here'
const detector = createSecretDetector()

/**
 * Each server of a configuration as a skill of its own. Secrets in it are left out, and where they belong is told.
 * @throws Fault `invalid`
 */
export function importMcpServers(
  value: unknown,
  { publisher, tools }: { readonly publisher: string; readonly tools?: readonly string[] | undefined },
): readonly ImportedSkill[] {
  const { mcpServers, servers } = parseInput(config, value)
  return Object.entries(mcpServers ?? servers ?? {}).map(([written, one]) => {
    const findings: ImportFinding[] = []
    const find: Find = (rule, message) => void findings.push({ rule, message })
    const name = nameOf(written)
    if (name !== written) find('import-name', `the name is ${name} here`)
    if (tools === undefined) {
      find(
        'import-tools',
        `the tools that may be used are not known here: name them in mcp.tools.include, in place of ${UNSAID_TOOL}`,
      )
    }
    const include = [...(tools ?? [UNSAID_TOOL])]
    const address = one.url ?? one.serverUrl
    const parts =
      address === undefined ? programOf(one, include, find) : hostOf(address, one, [name, include], find)
    const manifest = manifestText(
      {
        apiVersion: 'freehold.dev/v1',
        kind: 'mcp',
        metadata: {
          name,
          version: '0.1.0',
          publisher: nameOf(publisher),
          title: written.slice(0, 80) || name,
          description: `Tools of the MCP server ${written}`.slice(0, 1024),
          licence: 'LicenseRef-Unknown',
        },
        ...parts,
      },
      new Map(),
    )
    return { name, manifest, files: new Map(), findings }
  })
}

type Mcp = Extract<SkillManifestInput, { kind: 'mcp' }>
type Parts = Pick<Mcp, 'mcp' | 'permissions' | 'auth'>

function programOf({ command = '', args, env }: Server, include: string[], find: Find): Parts {
  const runtime = runtimeOf(command)
  const kept: Record<string, string> = {}
  for (const [variable, value] of Object.entries(env)) {
    const text = String(value)
    const isSecret = /\$\{|^<.*>$/.test(text) || SECRET_NAME.test(variable) || looksSecret(variable, text)
    if (!/^[A-Z_][A-Z0-9_]*$/.test(variable) || isSecret) {
      find(
        'import-environment',
        `${variable.slice(0, 64)} was left out: a server in the sandbox gets no secret; what needs one goes through the broker`,
      )
    } else kept[variable] = text.slice(0, 1024)
  }
  if (/(?:^|[/\\])(?:npx|uvx|pipx|bunx|pnpm|yarn|docker|podman)(?:\.\w+)?$/.test(command)) {
    find(
      'import-package',
      'it is downloaded when it starts, which nothing does here: put the program into the folder of the skill, made into one file, and name it in mcp.command and mcp.args',
    )
  }
  const safe = args.filter((one, at) => !isSecretArgument(args, at) && !looksSecret(null, one))
  if (safe.length < args.length)
    find('import-environment', 'an argument that looks like a secret was left out')
  return {
    mcp: {
      transport: 'stdio',
      command: command.slice(0, 256) || 'node',
      ...(safe.length > 0 && { args: safe }),
      ...(Object.keys(kept).length > 0 && { env: kept }),
      tools: { include },
    },
    permissions: { process: runtime },
  }
}

const runtimeOf = (command: string): 'node' | 'python' | 'binary' => {
  if (/(?:^|[/\\])(?:node|npx|bunx|pnpm|yarn)(?:\.\w+)?$/.test(command)) return 'node'
  return /(?:^|[/\\])(?:python[\d.]*|uvx?|pipx)(?:\.\w+)?$/.test(command) ? 'python' : 'binary'
}

/** What a variable or a flag is called that holds a secret, however short. */
const SECRET_NAME =
  /(?:^|[_-])(?:token|secret|passw(?:or)?d|passphrase|credentials?|pat|(?:api|access|private|auth|secret)[_-]?key|key)$/i

/** A flag that names a secret has it after a sign of equality, or as the next argument. */
function isSecretArgument(args: readonly string[], at: number): boolean {
  const [flag = '', value] = (args[at] ?? '').split(/=(.*)/s)
  if (flag.startsWith('-') && value !== undefined) return SECRET_NAME.test(flag)
  const before = args[at - 1] ?? ''
  return !flag.startsWith('-') && before.startsWith('-') && !before.includes('=') && SECRET_NAME.test(before)
}

const looksSecret = (key: string | null, text: string): boolean =>
  detector.detect(text, { language: null, key }).some(({ score }) => score >= 0.5)

function hostOf(
  address: string,
  { headers }: Server,
  [name, include]: readonly [string, string[]],
  find: Find,
): Parts {
  const url = new URL(parseInput(z.object({ url: z.url({ protocol: /^https?$/ }) }), { url: address }).url)
  url.search = ''
  url.hash = ''
  url.username = ''
  url.password = ''
  if (url.href !== new URL(address).href)
    find('import-auth', 'a query, user or fragment of the address was left out: it may be a secret')
  const secret = `${name.slice(0, 57).replace(/-$/, '')}-secret`
  const names = Object.keys(headers)
  const proof = names.find((one) => /^authorization$/i.test(one))
  const key = proof ?? names.find((one) => /key|token|secret/i.test(one))
  const isBasic = proof !== undefined && /^basic /i.test(headers[proof] ?? '')
  const auth =
    key === undefined
      ? null
      : proof !== undefined
        ? { type: isBasic ? ('basic' as const) : ('bearer' as const), secret }
        : { type: 'apiKey' as const, secret, in: 'header' as const, name: key.slice(0, 64) }
  if (auth !== null)
    find('import-auth', `what proves who asks was left out: store it as the secret ${secret}`)
  const others = names.filter((one) => one !== key)
  if (others.length > 0)
    find('import-field', `headers were left out: ${others.map((one) => one.slice(0, 40)).join(', ')}`)
  const isPlain = url.protocol === 'http:'
  return {
    mcp: { transport: 'http', url: url.href, tools: { include } },
    ...(auth !== null && { auth: [auth] }),
    permissions: {
      ...(auth !== null && { secrets: [secret] }),
      network: [
        {
          host: url.hostname,
          ports: [Number(url.port) || (isPlain ? 80 : 443)],
          methods: ['GET', 'POST', 'DELETE'],
          paths: [url.pathname],
          zone: isPlain ? 'private' : 'managed',
          ...(isPlain && { tls: false }),
        },
      ],
    },
  }
}
