import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { engine } from '../privacy/detect/engine-house.ts'
import { privacyCommand } from './privacy.ts'
import { UsageError } from './terminal.ts'
import { testDirectory } from '../kernel/test-directory.ts'

async function run(
  args: readonly string[],
  {
    files = {},
    input = '',
    answer = null,
  }: {
    readonly files?: Readonly<Record<string, string | Uint8Array>>
    readonly input?: string
    readonly answer?: unknown
  } = {},
) {
  const cwd = testDirectory()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  const said = { out: '', err: '' }
  const terminal = {
    cwd,
    out: (text: string) => void (said.out += text),
    err: (line: string) => void (said.err += `${line}\n`),
    client: { call: async () => answer },
  }
  const code = await privacyCommand(args, terminal, {
    input: () => Readable.from([input]),
    engine: () => engine,
  })
  return { code, ...said }
}

const CHAT = '你好\n我的电话 13800138000，邮箱 anna@example.org\n卡号 4111 1111 1111 1112\n'

test('scan lists what a file holds by line and column, masked, and exits with 1', async () => {
  const { code, out, err } = await run(['scan', 'chat.txt'], { files: { 'chat.txt': CHAT } })
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n'), [
    'WHERE          TYPE   SCORE  EXCERPT',
    'chat.txt:2:6   PHONE   0.95  13*******00',
    'chat.txt:2:21  EMAIL   0.95  an********rg',
    '',
  ])
  assert.equal(err, '2 found in 1 file.\n')
})

test('a number with a wrong checksum is shown with --all and changes nothing of the exit status', async () => {
  const files = { 'card.txt': 'card 4111 1111 1111 1112' }
  assert.deepEqual(await run(['scan', 'card.txt'], { files }), {
    code: 0,
    out: '',
    err: 'Nothing was found.\n',
  })
  const { code, out } = await run(['scan', '--all', '--json', 'card.txt'], { files })
  const entity = {
    type: 'BANK_CARD',
    start: 5,
    end: 24,
    line: 1,
    column: 6,
    score: 0.3,
    excerpt: '41********12',
  }
  assert.deepEqual([code, JSON.parse(out)], [0, { files: [{ file: 'card.txt', entities: [entity] }] }])
})

test('a file that is missing or no text is named', async () => {
  await assert.rejects(
    run(['scan', 'nowhere.txt']),
    (error) => error instanceof UsageError && /nowhere\.txt: .*ENOENT/.test(error.message),
  )
  const files = { 'picture.png': Uint8Array.of(0x89, 0x50, 0xff) }
  await assert.rejects(run(['scan', 'picture.png'], { files }), /picture\.png: is not text in UTF-8/)
})

test('detect --lines answers each line with one line', async () => {
  const input = [
    JSON.stringify({ text: 'mail anna@example.org', language: 'en' }),
    JSON.stringify({ text: 'nothing here', lang: 'de', language: null }),
    '',
    JSON.stringify({ text: '4111 1111 1111 1112' }),
  ].join('\n')
  const { code, out } = await run(['detect', '--lines'], { input })
  assert.equal(code, 0)
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [{ entities: [{ type: 'EMAIL', start: 5, end: 21, score: 0.95 }] }, { entities: [] }, { entities: [] }],
  )
  assert.match((await run(['detect', '--lines', '--min-score', '0'], { input })).out, /BANK_CARD/)
})

test('a line that cannot be read is answered with its number and what is wrong, and the next one is read', async () => {
  const { code, out } = await run(['detect', '--lines'], { input: 'mail\n{"text":5}\n{"text":"a@b.org"}\n' })
  const [first, second, third] = out.split('\n')
  assert.equal(code, 1)
  assert.match(first ?? '', /"error":"line 1: /)
  assert.match(second ?? '', /"error":"line 2: text: /)
  assert.match(third ?? '', /EMAIL/)
})

test('detectors lists those of the configuration, and says when there are none', async () => {
  const ner = { name: 'ner', kind: 'presidio', required: true, state: 'away' }
  const figures = { calls: 7, failures: 2, ignored: 0, lastFailure: 'timeout' }
  const { out } = await run(['detectors'], { answer: { detectors: [{ ...ner, ...figures }] } })
  assert.deepEqual(out.split('\n'), [
    'NAME  KIND      REQUIRED  STATE  CALLS  FAILURES  LAST FAILURE',
    'ner   presidio  yes       away       7         2  timeout',
    '',
  ])
  assert.match((await run(['detectors'], { answer: { detectors: [] } })).out, /Only the built-in detector/)
  const json = await run(['detectors', '--json'], { answer: { detectors: [] } })
  assert.deepEqual(JSON.parse(json.out), { detectors: [] })
})

const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [['scan'], /name a file/],
  [['detect'], /privacy scan FILE…, freehold privacy detect --lines/],
  [['detectors', 'x'], /privacy detectors/],
  [['detect', '--lines', 'x'], /privacy scan FILE…/],
  [['detect', '--lines', '--min-score', 'high'], /--min-score is a number from 0 to 1/],
]
for (const [args, message] of MISTAKES) {
  test(`freehold privacy ${args.join(' ')} says what would be right`, async () => {
    await assert.rejects(run(args), (error) => error instanceof UsageError && message.test(error.message))
  })
}
