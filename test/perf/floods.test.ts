import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuOf, searched } from './floods.ts'
import type { HostileKind } from './hostile-pieces.ts'
import { HOSTILE_KINDS } from './hostile-texts.ts'

/** Characters, each four times the one before. */
const SIZES = [1000, 4000, 16_000] as const
/** What a timer cannot tell apart. */
const SLACK_S = 0.004

/**
 * Kinds of which four times the text costs more than six times as much, each time they are tried, and from each size
 * to the next: a text that holds its first whole row only at 4000 characters is dearer there for once, not steeper.
 */
function steep(kinds: readonly HostileKind[], search: (text: string) => unknown): string[] {
  const [short, long, longest] = SIZES
  const costs = (rounds: number, { make }: HostileKind, from: number, to: number) =>
    cpuOf(make(to), rounds, search) > 6 * cpuOf(make(from), rounds, search) + SLACK_S
  return kinds
    .filter((kind) => costs(1, kind, short, long))
    .filter((kind) => [3, 8].every((rounds) => costs(rounds, kind, short, long)))
    .filter((kind) => [3, 8].every((rounds) => costs(rounds, kind, long, longest)))
    .map(({ name }) => name)
}

test('four times as much of any hostile text costs about four times as much', () => {
  assert.ok(HOSTILE_KINDS.length >= 40)
  for (const { make } of HOSTILE_KINDS) searched(make(SIZES[0]))
  assert.deepEqual(steep(HOSTILE_KINDS, searched), [])
})

test('the measure notices a search whose cost grows faster than the text', () => {
  const kinds = HOSTILE_KINDS.slice(0, 2)
  const looksBack = (text: string): number => {
    let found = 0
    for (let at = 0; at < text.length; at += 1)
      for (let back = at; back > 0; back -= 1) found += text.charCodeAt(back) === text.charCodeAt(at) ? 1 : 0
    return found
  }
  assert.equal(steep(kinds, looksBack).length, kinds.length)
})
