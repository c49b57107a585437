import assert from 'node:assert/strict'
import { test } from 'node:test'
import { servicePath } from '../../packages/server/src/gateway/service-path.ts'
import { loadConfig } from '../../packages/server/src/kernel/config/config.ts'
import { parseMarkdown } from '../../packages/server/src/knowledge/parse-markdown.ts'
import { engine } from '../../packages/server/src/privacy/detect/engine-house.ts'
import type { Recogniser } from '../../packages/server/src/privacy/detect/recogniser.ts'
import { createScanner } from '../../packages/server/src/privacy/detect/scanner.ts'
import { RECOGNISERS } from '../../packages/server/src/privacy/recognisers/all.ts'
import { createSecretDetector } from '../../packages/server/src/privacy/secrets/secret-detector.ts'

const ANYWHERE = { language: null, key: null }

/** Some clocks of CPU time move by whole ticks. */
const LEAST_US = 8000

/** The CPU time of one run, of the quickest of three series: what else the machine does can only add to it. */
function cpuOf(work: () => void): number {
  const series = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    for (let runs = 1; ; runs += 1) {
      work()
      const { user, system } = process.cpuUsage(before)
      if (user + system >= LEAST_US) return (user + system) / runs
    }
  })
  return Math.min(...series)
}

/** Each of the texts is made of one unit; one that is eight times as long may cost up to 24 times as much, not 64. */
function costsAsItsLength(work: (length: number) => void, length: number): void {
  work(length)
  const short = cpuOf(() => work(length))
  const long = cpuOf(() => work(8 * length))
  assert.ok(long < 24 * short, `${long} against ${short}`)
}

/** What anybody can send again and again to the detector of secrets. */
const KEYS_WITHOUT_END = [
  'password="',
  'password,',
  '-----BEGIN RSA PRIVATE KEY-----\n',
  'eyJaaaaaaaa.',
  'token ',
  'zip ',
  'openssl enc ',
  'auth=("a",',
  '<a key="secret"',
  'variable "password" {\n',
  "password = '",
  'x',
] as const

test('a hostile text costs the search for secrets no more per character when it is longer', () => {
  const detector = createSecretDetector()
  costsAsItsLength((length) => {
    for (const unit of KEYS_WITHOUT_END) detector.detect(unit.repeat(length / unit.length), ANYWHERE)
  }, 4000)
})

/** What anybody can send again and again, by what reads it. */
const FLOODS = [
  '路号',
  '482 ',
  'a@a@a@',
  '%25%25',
  '\\u0031',
  '1\u200b',
  'password {\n',
  'password,name\n',
  "('a', 'b'), ",
  'INSERT INTO a (b) VALUES (',
  '-----BEGIN PRIVATE KEY-----\n',
  'QUJDREVG ',
  'http://a:b@',
  '王小明，',
]

test('a flood costs the engine no more per character when it is longer', () => {
  costsAsItsLength((length) => {
    for (const flood of FLOODS) engine.detect(flood.repeat(length / flood.length), ANYWHERE)
  }, 1000)
})

/** What anybody can send again and again to the patterns. */
const HOSTILE = [
  'a',
  '1',
  '1 ',
  '1-',
  '0 ',
  '4111 ',
  '482 ',
  '13800138000/',
  'a.',
  'a@',
  'a.a@',
  '@a.',
  '://a',
  'a://',
  '"',
  '"@',
  '%41',
  '\\u0041',
  ':',
  '1:',
  '(0',
  '+1 ',
  '+49 30 1234567 ',
  'DE89 ',
  'aA1',
  '电话1',
  'tel 1',
  "39°54'",
  '39.9042, ',
  '\u200b1',
  'P<',
  '<',
  '京A1',
  '1.2.3.4 ',
  'www.',
  '/',
  'a.com/',
] as const

test('every pattern is bounded: a hostile text costs as many trials and as much matched text as it is long', () => {
  for (const unit of HOSTILE) {
    const cost = (length: number): number => {
      let signs = 0
      const judge: Recogniser['judge'] = ({ value }) => {
        signs += value.length
        return null
      }
      const counted = RECOGNISERS.map((recogniser) => Object.assign({}, recogniser, { judge }))
      createScanner(counted)(unit.repeat(length / unit.length), ANYWHERE)
      return signs
    }
    const [once, twice] = [cost(2000), cost(4000)]
    assert.ok(twice <= once * 2.4 + 4000, `${unit}: ${once} characters matched, then ${twice}`)
  }
})

test('a line of brackets, stars or tags costs no more per character when it is longer', () => {
  for (const piece of ['[', '*a', '_a', '<a', '`', '![', '[a](']) {
    costsAsItsLength((length) => void parseMarkdown(piece.repeat(length), 4_000_000), 25_000)
  }
})

test('a path of nested escapes costs no more than its length', () => {
  const base = new URL('http://10.0.1.5:8080/pay/v1')
  costsAsItsLength((length) => {
    for (let n = 0; n < 100; n += 1)
      assert.throws(() => servicePath(base, `/%${'25'.repeat(length)}`, ''), /encoded too often/)
  }, 480)
})

test('a configuration of thousands of wrong keys, some of them twice, costs no more for each', () => {
  costsAsItsLength((length) => {
    const text = Array.from({ length }, (_, at) => `k${at % (length - 1)}: 1`).join('\n')
    assert.throws(
      () => loadConfig({ file: 'freehold.yaml', text, env: {} }),
      ({ problems }) => problems.length === length,
    )
  }, 250)
})
