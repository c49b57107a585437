import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SKILL_KINDS } from '@freehold/contract/skill-manifest.ts'
import { readBundle } from '../skills/bundle/bundle.ts'
import { packSkill } from '../skills/bundle/pack.ts'
import { checkSkill } from '../skills/checking/check-skill.ts'
import { workplace } from './skill-workplace.ts'
import { skill } from './skill.ts'
import { UsageError } from './terminal.ts'

const misused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof UsageError && pattern.test(error.message))

for (const kind of SKILL_KINDS)
  test(`a new skill of kind ${kind} can be packed as it is, and its check finds nothing`, async () => {
    const { cwd, run } = workplace()
    const { out } = await run(`init first-one --kind ${kind} --publisher acme`)
    assert.match(out, /Go on with: freehold skill test first-one/)
    const packed = await packSkill(join(cwd, 'first-one'))
    const made = readBundle(packed.bytes)
    assert.deepEqual([made.manifest.kind, made.manifest.metadata.publisher], [kind, 'acme'])
    assert.deepEqual(packed.leftOut, ['.freehold'])
    const { verdict, findings } = checkSkill(made, { scanner: '0.1.0' })
    assert.equal(verdict, 'pass', JSON.stringify(findings, null, 1))
    const [line = ''] = readFileSync(join(cwd, 'first-one/skill.yaml'), 'utf8').split('\n')
    const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(line)?.[1] ?? ''
    const { $schema } = JSON.parse(readFileSync(join(cwd, 'first-one', schema), 'utf8')) as {
      $schema: string
    }
    assert.match($schema, /2020-12/)
    await misused(run(`init first-one --kind ${kind}`), /there already, and not empty/)
  })

for (const kind of ['http', 'openapi', 'prompt'] as const)
  test(`the tests of a new skill of kind ${kind} pass, and one that fails says so`, async () => {
    const { cwd, run, told } = workplace()
    await run(`init first-one --kind ${kind}`)
    const report = await told('test first-one')
    assert.deepEqual([report['failed'], report['passed']], [0, kind === 'prompt' ? 0 : 2])
    if (kind === 'prompt') return
    const file = join(cwd, 'first-one/skill.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('state: shipped }', 'state: lost }'))
    const { code, out } = await run('test first-one')
    assert.equal(code, 1)
    assert.match(out, /failed {2}an order is found: .*\n.*ok.*\n1 passed, 1 failed/)
  })

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['', /say what to do: freehold skill \w+, /],
  ['toString', /say what to do/],
  ['pack', /needs DIR/],
  ['key', /needs FILE/],
  ['pack a b', /unexpected "b"/],
  ['init Upper', /a name is made of small letters/],
  ['init x --publisher A', /--publisher is made of/],
  ['init x --kind y', /a kind is one of/],
  ['sign x', /say with which key/],
  ['sign x --key k --certifier c', /says both/],
  ['sign x --key none.key', /there is no file none\.key/],
  ['verify x', /say whom to believe/],
  ['publish x', /say where to/],
  ['search x --in tar:y', /say whom to believe/],
  ['trust t --publisher a', /NAME:PREFIX/],
  ['trust t --minimum most', /one of dev, signed, certified/],
  ['index', /say what to do: freehold skill index init/],
  ['index init tar:x', /say with which key/],
  ['index show tar:x', /by whose keys/],
  ['index add tar:x y --trust t', /NAME@VERSION/],
  ['index show tar:x --key y', /--key belongs to/],
  ['index rotate tar:x --trust t', /whose keys are others/],
]
for (const [line, pattern] of MISTAKES)
  test(`freehold skill ${line} says what would be right`, () => misused(workplace().run(line), pattern))

test('every command says what it does, with examples', async () => {
  for (const name of Object.keys(await commands())) {
    const help = (await skill.helpOf?.([name])) ?? ''
    assert.match(
      help,
      new RegExp(`Usage: freehold skill ${name}\\b[\\s\\S]*Examples:\\n {2}freehold skill ${name}`),
    )
    // Those belong to every command, which never sees them.
    assert.doesNotMatch(help, /^ {2}--(?:url|data) /m, name)
  }
  assert.equal(await skill.helpOf?.(['none']), skill.help)
})

const commands = async (): Promise<Record<string, true>> =>
  Object.fromEntries([...skill.help.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name = '']) => [name, true]))
