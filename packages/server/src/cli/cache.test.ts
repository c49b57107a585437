import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cache as command } from './cache.ts'
import { UsageError } from './terminal.ts'

const VIEW = {
  maxBytes: 1000,
  maxEntryBytes: 100,
  entries: 3,
  bytes: 900,
  hits: 7,
  misses: 4,
  data: [{ rule: 'file:1', target: 'house', entries: 3, bytes: 900 }],
}

/** Runs the command against a platform that gives one answer. */
async function run(line: string, answer: unknown) {
  let out = ''
  const calls: unknown[][] = []
  const code = await command.run(line.split(' '), {
    out: (text) => void (out += text),
    err: () => assert.fail('nothing goes wrong'),
    client: {
      async call(...call) {
        calls.push(call)
        return answer
      },
    },
  })
  return { code, calls, out }
}

test('cache show says what is kept, by rule and target, and how often it helped', async () => {
  const { code, calls, out } = await run('show', VIEW)
  assert.deepEqual([code, calls], [0, [['GET', '/api/cache']]])
  assert.deepEqual(out.split('\n'), [
    'RULE    TARGET  ANSWERS  BYTES',
    'file:1  house         3    900',
    'Answers: 3. Bytes: 900 of 1000. Since the start: hits 7, misses 4.',
    '',
  ])
  assert.deepEqual(JSON.parse((await run('show --json', VIEW)).out), VIEW)
})

test('a cache that is switched off says so', async () => {
  const { out } = await run('show', { ...VIEW, maxBytes: 0, entries: 0, bytes: 0, data: [] })
  assert.equal(out, 'No answer is kept: cache.maxBytes is 0.\n')
})

test('cache purge forgets all, or what it is told', async () => {
  const { calls, out } = await run('purge', { entries: 2, bytes: 600 })
  assert.deepEqual([calls, out], [[['DELETE', '/api/cache']], '2 answers are forgotten (600 bytes).\n'])
  const some = await run('purge --rule file:1 --target house --json', { entries: 1, bytes: 300 })
  assert.deepEqual(some.calls, [['DELETE', '/api/cache?rule=file%3A1&target=house']])
  assert.deepEqual(JSON.parse(some.out), { entries: 1, bytes: 300 })
})

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['forget', /cache show or purge/],
  ['show all', /unexpected "all"/],
  ['show --rule file:1', /--rule belongs to "purge"/],
  ['purge --rule first', /--rule: must be the id of a rule, as in file:1/],
  ['purge --target A', /--target: /],
]
for (const [line, message] of MISTAKES) {
  test(`"freehold cache ${line}" is wrong usage and says what would be right`, async () => {
    await assert.rejects(
      run(line, VIEW),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}
