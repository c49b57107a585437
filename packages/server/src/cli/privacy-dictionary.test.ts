import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dictionaryCommand } from './privacy-dictionary.ts'
import { UsageError } from './terminal.ts'
import { testDirectory } from '../kernel/test-directory.ts'

const VIEW = { name: 'codes', version: 2, values: 1, patterns: 1, changedAt: '2026-01-02T03:04:05.000Z' }
const FLAGS = { type: 'CUSTOM_TERM', caseSensitive: false, wholeWord: true }

/** Runs the command against a platform that gives one answer. */
async function run(args: readonly string[], answer: unknown = null) {
  const cwd = testDirectory()
  writeFileSync(join(cwd, 'Codes.CSV'), 'value\nAcme\n')
  if (args.includes('huge.csv')) writeFileSync(join(cwd, 'huge.csv'), Buffer.alloc(16 * 1024 * 1024 + 1))
  let out = ''
  const calls: unknown[][] = []
  const code = await dictionaryCommand(args, {
    cwd,
    out: (text) => void (out += text),
    err: () => assert.fail('nothing goes wrong'),
    client: {
      async call(...call) {
        calls.push(call)
        return answer
      },
      async upload(path, { contentType, bytes }, method) {
        calls.push([method, path, contentType, bytes.toString()])
        return answer
      },
    },
  })
  return { code, calls, out }
}

test('a file is imported as it is, into the dictionary of its name or of another', async () => {
  const { code, calls, out } = await run(['import', 'Codes.CSV'], VIEW)
  const sent = ['PUT', '/api/privacy/dictionaries/codes', 'text/csv', 'value\nAcme\n']
  assert.deepEqual([code, calls], [0, [sent]])
  assert.equal(out, 'codes: 1 values and 1 patterns, version 2.\n')
  const named = await run(['import', 'Codes.CSV', '--name', 'other', '--json'], VIEW)
  assert.equal(named.calls[0]?.[1], '/api/privacy/dictionaries/other')
  assert.deepEqual(JSON.parse(named.out), VIEW)
})

test('dictionaries are listed, shown page by page and deleted', async () => {
  const listed = await run(['list'], { data: [VIEW] })
  assert.match(listed.out, /codes +1 +1 +2 +2026-01-02/)
  assert.match((await run(['list'], { data: [] })).out, /No dictionaries/)
  const entries = [
    { value: 'Acme\u001b[31m', ...FLAGS, caseSensitive: true },
    { pattern: 'PRJ-\\d', ...FLAGS, wholeWord: false },
  ]
  const shown = await run(['show', 'codes', '--limit', '2', '--after', '2.9'], {
    ...VIEW,
    entries,
    next: '2.40',
  })
  assert.deepEqual(shown.calls, [['GET', '/api/privacy/dictionaries/codes?limit=2&after=2.9']])
  assert.match(shown.out, /CUSTOM_TERM +case +Acme \[31m\n/)
  assert.match(shown.out, /CUSTOM_TERM +pattern part +PRJ-\\d\n/)
  assert.match(shown.out, /show codes --after 2\.40/)
  const gone = await run(['delete', 'codes', '--json'])
  assert.deepEqual(
    [gone.calls, gone.out],
    [[['DELETE', '/api/privacy/dictionaries/codes']], '{"deleted":"codes"}\n'],
  )
})

const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /say what to do/],
  [['list', 'x'], /unexpected "x"/],
  [['list', '--name', 'x'], /--name belongs to "import"/],
  [['import'], /name one file/],
  [['import', 'none.csv'], /none\.csv: cannot be read \(ENOENT\)/],
  [['import', 'huge.csv'], /has 16777217 bytes; a dictionary may have 16777216/],
  [['import', '客户.csv'], /choose one with --name/],
  [['import', 'Codes.CSV', '--name', 'A b'], /small letters/],
  [['show'], /name one dictionary/],
  [['delete', '../x'], /small letters/],
]
for (const [args, message] of MISTAKES) {
  test(`freehold privacy dictionary ${args.join(' ')} says what would be right`, async () => {
    await assert.rejects(run(args), (error) => error instanceof UsageError && message.test(error.message))
  })
}
