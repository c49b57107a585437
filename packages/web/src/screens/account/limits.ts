import type { Limits } from '@freehold/sdk'

export const LIMITS = [
  'rpm',
  'concurrent',
  'tokensPerDay',
  'moneyPerDay',
  'tokensPerMonth',
  'moneyPerMonth',
] as const satisfies readonly (keyof Limits)[]

/** As they are typed in: an empty text bounds nothing. */
export type LimitTexts = Readonly<Partial<Record<(typeof LIMITS)[number], string>>>

export const textsOf = (limits: Limits): LimitTexts =>
  Object.fromEntries(
    LIMITS.flatMap((name) => (limits[name] === undefined ? [] : [[name, `${limits[name]}`]])),
  )

/** What was typed in as numbers; what is none comes out as NaN, which the server refuses by its name. */
export const limitsOf = (texts: LimitTexts): Limits =>
  Object.fromEntries(
    LIMITS.flatMap((name) => {
      const text = texts[name]?.trim() ?? ''
      return text === '' ? [] : [[name, Number(text)]]
    }),
  )
