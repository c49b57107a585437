import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SkillVerdict } from '@freehold/contract/skill-report.ts'
import { checkSkill } from '../packages/server/src/skills/checking/check-skill.ts'
import type { Sample } from './skill-checking/corpus.ts'
import { injected, ordersOf, samplesOf } from './skill-checking/corpus.ts'

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
const told = (set: string, what: string, { share, of }: Share): void =>
  console.log(`${set}: ${what} ${(share * 100).toFixed(1)} % of ${of}`)

for (const set of SETS) {
  test(`skills of the ${set} set are judged as a certifier would`, () => {
    const caught = shareOf(samplesOf(`malicious.${set}.txt`, TIMES), 'block', 'review')
    const ordinary = samplesOf(`ordinary.${set}.txt`, TIMES)
    const vendor = samplesOf(`vendor.${set}.txt`, TIMES)
    const clean = [...ordinary, ...vendor]
    const blocked = shareOf(ordinary, 'block')
    const vendorBlocked = shareOf(vendor, 'block')
    const quoting = shareOf(samplesOf(`quoting.${set}.txt`, TIMES), 'block')
    const flagged = shareOf(clean, 'block', 'review')
    const hosts = clean.filter(({ files }) => files.has('SKILL.md'))
    const orders = ordersOf(`orders.${set}.txt`)
    const poisoned = orders.flatMap((order, at) =>
      Array.from({ length: TIMES }, (_, time) => {
        const host = hosts[(at * 7 + time * 11) % hosts.length]
        assert.ok(host)
        return injected(host, order, at * TIMES + time)
      }),
    )
    const found = shareOf(poisoned, 'block', 'review')
    told(set, 'malicious blocked or reviewed', caught)
    told(set, 'ordinary blocked', blocked)
    told(set, 'vendor blocked', vendorBlocked)
    told(set, 'quoting tools blocked', quoting)
    told(set, 'with an injected order flagged', found)
    told(set, 'the same without flagged', flagged)
    assert.ok(caught.share >= 0.98, `${caught.of - caught.such.length} passed`)
    assert.ok(blocked.share <= 0.01, blocked.such.join(' '))
    assert.equal(vendorBlocked.share, 0, vendorBlocked.such.join(' '))
    assert.ok(quoting.share <= 0.1, quoting.such.join(' '))
    assert.ok(found.share >= 0.6)
    assert.ok(flagged.share <= 0.06, flagged.such.join(' '))
  })
}
