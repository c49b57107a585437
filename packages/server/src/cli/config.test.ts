import { test } from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { config, configCommand } from './config.ts'
import { UsageError } from './terminal.ts'
import { testDirectory } from '../kernel/test-directory.ts'

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function freeholdConfig(
  args: readonly string[],
  { text, env = {} }: { readonly text?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Said> {
  const cwd = testDirectory()
  if (text !== undefined) writeFileSync(join(cwd, 'freehold.yaml'), text)
  const said = { out: '', err: '' }
  const code = await configCommand(args, {
    env,
    cwd,
    out: (part) => void (said.out += part),
    err: (line) => void (said.err += `${line}\n`),
  })
  return { code, ...said }
}

test('a valid file is said to be valid', async () => {
  assert.deepEqual(await freeholdConfig(['check', 'freehold.yaml'], { text: 'log: { level: warn }' }), {
    code: 0,
    out: 'freehold.yaml is valid (1 of 92 keys set).\n',
    err: '',
  })
})

test('every problem of a file is said, one line each, and the exit code is 3', async () => {
  const { code, out, err } = await freeholdConfig(['check'], { text: 'skils: 1\nlog:\n  level: inof\n' })
  assert.deepEqual([code, out], [3, ''])
  assert.deepEqual(err.split('\n'), [
    'freehold.yaml:1:1  skils: unknown key, did you mean skills?',
    'freehold.yaml:3:10  log.level: must be one of debug, info, warn, error, not this text, did you mean info?',
    '2 problems: Freehold would not start with this configuration.',
    '',
  ])
})

test('a script gets the problems as JSON on standard output', async () => {
  const { code, out, err } = await freeholdConfig(['check', '--json'], { text: 'listne: x' })
  assert.deepEqual([code, err], [3, ''])
  assert.deepEqual(JSON.parse(out), {
    ok: false,
    file: 'freehold.yaml',
    problems: [
      {
        source: 'freehold.yaml',
        line: 1,
        column: 1,
        path: 'listne',
        message: 'unknown key',
        suggestion: 'listen',
      },
    ],
  })
})

test('without a file the defaults are checked, and it says so', async () => {
  const { code, out } = await freeholdConfig(['check'])
  assert.equal(code, 0)
  assert.match(out, /^There is no configuration file; the defaults are used and are valid/)
  assert.match((await freeholdConfig(['explain'])).out, /^There is no configuration file/)
})

test('FREEHOLD_CONFIG names the file when no argument does', async () => {
  const env = { FREEHOLD_CONFIG: 'other.yaml' }
  const { code, err } = await freeholdConfig(['check'], { text: 'log: {}', env })
  assert.equal(code, 3)
  assert.match(err, /^other.yaml {2}there is no such file\n/)
  assert.equal((await freeholdConfig(['check', 'freehold.yaml'], { text: 'log: {}', env })).code, 0)
})

test('explain shows each key in columns, where it comes from and what it does, but no secret', async () => {
  const { code, out } = await freeholdConfig(['explain'], {
    text: 'database: postgres://u:Canary@db/f\nlog:\n  level: warn\n',
    env: { FREEHOLD_LISTEN: '127.0.0.1:9' },
  })
  assert.equal(code, 0)
  assert.doesNotMatch(out, /Canary/)
  assert.match(out, /^KEY +VALUE +FROM +CHANGE TAKES EFFECT$/m)
  assert.match(out, /^listen +127.0.0.1:9 +env:FREEHOLD_LISTEN +after a restart\n {4}Address and port/m)
  assert.match(out, /^database +\[secret\] +freehold.yaml:1 +after a restart$/m)
  assert.match(out, /^log.level +warn +freehold.yaml:3 +at once$/m)
  assert.match(out, /^publicUrl +\(not set\) +default/m)
})

test('explain shows each target on a line of its own, below its key, without its secret', async () => {
  const target = 'kind: service, zone: private, url: "https://10.0.0.1", auth: { apiKey: Canary }'
  const { code, out } = await freeholdConfig(['explain'], {
    text: `targets:\n  - { name: one, ${target} }\n  - { name: two, ${target} }\nlimits: { key: { rpm: 5 } }\n`,
  })
  assert.equal(code, 0)
  assert.doesNotMatch(out, /Canary/)
  assert.match(
    out,
    /^targets +\(below\) +freehold.yaml:1 +at once\n {4}Models and .*\n {4}\{"kind":"service","name":"one",.*\n {4}\{.*"two"/m,
  )
  assert.match(out, /^limits.key +\{"rpm":5\} +freehold.yaml:4 +at once$/m)
})

test('rules that belong to targets and routes together are checked, too', async () => {
  const { code, err } = await freeholdConfig(['check'], { text: 'routes:\n  - to: [nobody]\n' })
  assert.equal(code, 3)
  assert.match(err, /^freehold.yaml:2:10 {2}routes\[0\].to\[0\]: names no target$/m)
})

test('explain for a script has the same rows', async () => {
  const { out } = await freeholdConfig(['explain', '--json'], { env: { FREEHOLD_LOG__LEVEL: 'debug' } })
  const { keys } = JSON.parse(out) as { keys: { key: string }[] }
  const row = keys.find(({ key }) => key === 'log.level')
  assert.deepEqual(row, {
    key: 'log.level',
    value: 'debug',
    origin: 'env:FREEHOLD_LOG__LEVEL',
    variable: 'FREEHOLD_LOG__LEVEL',
    reload: 'live',
    meaning: 'Least severity that is logged.',
    zh: '写入日志的最低严重程度。',
  })
})

test('the schema is JSON Schema that an editor can use', async () => {
  const { code, out } = await freeholdConfig(['schema'])
  const schema = JSON.parse(out) as { $schema: string; properties: { listen: { default: string } } }
  assert.deepEqual([code, schema.properties.listen.default], [0, '127.0.0.1:7070'])
})

test('a wrong command line is a usage error', async () => {
  for (const args of [[], ['chekc'], ['constructor'], ['check', 'a', 'b'], ['schema', 'a']]) {
    await assert.rejects(freeholdConfig(args), UsageError, args.join(' '))
  }
  await assert.rejects(freeholdConfig(['check', '--jsno']), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' })
  assert.match(config.help, /Usage: freehold config check/)
})

test('local models stand beside targets: rules may name them, and names are given once', async () => {
  const local = `localModels: [{ name: one, file: ${import.meta.dirname}/none.gguf }]`
  const file = join(testDirectory(), 'm.gguf')
  writeFileSync(file, 'GGUF')
  const there = local.replace(/\/\S+\.gguf/, file)
  const check = async (text: string): Promise<string> => (await freeholdConfig(['check'], { text })).err
  assert.match(await check(local), /localModels\[0\]\.file: names a file that does not exist/)
  const routes = 'routes: [{ when: { class: [restricted] }, to: [one] }, { to: [one, local] }]'
  assert.equal(await check(`${there}\n${routes}`), '')
  const target = 'targets: [{ name: one, kind: service, zone: private, url: "http://10.0.0.1" }]'
  assert.match(await check(`${target}\n${there}`), /localModels\[0\]\.name: is the name of/)
  assert.match(
    await check(`${there}\nroutes: [{ when: { service: one }, to: [one] }]`),
    /routes\[0\]\.to\[0\]: names a model target in a rule for services/,
  )
})
