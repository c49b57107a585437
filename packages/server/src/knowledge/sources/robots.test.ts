import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRobots } from './robots.ts'

const robots = readRobots(
  `# everybody
User-agent: *
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 2

User-agent: Other
User-agent: Picky
Disallow: /
`,
  'Freehold',
)

test('the longest rule that matches decides, and what no rule names is open', () => {
  const may = ['/', '/private/x', '/private/open/x', '/a.pdf', '/a.pdf?x', '/privat'].map((path) =>
    robots.mayRead(path),
  )
  assert.deepEqual(may, [true, false, true, false, true, true])
  assert.equal(robots.delayMs, 2000)
})

test('a group of our own name counts instead of the one for everybody', () => {
  assert.equal(
    readRobots('User-agent: *\nDisallow: /\nUser-agent: freehold\nAllow: /', 'Freehold').mayRead('/x'),
    true,
  )
  assert.equal(
    readRobots('User-agent: picky\nUser-agent: *\nDisallow: /x', 'Freehold').mayRead('/x/y'),
    false,
  )
})

test('a pattern made to take long does not', () => {
  const hostile = readRobots(`User-agent: *\nDisallow: /${'*a'.repeat(2000)}b$`, 'Freehold')
  assert.equal(hostile.mayRead(`/${'a'.repeat(20_000)}`), true)
})
