import type { RouteInput, RouteView } from '@freehold/sdk'
import { routeInputOf } from '../../trust/route-inputs.ts'

/** A rule of the settings while it is edited; its key stays while its place changes. */
export interface Draft {
  readonly key: string
  readonly rule: RouteInput
}

export const draftsOf = (rules: readonly RouteView[]): readonly Draft[] =>
  rules
    .filter(({ origin }) => origin === 'settings')
    .map((rule) => ({ key: rule.id, rule: routeInputOf(rule) }))

/** With the one at `from` at another place; unchanged where there is no such place. */
export function moved(drafts: readonly Draft[], from: number, to: number): readonly Draft[] {
  const draft = drafts[from]
  if (draft === undefined || to < 0 || to >= drafts.length) return drafts
  return drafts.toSpliced(from, 1).toSpliced(to, 0, draft)
}

export const isSame = (some: readonly Draft[], others: readonly Draft[]): boolean =>
  JSON.stringify(some.map(({ rule }) => rule)) === JSON.stringify(others.map(({ rule }) => rule))

const listed = (names: string | readonly string[] | undefined): string[] | null =>
  names === undefined ? null : typeof names === 'string' ? [names] : [...names]

/** As it would be shown, to be said in words. */
export const whenOf = ({ when }: RouteInput): RouteView['when'] => ({
  class: when?.class === undefined ? null : [...when.class],
  model: listed(when?.model),
  service: listed(when?.service),
  share: when?.share ?? null,
})
