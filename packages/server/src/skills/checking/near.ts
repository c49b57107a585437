import type { Signal } from './signal.ts'
import type { NearRule } from './rule.ts'
import { MOST_PER_FILE } from './rule.ts'

export interface Placed extends Signal {
  readonly line: number
}

export interface NearFinding {
  readonly rule: string
  readonly signal: Placed
}

/** The rules whose signals stand near each other in one file. */
export function nearFindings(
  rules: Readonly<Record<string, NearRule>>,
  signals: readonly Placed[],
  sort: 'prose' | 'code',
): readonly NearFinding[] {
  const byName = Map.groupBy(signals, ({ name }) => name)
  const of = (names: readonly string[]): readonly Placed[] => names.flatMap((name) => byName.get(name) ?? [])
  return Object.entries(rules).flatMap(([rule, { near, within, only }]) => {
    if (only !== undefined && only !== sort) return []
    const [first = [], ...others] = near
    const groups = others.map(of)
    if (groups.some((group) => group.length === 0)) return []
    const found = of(first)
      .filter((signal) =>
        groups.every((group) =>
          group.some((other) => other !== signal && Math.abs(other.line - signal.line) <= within),
        ),
      )
      .toSorted((one, other) => one.start - other.start)
    const lines = new Set<number>()
    return found
      .filter(({ line }) => !lines.has(line) && lines.add(line))
      .slice(0, MOST_PER_FILE)
      .map((signal) => ({ rule, signal }))
  })
}
