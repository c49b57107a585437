import type { RouteInput, RouteView } from '@freehold/sdk'

/** A rule as it would be written, of a rule as it is shown; what is usual is left out. */
export function routeInputOf(rule: RouteView): RouteInput {
  const { class: classes, model, service, share } = rule.when
  return {
    when: {
      ...(classes !== null && { class: classes }),
      ...(model !== null && { model }),
      ...(service !== null && { service }),
      ...(share !== null && { share }),
    },
    to: rule.to,
    ...(rule.affinity !== undefined && { affinity: rule.affinity }),
    ...(rule.hedge !== undefined && { hedge: rule.hedge }),
    ...(rule.desensitise !== 'strict' && { desensitise: rule.desensitise }),
    ...(rule.opaque !== 'refuse' && { opaque: rule.opaque }),
    ...(rule.cache !== null && { cache: rule.cache }),
    ...(rule.timeouts !== null && { timeouts: rule.timeouts }),
    ...(rule.limits !== null && { limits: rule.limits }),
  }
}

/** The rules of the settings as one would send them again; those of the file stay by themselves. */
export const settingsRules = (rules: readonly RouteView[]): readonly RouteInput[] =>
  rules.filter(({ origin }) => origin === 'settings').map(routeInputOf)

/** Rules as somebody typed them; null where that is no list. What is in them the server judges. */
export function readRules(text: string): readonly RouteInput[] | null {
  try {
    const read: unknown = JSON.parse(text)
    // The server refuses what is no rule, by its place.
    return Array.isArray(read) ? (read as readonly RouteInput[]) : null
  } catch {
    return null
  }
}
