import { test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { operationsOf } from '../../packages/server/src/skills/kinds/operations.ts'
import { importSkillFolder } from '../../packages/server/src/skills/importing/skill-folder.ts'
import { emitSkillMd } from '../../packages/server/src/skills/importing/skill-md.ts'
import { readManifest } from '../../packages/server/src/skills/manifest/read-manifest.ts'

/** As the reference reader of Agent Skills has it: strict YAML, the fields of the specification, texts alone. */
const READER = `
import json, sys, strictyaml as s
schema = s.Map({
    'name': s.Regex(r'^[a-z0-9]+(-[a-z0-9]+)*$'), 'description': s.Str(), s.Optional('license'): s.Str(),
    s.Optional('compatibility'): s.Str(), s.Optional('metadata'): s.MapPattern(s.Str(), s.Str()),
    s.Optional('allowed-tools'): s.Str(),
})
read = []
for text in json.load(sys.stdin):
    front = text.split('---', 2)[1]
    found = s.load(front, schema).data
    assert len(found['name']) <= 64 and 0 < len(found['description']) <= 1024
    read.append(found)
print(json.dumps(read))
`
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import strictyaml']).status === 0,
)
const skip = PYTHON === undefined ? 'python3-strictyaml is not there' : false

function strictly(texts: readonly string[]) {
  return spawnSync(PYTHON ?? '', ['-c', READER], { input: JSON.stringify(texts), encoding: 'utf8' })
}

const DESCRIPTIONS = [
  'Plain words',
  '"Quoted": with a colon, [brackets], {braces}, # a hash and a \\\\ backslash',
  "It's one: two",
  '- not a list',
  '> not a block',
  '@at, *star, &and, !bang, %percent, `tick`',
  '写周报：用于“每周总结”',
  'true',
  '123',
  '~',
]

test('a SKILL.md that Freehold writes is read by the strictest reader, whatever it says', { skip }, () => {
  const texts = DESCRIPTIONS.map((description) => {
    const source = `---\nname: a-b\ndescription: ${JSON.stringify(description)}\n---\n# Hello\n`
    const { manifest, files } = importSkillFolder(new Map([['SKILL.md', Buffer.from(source)]]), {
      folder: 'a',
      publisher: 'local',
    })
    return emitSkillMd(readManifest(manifest, files), [], source)
  })
  const made = readManifest(`apiVersion: freehold.dev/v1
kind: code
metadata: { name: sums, version: 1.0.0, publisher: acme, title: Sums, description: Adds, licence: MIT }
code: { language: js, entry: main.js }
operations: [{ id: add, description: Adds two, input: { a: { type: number } }, examples: { en: ['add {{a}}'] } }]
`)
  texts.push(emitSkillMd(made, operationsOf({ manifest: made, files: new Map() }), null))
  const { status, stdout, stderr } = strictly(texts)
  assert.equal(status, 0, stderr)
  const read = JSON.parse(stdout) as { description: string; metadata: Record<string, string> }[]
  assert.deepEqual(
    read.slice(0, -1).map(({ description }) => description),
    DESCRIPTIONS.map((one) => one.replaceAll(/[<>]/g, ' ').replaceAll(/\s+/g, ' ').trim()),
  )
  assert.equal(read.at(-1)?.metadata['freehold-manifest'], 'skill.yaml')
})

test('the strict reader refuses what others write', { skip }, () => {
  assert.notEqual(strictly(['---\nname: a\ndescription: b\nallowed-tools: [Bash]\n---\n']).status, 0)
  assert.notEqual(strictly(['---\nname: a\ndescription: b\nmodel: x\n---\n']).status, 0)
})
