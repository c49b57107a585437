import { z } from 'zod'
import type { Named } from './remark.ts'
import { filled, remarkOf } from './remark.ts'

/** Why a target that a rule names is passed over, by code. The codes are a public contract. */
export const SKIPS = {
  class_stays: 'content of class {class} never leaves',
  model_not_offered: 'it does not offer this model',
  draining: 'it is being drained',
  conversations_only: 'the built-in engine answers conversations only',
  is_service: 'it is a service',
  other_dialect: 'it speaks the {dialect} dialect only',
  value_stays: 'a value of type {type} is in it, which never leaves here',
  value_not_masked: 'a value of type {type} is where it cannot be masked',
  not_readable: 'it holds {content}, which cannot be read here',
  not_searchable: 'it cannot be searched for personal data',
  profile_gone: 'the profile by which it would be masked is not there any more',
  to_stay: 'it is to be kept private',
  out_of_reach: 'the tenant may not reach it',
  policy: 'the policy "{policy}" forbids it. {advice}',
  no_price: 'there is a limit of money, and it has no price',
} as const

type Sentences = typeof SKIPS
export type SkipCode = keyof Sentences

/** `reason` is the same in English. */
export const skipped = remarkOf(SKIPS).extend({ target: z.string(), reason: z.string() })

export interface Skip extends Pick<z.output<typeof skipped>, 'code' | 'params'> {
  readonly reason: string
}

/** `reason`: the sentence of somebody who says it otherwise. */
export function skip<Code extends SkipCode>(
  code: Code,
  ...[params = {}, reason]: [keyof Named<Sentences[Code]>] extends [never]
    ? [params?: Record<string, never>, reason?: string]
    : [params: Named<Sentences[Code]>, reason?: string]
): Skip {
  return { code, params, reason: reason ?? filled(SKIPS[code], params) }
}

export const isSkipCode = (code: string): code is SkipCode => Object.hasOwn(SKIPS, code)
