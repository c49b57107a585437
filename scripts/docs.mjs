// Writes the reference pages in docs/ and the types of the SDK from the tables in the code; with --check it only compares and names the stale.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const server = join(root, 'packages/server/src')
const contract = join(root, 'packages/contract/src')

// The tables are TypeScript, which Node reads as written only from version 22.18 on.
if (Number(process.versions.node.split('.')[0]) < 24) {
  const node = join(root, 'node_modules/.bin/node')
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' })
  process.exit(status ?? 1)
}

const code = (text) => `\`${String(text).replaceAll('|', '\\|')}\``
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

async function faults() {
  const { errorResponse, Fault, FAULT_CODES } = await import(join(server, 'kernel/fault.ts'))
  const rows = FAULT_CODES.map((name) => {
    const { status, headers, body } = errorResponse(new Fault(name, ''), '')
    return [code(name), status, JSON.parse(body).error.type, headers['retry-after'] ? 'yes' : 'no']
  })
  return `# Refusals

Every refusal has the body that OpenAI clients know: \`{"error": {"message", "type", "param", "code"}}\`.
The message says what was refused and what would help; \`param\` names the field. Codes are a public contract.
Where the message has a code of its own, \`remark\` (\`{"code", "params"}\`) gives it with what it names, so that it can be said in other languages.
"Retry" says whether the same request may succeed later without a change; such answers carry \`retry-after\`.

${table(['code', 'status', 'type', 'retry'], rows)}
`
}

/** The fields of a zod object as words a reader knows. */
function fieldsOf(schema) {
  return Object.entries(schema.shape).map(([name, field]) => {
    const kind = field.options ? field.options.join(', ') : field.def.type
    return `${code(name)} (${kind})`
  })
}

async function auditEvents() {
  const { AUDIT_EVENTS } = await import(join(contract, 'audit-events.ts'))
  const { OPERATIONS } = await import(join(contract, 'operations.ts'))
  const writers = (event) =>
    Object.entries(OPERATIONS)
      .filter(([, operation]) => operation.audit === event)
      .map(([id]) => code(id))
  const rows = Object.entries(AUDIT_EVENTS).map(([event, detail]) => [
    code(event),
    fieldsOf(detail).join(', ') || 'none',
    writers(event).join(', ') || 'the server itself',
  ])
  return `# Audit events

Each event is written in the transaction of the action that it records: no audit, no action.
It carries who (\`actor\`), what (\`action\`), to what (\`subject\`), in which \`request\`, when (\`at\`), and a detail of ids, counts, classes and fixed words. Never content.
Read them with \`GET /api/audit\` and a key that has the scope \`audit\`.

${table(['action', 'detail', 'written by'], rows)}
`
}

async function api() {
  const { OPERATIONS } = await import(join(contract, 'operations.ts'))
  const { ACTIONS, DEFAULT_SCOPES, SCOPES } = await import(join(contract, 'actions.ts'))
  const size = (bytes) =>
    bytes === 0 ? '' : bytes < 1024 * 1024 ? `${bytes / 1024} KiB` : `${bytes / 1024 / 1024} MiB`
  const rows = Object.entries(OPERATIONS).map(([id, operation]) => [
    code(`${operation.method} ${operation.path}`),
    cell(operation.summary),
    code(id),
    ACTIONS[operation.action],
    operation.audit ? code(operation.audit) : '',
    size(operation.limits.bodyBytes),
  ])
  return `# HTTP interface

One table in [packages/contract/src/operations.ts](../packages/contract/src/operations.ts) describes every operation; the server, the OpenAPI description at \`/api/openapi.json\` and this page are made from it.
"Who" is anyone, every identified caller, the operator on the machine itself, or the scope that an API key needs.
Scopes: ${SCOPES.map(code).join(', ')}, and \`*\` for everything its creator may do. A key has ${DEFAULT_SCOPES.map(code).join(', ')} unless told otherwise.

${table(['call', 'what it does', 'id', 'who', 'audit', 'body up to'], rows)}
`
}

async function cli() {
  const { EXIT } = await import(join(server, 'cli/exit-codes.ts'))
  const commands = []
  for (const file of readdirSync(join(server, 'cli')).sort()) {
    // The entry point runs what stands on the command line.
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file === 'freehold.ts') continue
    for (const value of Object.values(await import(join(server, 'cli', file))))
      if (value && typeof value === 'object' && 'help' in value && 'run' in value) commands.push(value.help)
  }
  const sections = commands.map((help) => {
    const name = /Usage: (freehold (?:skill (?=[a-z]))?[\w-]+)/.exec(help)?.[1]
    if (!name) throw new Error(`a command whose help names no usage: ${help}`)
    return `## ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\``
  })
  if (sections.length === 0) throw new Error('no command was found')
  const exits = Object.values(EXIT).map(({ code: status, meaning }) => [status, cell(meaning)])
  return `# Command line

Every command takes \`--data DIR\` (or \`FREEHOLD_DATA\`), the data directory whose control socket is the way in; or \`--url URL\` (or \`FREEHOLD_URL\`) with an API key in \`FREEHOLD_KEY\`; and \`--help\`.

${sections.join('\n\n')}

## Exit status

${table(['status', 'meaning'], exits)}
`
}

