import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { emptyData, open } from '../../system/house.ts'
import { startExternalDatabase } from './external-database.ts'

const repository = resolve(import.meta.dirname, '../../..')
const UPSTREAM = 'http://127.0.0.1:9100'

interface Runtime {
  readonly FLAGS: readonly string[]
  readonly ENVIRONMENT: Readonly<Record<string, string>>
}
/** Plain JavaScript without types: how the launcher runs the server. */
const { FLAGS, ENVIRONMENT }: Runtime = await import(join(repository, 'packages/server/bin/runtime.js'))

const { values, tokens } = parseArgs({
  strict: false,
  tokens: true,
  options: {
    bench: { type: 'string' },
    peers: { type: 'string' },
    managed: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})

/** Of everything, with what is personal in it, so that every request is masked and leaves. */
const MANAGED = {
  target: { zone: 'managed', auth: { apiKey: 'sk-bench' } },
  route: { when: { class: ['public'] }, desensitise: 'strict' },
  classes: { found: { default: 'public' } },
}
const PRIVATE = { target: { zone: 'private', auth: { jwt: { audience: 'bench' } } }, route: {}, classes: {} }

/** What stands in the way of a request besides the forwarding: all of it is on. */
function configOf(database: string): object {
  const { target, route, classes } = values.managed ? MANAGED : PRIVATE
  return {
    listen: '127.0.0.1:9230',
    database,
    knowledge: { guide: false },
    targets: [
      {
        name: 'upstream',
        kind: 'model',
        dialect: 'openai',
        url: `${UPSTREAM}/v1`,
        models: ['*'],
        record: 'async',
        ...target,
      },
    ],
    routes: [{ to: ['upstream'], ...route }],
    classes,
    limits: { key: { concurrent: 1000, tokensPerDay: 1e12 } },
  }
}

const bench = resolve(
  typeof values.bench === 'string' ? values.bench : join(repository, '../shared/bench/gateway'),
)
const peers = typeof values.peers === 'string' ? resolve(values.peers) : ''
if (values.help || !existsSync(join(bench, 'bench.mjs'))) {
  console.log(`usage: npm run bench -- --bench DIR [--peers DIR] [OPTIONS OF bench.mjs]

Measures Freehold beside a bare Node proxy, and beside Portkey where --peers names a directory with
portkey-lock/node_modules/@portkey-ai/gateway. DIR holds bench.mjs, upstream.mjs and loadgen.mjs. With --managed the
target is a managed one, so that every request is masked.

  npm run bench -- --bench ../gateway-bench --rounds 5 --s 2 --scenarios seq,c32,b64k,sburst
  npm run bench -- --bench ../gateway-bench --managed --scenarios pii,piinew,sburst`)
  process.exit(values.help ? 0 : 2)
}

const database = await startExternalDatabase()
const data = await emptyData()
const config = join(data, 'freehold.yaml')
writeFileSync(config, JSON.stringify(configOf(database.dsn)))
let status: number | null = 1
try {
  // The first start makes the key and the schema; the bench starts the program again itself.
  const house = await open({ data, args: ['--config', config] })
  const key = await house.key('--name', 'bench', ...(values.managed ? ['--class', 'public'] : []))
  await house.stop()
  status = await measure({ repository, data, config, key })
} finally {
  await database.stop()
  rmSync(data, { recursive: true, force: true })
}
process.exitCode = status ?? 1

/** The placeholders that bench.mjs does not know are filled in here. */
async function measure(names: Readonly<Record<string, string>>): Promise<number | null> {
  const text = readFileSync(join(import.meta.dirname, 'targets.json'), 'utf8')
  const launched = text
    .replace('"{flags}"', FLAGS.map((flag) => JSON.stringify(flag)).join(', '))
    .replace('"{environment}"', JSON.stringify(ENVIRONMENT))
  const targets = Object.entries(names).reduce(
    (filled, [name, value]) => filled.replaceAll(`{${name}}`, value),
    launched,
  )
  const file = join(data, 'targets.json')
  writeFileSync(file, targets)
  const ours = new Set(['bench', 'peers', 'managed'])
  const passed: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') passed.push(token.value)
    if (token.kind !== 'option' || ours.has(token.name)) continue
    passed.push(token.rawName)
    if (token.value !== undefined) passed.push(token.value)
  }
  const only = peers === '' && !passed.includes('--only') ? ['--only', 'direct,floor,freehold'] : []
  const words = [
    join(bench, 'bench.mjs'),
    '--targets',
    file,
    ...only,
    ...(peers === '' ? [] : ['--peers', peers]),
    ...passed,
  ]
  const child = spawn(process.execPath, words, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code]: (number | null)[] = await once(child, 'exit')
  return code ?? 1
}
