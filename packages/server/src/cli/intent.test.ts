import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { intentCommand } from './intent.ts'
import { UsageError } from './terminal.ts'

const cwd = mkdtempSync(join(tmpdir(), 'freehold-cli-intent-'))
after(() => rmSync(cwd, { recursive: true }))
const write = (name: string, content: string | object) =>
  writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content))

write(
  'learn.csv',
  'text,category\n"open the door, please",door\nopen the gate,door\nlamp on,light\nswitch the lamp on,light\n把门打开,door\n开灯,light\n',
)
write('ask.csv', 'text,category\r\nopen that door,door\r\nturn the lamp on,light\r\n把灯打开,light\r\n')
const door = [
  ['open the door', 'door'],
  ['shut the door', 'door'],
]
const light = [
  ['lamp on', 'light'],
  ['lamp off', 'light'],
]
write('all.json', {
  train: [...door, ...light],
  val: [],
  test: [['the door', 'door']],
  oos_test: [['who wrote Faust', 'oos']],
})
write('list.json', [
  { text: 'door', intent: 'door' },
  { text: 'what a day', intent: 'oos' },
])

async function run(...args: string[]): Promise<string> {
  let said = ''
  assert.equal(await intentCommand(args, { cwd, out: (text) => void (said += text) }), 0)
  return said
}

test('a person reads how many are recognised, and which least', async () => {
  const said = await run('eval', '--train', 'learn.csv', '--test', 'ask.csv')
  assert.match(said, /^2 intents from 6 examples in .*\n.* % of 3 examples recognised/)
  assert.match(said, /LEAST RECOGNISED/)
  assert.doesNotMatch(said, /AUROC/)
})

test('a script reads the same as JSON, from files with splits and from lists', async () => {
  for (const file of ['all.json', 'list.json']) {
    const { train, test: asked } = JSON.parse(
      await run('eval', '--json', '--train', 'all.json', '--test', file),
    )
    assert.deepEqual([train.examples, train.intents], [4, 2])
    assert.deepEqual([asked.examples, asked.accuracy], [1, 1])
    assert.deepEqual(asked.outOfScope, { examples: 1, auroc: 1 })
    assert.ok(asked.perCallUs > 0)
  }
})

test('a file that holds no examples is refused by name and line', async () => {
  write('short.csv', 'text,category\nonly a text\n')
  write('quote.csv', 'text,category\na,b\n"open,c\n')
  write('empty.csv', 'text,category\n')
  write('other.json', { train: 1 })
  write('broken.json', '{')
  const cases: readonly (readonly [file: string, says: RegExp])[] = [
    ['short.csv', /short\.csv, line 2: wanted two fields/],
    ['quote.csv', /quote\.csv, line 3/],
    ['empty.csv', /empty\.csv holds no examples/],
    ['other.json', /other\.json holds no examples: wanted/],
    ['broken.json', /not JSON/],
    ['none.csv', /none\.csv cannot be read \(ENOENT\)/],
  ]
  for (const [file, says] of cases)
    await assert.rejects(run('eval', '--train', file, '--test', 'ask.csv'), (error) => {
      assert.ok(error instanceof UsageError)
      return says.test(error.message)
    })
})

test('what it is to do, and with which files, must be said', async () => {
  for (const args of [[], ['train'], ['eval', 'x'], ['eval', '--train', 'learn.csv']])
    await assert.rejects(run(...args), UsageError)
})