async function configuration() {
  const { loadConfig } = await import(join(server, 'kernel/config/config.ts'))
  const { explainConfig } = await import(join(server, 'kernel/config/explanation.ts'))
  const { KEYS } = await import(join(server, 'kernel/config/keys.ts'))
  const { UNBUILT_KEYS } = await import(join(server, 'kernel/config/unbuilt.ts'))
  const rows = explainConfig(loadConfig({ env: {} })).map(({ key, value, variable, reload, meaning }) => [
    code(key),
    cell(meaning),
    cell(KEYS[key].expects),
    value === null ? 'not set' : code(typeof value === 'object' ? JSON.stringify(value) : value),
    reload,
    variable === null ? 'file only' : code(variable),
  ])
  return `# Configuration

Freehold runs without a configuration file. One is given with \`freehold up --config FILE\`; without that, \`freehold.yaml\` in the working directory is read when there is one.
Stronger sources win: defaults, then the file, then environment variables, then options such as \`--listen\`. \`freehold config explain\` shows each value and its source.

An unknown key is an error with line and column. A key whose capability is not built yet is refused, never accepted and ignored: ${UNBUILT_KEYS.map(code).join(', ')}.
Secret values may be written as \`\${env:NAME}\` or \`\${file:PATH}\`. A changed file is read again while the server runs; one with mistakes never replaces a good one.
"live" keys follow a change at once, "restart" keys at the next start.

    listen: 127.0.0.1:8080
    knowledge:
      maxFileBytes: 10485760
    log:
      level: warn

${table(['key', 'meaning', 'must be', 'default', 'takes effect', 'environment variable'], rows)}
`
}

async function metrics() {
  const { METRICS } = await import(join(server, 'kernel/metric-names.ts'))
  const rows = Object.entries(METRICS).map(([name, { type, help, labels }]) => [
    code(name),
    type,
    labels.map(code).join(', '),
    cell(help),
  ])
  return `# Metrics

\`GET /metrics\` serves these in Prometheus format, to the machine itself or to a key with the scope \`*\`. The usual \`process_*\` and \`nodejs_*\` metrics come along.
Labels hold names of ours only, never a user, a key or text. A metric has at most \`metrics.seriesCap\` series; what is over is counted under \`_other\`.

${table(['name', 'type', 'labels', 'meaning'], rows)}
`
}

async function skillFields() {
  const { FIELD_MEANINGS } = await import(join(server, 'skills/manifest/field-meanings.ts'))
  const rows = Object.entries(FIELD_MEANINGS).map(([path, meaning]) => [code(path), cell(meaning)])
  return `# Fields of a skill

Every field that \`skill.yaml\` can have; what is not here is a mistake with its line and column. \`[]\` stands for an entry of a list.
How they are used: [skills](skills.md). The same for editors: [skill.schema.json](skill.schema.json).

${table(['field', 'meaning'], rows)}
`
}

async function skillSchema() {
  const { schemaText } = await import(join(server, 'skills/manifest/json-schema.ts'))
  return schemaText()
}

async function skillSurfaceText() {
  const { skillSurface } = await import(join(server, 'skills/upgrade/surface.ts'))
  return `${JSON.stringify(skillSurface(), null, 1)}\n`
}

const CERTIFICATION = {
  en: {
    family: {
      manifest: 'Manifest',
      declared: 'Declared against used',
      openapi: 'OpenAPI documents',
      secret: 'Secrets',
      hidden: 'Hidden and encoded text',
      supply: 'Dependencies and files',
      name: 'Names',
      prose: 'Texts',
      order: 'Orders on the side',
      command: 'Commands and calls',
      code: 'Code',
      dynamic: 'In the sandbox',
    },
    head: ['rule', 'act', 'in a prompt', 'what it finds', 'what to do'],
  },
  zh: {
    family: {
      manifest: '清单',
      declared: '声明与使用对照',
      openapi: 'OpenAPI 文档',
      secret: '机密',
      hidden: '隐藏与编码文本',
      supply: '依赖与文件',
      name: '名称',
      prose: '文本',
      order: '夹带的指令',
      command: '命令与调用',
      code: '代码',
      dynamic: '沙箱中',
    },
    head: ['规则', '作用', '提示类技能', '发现的内容', '处理办法'],
  },
}

/** The page that a person wrote, with every rule of the table below its last heading. */
const certification = (language, path) => async () => {
  const { RULES } = await import(join(server, 'skills/checking/rules/all.ts'))
  const { family, head } = CERTIFICATION[language]
  const written = readFileSync(join(root, path), 'utf8').split('<!-- rules -->')[0] ?? ''
  const parts = Object.entries(family).map(([prefix, title]) => {
    const rows = Object.entries(RULES)
      .filter(([id]) => id.startsWith(`${prefix}.`))
      .map(([id, { act, inPrompt, says, advice }]) => [
        code(id),
        act,
        inPrompt ?? '',
        cell(says[language]),
        cell(advice[language]),
      ])
    return `### ${title}\n\n${table(head, rows)}\n`
  })
  return `${written}<!-- rules -->\n\n${parts.join('\n')}`
}

const PAGES = {
  'docs/skill-fields.md': skillFields,
  'docs/skill.schema.json': skillSchema,
  'docs/skill-certification.md': certification('en', 'docs/skill-certification.md'),
  'docs/skill-certification.zh-CN.md': certification('zh', 'docs/skill-certification.zh-CN.md'),
  'docs/skill-api.json': skillSurfaceText,
  'docs/metrics.md': metrics,
  'docs/configuration.md': configuration,
  'docs/faults.md': faults,
  'docs/audit-events.md': auditEvents,
  'docs/api.md': api,
  'docs/cli.md': cli,
}

const { sdkFiles } = await import('./sdk/files.ts')
const pages = Object.entries(PAGES).map(async ([path, write]) => [path, await write()])
const stale = []
for (const [path, text] of [...(await Promise.all(pages)), ...Object.entries(await sdkFiles())]) {
  const target = join(root, path)
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue
  stale.push(path)
  if (!process.argv.includes('--check')) writeFileSync(target, text)
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run node scripts/docs.mjs`)
  process.exit(1)
}
for (const path of stale) console.log(`written: ${path}`)
