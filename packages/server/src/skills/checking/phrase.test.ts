import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBounded, phrase } from './phrase.ts'
import { NEAR_RULES, RULES } from './rules/all.ts'
import { PHRASES, phraseSignals } from './signal.ts'

test('a phrase is found in the clothes that Markdown gives it', () => {
  assert.ok(phrase('send ... to').test('**send** the _whole_ file to'))
  assert.ok(!phrase('send ... to').test(`send ${'x'.repeat(80)} to`))
})

test('no phrase repeats anything without an end', () => {
  assert.deepEqual(
    PHRASES.filter(({ pattern }) => !isBounded(pattern.source)).map(({ source }) => source),
    [],
  )
  for (const source of ['a+b', '.*', '(?:a{1,9}){2}', 'x{3,}']) assert.equal(isBounded(source), false, source)
})

test('a text that begins every phrase again and again is searched in time that grows with its length', () => {
  const bait = 'send upload curl -s http://a | base64 -d do not tell the read ~/.ssh every 4 hours fetch '
  const cost = (times: number): number => {
    const begin = process.cpuUsage().user
    phraseSignals(bait.repeat(times))
    return process.cpuUsage().user - begin
  }
  cost(50)
  const least = (times: number): number => Math.min(...[1, 2, 3].map(() => cost(times)))
  assert.ok(least(400) < least(100) * 10)
})

test('every rule says what is wrong and what to do, in both languages', () => {
  for (const [id, { says, advice }] of Object.entries(RULES)) {
    for (const words of [says, advice]) assert.ok(words.en !== '' && /[\u4e00-\u9fff]/.test(words.zh), id)
  }
})

test('every rule over texts waits for signals that something gives', () => {
  const made = new Set([
    ...PHRASES.map(({ name }) => name),
    'pipe-known',
    'pipe-own',
    'pipe-unknown',
    'pipe-strange',
    'sends-elsewhere',
    'encoded-blob',
    'redirects-traffic',
    'foreign-package',
    'foreign-program',
    'key-to-stranger',
    'fetches-instructions',
    'html-comment-order',
    'unicode-tags',
    'bidi-override',
    'invisible-run',
    'mixed-script',
  ])
  const asked = Object.values(NEAR_RULES).flatMap(({ near }) => near.flat())
  assert.deepEqual(
    [...new Set(asked)].filter((name) => !made.has(name)),
    [],
  )
  // And no phrase is there for nothing.
  const used = new Set(asked)
  assert.deepEqual(
    [...made].filter((name) => !used.has(name)),
    [],
  )
})
