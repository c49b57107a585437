import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Granted, Standing } from './granting.ts'
import { grant } from './granting.ts'

/** One process, as it knows itself. */
interface Process {
  free: number
  readonly open: number[]
  /** Spent, and not on record yet. */
  unrecorded: number
}

type Step =
  | {
      readonly kind: 'want'
      readonly at: number
      readonly amounts: readonly number[]
      readonly appetite: number
    }
  | { readonly kind: 'take'; readonly at: number; readonly amount: number }
  | { readonly kind: 'settle'; readonly at: number; readonly share: number; readonly more: number }
  | { readonly kind: 'record' | 'empty'; readonly at: number }

const PROCESSES = 3
const at = fc.nat({ max: PROCESSES - 1 })
const amount = fc.integer({ min: 1, max: 120 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('want' as const),
    at,
    amounts: fc.array(amount, { minLength: 1, maxLength: 4 }),
    appetite: fc.nat({ max: 400 }),
  }),
  fc.record({ kind: fc.constant('take' as const), at, amount }),
  fc.record({
    kind: fc.constant('settle' as const),
    at,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    more: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat({ max: 50 })),
  }),
  fc.record({ kind: fc.constantFrom('record' as const, 'empty' as const), at }),
)

/** What is wrong with the arithmetic over these steps, by an oracle that sees every process; null if nothing. */
function wrong(rule: (standing: Standing) => Granted, limit: number, steps: readonly Step[]): string | null {
  const processes = Array.from({ length: PROCESSES }, (): Process => ({ free: 0, open: [], unrecorded: 0 }))
  let spent = 0
  let leased = 0
  /** Requests that cost more than they had reserved: nobody can know before. */
  let unforeseen = 0
  let largest = 0
  const open = (): number => processes.reduce((sum, one) => sum + one.open.reduce((a, b) => a + b, 0), 0)
  const used = (): number => spent + open() + processes.reduce((sum, one) => sum + one.unrecorded, 0)
  const visit = (process: Process, wants: readonly number[], more: Partial<Standing>): number => {
    const standing = {
      limit,
      spent,
      leased,
      free: process.free,
      wants,
      appetite: 0,
      keepsNothing: false,
      parts: 4,
    }
    const { admitted, change } = rule({ ...standing, ...more })
    leased += change
    process.free += change
    return admitted
  }
  for (const one of steps) {
    const process = processes[one.at]
    if (!process) return 'no such process'
    if (one.kind === 'want') {
      const idleElsewhere = processes.reduce((sum, other) => sum + (other === process ? 0 : other.free), 0)
      const before = used()
      const admitted = visit(process, one.amounts, { appetite: one.appetite })
      let sum = before
      for (const [n, wanted] of one.amounts.entries()) {
        if (n < admitted && sum >= limit) return 'let in without room'
        // What others hold idle counts as used until they have given it back.
        if (n >= admitted && sum + idleElsewhere < limit) return 'refused with room left'
        if (n >= admitted) break
        sum += wanted
        largest = Math.max(largest, wanted)
        process.free -= wanted
        process.open.push(wanted)
      }
      if (process.free < 0 && admitted > 0) return 'let in more than the lease holds'
    } else if (one.kind === 'take') {
      if (process.free < one.amount || spent + leased - process.free >= limit) continue
      largest = Math.max(largest, one.amount)
      process.free -= one.amount
      process.open.push(one.amount)
    } else if (one.kind === 'settle') {
      const reserved = process.open.shift()
      if (reserved === undefined) continue
      const cost = Math.floor(reserved * one.share) + one.more
      unforeseen += Math.max(0, cost - reserved)
      process.free += reserved - cost
      process.unrecorded += cost
      if (process.free < 0) visit(process, [], {})
    } else if (one.kind === 'record') {
      spent += process.unrecorded
      leased -= process.unrecorded
      process.unrecorded = 0
    } else {
      visit(process, [], { keepsNothing: true })
      if (process.free !== 0) return 'kept something'
    }
    const held = processes.reduce((sum, { free, unrecorded }) => sum + free + unrecorded, 0) + open()
    if (held !== leased) return 'leases are not what processes hold'
    if (used() > limit - 1 + largest + unforeseen) return 'spent more than one too many'
  }
  return null
}

const runs = fc.array(step, { maxLength: 60 })
const limits = fc.integer({ min: 1, max: 1000 })

test('whatever three processes do, at most one reservation goes beyond the limit and none is refused below it', () => {
  fc.assert(
    fc.property(limits, runs, (limit, steps) => {
      assert.equal(wrong(grant, limit, steps), null)
    }),
    { numRuns: 400 },
  )
})

const RULES: readonly (readonly [string, (standing: Standing) => Granted])[] = [
  ['lets in what does not fit', (standing) => grant({ ...standing, spent: standing.spent - 30 })],
  ['does not count what others hold', (standing) => grant({ ...standing, leased: standing.free })],
  [
    'counts what it holds idle itself as used',
    (standing) => grant({ ...standing, leased: standing.leased + 1 }),
  ],
  [
    'holds idle what is beyond the limit',
    (standing) => ({ ...grant(standing), change: grant(standing).change + 500 }),
  ],
]
for (const [what, rule] of RULES) {
  test(`a rule that ${what} would be found out`, () => {
    const found = fc.check(
      fc.property(limits, runs, (limit, steps) => wrong(rule, limit, steps) === null),
      { numRuns: 400, seed: 11 },
    )
    assert.equal(found.failed, true)
  })
}
