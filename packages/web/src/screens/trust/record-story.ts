import type { RequestView } from '@freehold/sdk'

export type Outcome = 'local' | 'private' | 'managed' | 'kept' | 'stayed' | 'refused' | 'open' | 'unknown'

/** Refusals that keep something at home, as opposed to those that say nothing of where it may go. */
const STAYING: ReadonlySet<string> = new Set(['stays_home', 'above_ceiling', 'no_route', 'not_allowed'])

/** What became of a request, in the terms of somebody who asks where it went. */
export function outcomeOf(
  record: Pick<RequestView, 'state' | 'code' | 'status' | 'zone' | 'cached'>,
): Outcome {
  if (record.state === 'admitted') return 'open'
  if (record.state === 'unknown') return 'unknown'
  if (record.code !== null && record.code !== 'ok') return STAYING.has(record.code) ? 'stayed' : 'refused'
  // The target answered, and its answer was a refusal.
  if (record.status !== null && record.status >= 400) return 'refused'
  if (record.cached) return 'kept'
  return record.zone ?? 'refused'
}

/** What made its class what it is, in the lines that an explanation has. */
export function becauseOf({
  class: reached,
  classes,
  findings,
}: Pick<RequestView, 'class' | 'classes' | 'findings'>): readonly string[] {
  const order = ['public', 'internal', 'confidential', 'restricted']
  const rises = (one: string, other: string): boolean => order.indexOf(one) > order.indexOf(other)
  const lines = [`caller: ${classes.base}`]
  let at: string = classes.base
  for (const by of ['declared', 'conversation'] as const) {
    const next = classes[by]
    if (next === null || !rises(next, at)) continue
    lines.push(`${by}: ${next}`)
    at = next
  }
  if (classes.found !== null && reached !== at)
    lines.push(`found ${Object.keys(findings).join(', ')}: ${classes.found}`)
  return lines
}
