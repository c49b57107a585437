import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SkillVerdict } from '@freehold/contract/skill-report.ts'
import { checkSkill } from '../../packages/server/src/skills/checking/check-skill.ts'
import type { Sample } from '../skill-checking/corpus.ts'
import { injected, ordersOf, samplesOf } from '../skill-checking/corpus.ts'

/** Frames that the rules were written with, frames that were written after them, and frames that nothing was changed for. */
const SETS = ['dev', 'later', 'aside'] as const
const TIMES = 4

const verdictOf = ({ files }: Sample): SkillVerdict =>
  checkSkill({ digest: '0'.repeat(64), files }, { scanner: 'test' }).verdict

interface Share {
  readonly share: number
  readonly of: number
  readonly such: readonly string[]
}
function shareOf(samples: readonly Sample[], ...verdicts: readonly SkillVerdict[]): Share {
  const such = samples.filter((sample) => verdicts.includes(verdictOf(sample))).map(({ id }) => id)
  return { share: such.length / samples.length, of: samples.length, such }
}
const percent = ({ share, of }: Share): string => `${(share * 100).toFixed(1)} % of ${of}`
const cleanOf = (set: string): readonly Sample[] => [
  ...samplesOf(`ordinary.${set}.txt`, TIMES),
  ...samplesOf(`vendor.${set}.txt`, TIMES),
]

for (const set of SETS) {
  test(`what is malicious is caught, and what is not is let through: the ${set} set`, (t) => {
    const caught = shareOf(samplesOf(`malicious.${set}.txt`, TIMES), 'block', 'review')
    const ordinary = shareOf(samplesOf(`ordinary.${set}.txt`, TIMES), 'block')
    const vendor = shareOf(samplesOf(`vendor.${set}.txt`, TIMES), 'block')
    const quoting = shareOf(samplesOf(`quoting.${set}.txt`, TIMES), 'block')
    const hosts = cleanOf(set).filter(({ files }) => files.has('SKILL.md'))
    const poisoned = ordersOf(`orders.${set}.txt`).flatMap((order, at) =>
      Array.from({ length: TIMES }, (_, time) => {
        const host = hosts[(at * 7 + time * 11) % hosts.length]
        assert.ok(host)
        return injected(host, order, at * TIMES + time)
      }),
    )
    const found = shareOf(poisoned, 'block', 'review')
    t.diagnostic(`malicious blocked or reviewed: ${percent(caught)}`)
    t.diagnostic(
      `blocked: ordinary ${percent(ordinary)}, vendor ${percent(vendor)}, quoting ${percent(quoting)}`,
    )
    t.diagnostic(`with an injected order blocked or reviewed: ${percent(found)}`)
    assert.ok(caught.of >= 120 && caught.share >= 0.98, percent(caught))
    assert.ok(ordinary.share <= 0.01, ordinary.such.join(' '))
    assert.equal(vendor.share, 0, vendor.such.join(' '))
    assert.ok(quoting.share <= 0.1, quoting.such.join(' '))
    assert.ok(found.share >= 0.6, percent(found))
  })
}

test('clean skills are seldom kept waiting for a reviewer', (t) => {
  const flagged = shareOf(SETS.flatMap(cleanOf), 'block', 'review')
  t.diagnostic(`clean skills blocked or reviewed: ${percent(flagged)}`)
  assert.ok(flagged.share <= 0.05, flagged.such.join(' '))
})

test('with the rules over texts off, what they catch passes', () => {
  const sample = samplesOf('malicious.dev.txt', 1).find(({ id }) => id.startsWith('inject-en'))
  assert.ok(sample)
  assert.equal(verdictOf(sample), 'block')
  const text = sample.files.get('SKILL.md')?.toString('utf8') ?? ''
  const without = text
    .split('\n')
    .filter((line) => !line.startsWith('Ignore all'))
    .join('\n')
  assert.equal(verdictOf({ id: 'without', files: new Map([['SKILL.md', Buffer.from(without)]]) }), 'pass')
})
