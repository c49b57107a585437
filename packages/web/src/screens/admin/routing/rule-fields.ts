import type { DataClass, RouteInput } from '@freehold/sdk'
import { whenOf } from './rule-drafts.ts'

/** A rule as it is typed in. */
export interface RuleTexts {
  readonly kind: 'model' | 'service'
  /** Patterns of models or names of services, parted by commas; empty: any. */
  readonly names: string
  readonly classes: readonly DataClass[]
  /** In per cent; empty: all. */
  readonly share: string
  /** Steps in the order in which they are tried; several in one step are a group. */
  readonly to: readonly (readonly string[])[]
  readonly desensitise: string
  readonly opaque: boolean
  readonly hedge: string
  readonly cacheSeconds: string
  readonly isCacheShared: boolean
  readonly maxOutputTokens: string
  readonly rpm: string
  readonly concurrent: string
}

export const NO_RULE: RuleTexts = {
  kind: 'model',
  names: '',
  classes: [],
  share: '',
  to: [],
  desensitise: 'strict',
  opaque: false,
  hedge: '',
  cacheSeconds: '',
  isCacheShared: false,
  maxOutputTokens: '',
  rpm: '',
  concurrent: '',
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : `${value}`)

export function ruleTextsOf(rule: RouteInput): RuleTexts {
  const when = whenOf(rule)
  return {
    kind: when.service === null ? 'model' : 'service',
    names: (when.model ?? when.service ?? []).join(', '),
    classes: when.class ?? [],
    share: when.share === null ? '' : `${Math.round(when.share * 10_000) / 100}`,
    to: rule.to.map((step) => (typeof step === 'string' ? [step] : step)),
    desensitise: rule.desensitise ?? 'strict',
    opaque: rule.opaque === 'allow',
    hedge: textOf(rule.hedge?.afterMs),
    cacheSeconds: textOf(rule.cache?.ttlSeconds),
    isCacheShared: rule.cache?.scope === 'tenant',
    maxOutputTokens: textOf(rule.limits?.maxOutputTokens),
    rpm: textOf(rule.limits?.rpm),
    concurrent: textOf(rule.limits?.concurrent),
  }
}

const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))

/** The rule as it is sent; what the form does not ask for stays as it was. */
export function ruleOf(typed: RuleTexts, before: RouteInput | null = null): RouteInput {
  const names = typed.names
    .split(/[\s,，、]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const share = numberIn(typed.share)
  const hedge = numberIn(typed.hedge)
  const ttlSeconds = numberIn(typed.cacheSeconds)
  const limits = {
    ...(before?.limits?.maxBodyBytes !== undefined && { maxBodyBytes: before.limits.maxBodyBytes }),
    ...(typed.kind === 'model' && asLimit('maxOutputTokens', typed.maxOutputTokens)),
    ...asLimit('rpm', typed.rpm),
    ...asLimit('concurrent', typed.concurrent),
  }
  return {
    when: {
      ...(typed.classes.length > 0 && { class: [...typed.classes] }),
      ...(names.length > 0 && { [typed.kind]: names }),
      ...(share !== undefined && { share: share / 100 }),
    },
    to: typed.to.map((step) => (step.length === 1 ? (step[0] ?? '') : [...step])),
    ...(before?.affinity !== undefined && { affinity: before.affinity }),
    ...(typed.kind === 'model' && hedge !== undefined && { hedge: { afterMs: hedge } }),
    ...(typed.desensitise !== 'strict' && { desensitise: typed.desensitise }),
    ...(typed.opaque && { opaque: 'allow' }),
    ...(typed.kind === 'model' &&
      ttlSeconds !== undefined && {
        cache: { ttlSeconds, ...(typed.isCacheShared && { scope: 'tenant' }) },
      }),
    ...(before?.timeouts !== undefined && { timeouts: before.timeouts }),
    ...(Object.keys(limits).length > 0 && { limits }),
  }
}

function asLimit(name: 'maxOutputTokens' | 'rpm' | 'concurrent', text: string): Record<string, number> {
  const value = numberIn(text)
  return value === undefined ? {} : { [name]: value }
}
