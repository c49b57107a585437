import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testDirectory } from '../kernel/test-directory.ts'
import { skillDescribe } from './skill-describe.ts'
import { skillImport } from './skill-import.ts'
import type { Command, Terminal } from './terminal.ts'

const cwd = testDirectory()
mkdirSync(join(cwd, 'many/one'), { recursive: true })
mkdirSync(join(cwd, 'many/two/ref'), { recursive: true })
writeFileSync(join(cwd, 'many/one/SKILL.md'), '---\nname: one\ndescription: First\nmodel: x\n---\n# One\n')
writeFileSync(join(cwd, 'many/two/skill.md'), 'Just text.\n')
writeFileSync(join(cwd, 'many/two/ref/a.md'), 'more')
writeFileSync(join(cwd, 'mcp.json'), '{"mcpServers": {"files": {"command": "node", "args": ["server.js"]}}}')
writeFileSync(join(cwd, 'old.yaml'), 'swagger: "2.0"\n')

const run = (...args: readonly string[]) => runIn(skillImport, args)

async function runIn(command: Command, args: readonly string[]) {
  const said = { out: '', err: '' }
  const terminal = {
    cwd,
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += `${text}\n`),
  } as Terminal
  return { status: await command.run(args, terminal), ...said }
}

test('a folder of folders becomes a skill for each, and what was left out is told', async () => {
  const { status, out, err } = await run('many', '--out', 'skills')
  assert.equal(status, 0)
  assert.match(out, /skills\/one\/skill\.yaml: one\n/)
  assert.match(err, /import-field: .*model/)
  assert.deepEqual(readdirSync(join(cwd, 'skills/two')).toSorted(), [
    '.freehold',
    'ref',
    'skill.md',
    'skill.yaml',
  ])
  assert.match(
    readFileSync(join(cwd, 'skills/two/skill.yaml'), 'utf8'),
    /^# yaml-language-server: \$schema=\.freehold\/skill\.schema\.json\n/,
  )
})

test('nothing that is there is written over, and what cannot be imported is named', async () => {
  await run('mcp.json', '--tools', 'read,list')
  assert.match(readFileSync(join(cwd, 'files/skill.yaml'), 'utf8'), /include:\n\s+- read\n\s+- list\n/)
  await assert.rejects(() => run('mcp.json'), /files is there already; say another place with --out/)
  await assert.rejects(() => run('old.yaml'), /Swagger 2\.0: convert it to OpenAPI 3/)
  await assert.rejects(() => run('nothing'), /is not there/)
  await assert.rejects(() => run('files'), /holds no SKILL\.md/)
  await assert.rejects(() => run(), /needs FILE\|DIR/)
  const { out } = await run('mcp.json', '--json', '--out', 'again')
  assert.deepEqual(
    JSON.parse(out).skills[0].findings.map(({ rule }: { rule: string }) => rule),
    ['import-tools'],
  )
})

test('a skill is described for other programs, and nothing that is there is written over', async () => {
  await run('mcp.json', '--out', 'described')
  const { out } = await runIn(skillDescribe, ['described', '--print'])
  assert.match(out, /^---\nname: files\n[\s\S]*freehold-manifest: skill\.yaml\n/)
  await runIn(skillDescribe, ['described'])
  assert.equal(readFileSync(join(cwd, 'described/SKILL.md'), 'utf8'), out)
  await assert.rejects(() => runIn(skillDescribe, ['described']), /is there already/)
  await assert.rejects(() => runIn(skillDescribe, ['many']), /no skill\.yaml/)
})
