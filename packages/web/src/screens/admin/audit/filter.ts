import type { AuditQuery } from '@freehold/sdk'

/** What the address says; times as a person writes them, by the clock of the reader. */
export interface AuditFilter {
  readonly action?: string
  readonly actor?: string
  readonly subject?: string
  readonly request?: string
  readonly outcome?: 'done' | 'refused'
  readonly since?: string
  readonly until?: string
}

const NAMES = ['action', 'actor', 'subject', 'request', 'since', 'until'] as const

/** What of an address is a filter. */
export function readFilter(search: Readonly<Record<string, unknown>>): AuditFilter {
  const said = NAMES.flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  const outcome = search['outcome']
  return {
    ...Object.fromEntries(said),
    ...((outcome === 'done' || outcome === 'refused') && { outcome }),
  }
}

/** The same as the server takes it; `idOf` turns names of people into ids. */
export function queryOf(filter: AuditFilter, idOf: (text: string) => string): AuditQuery {
  const { action, actor, subject, request, outcome, since, until } = filter
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor: idOf(actor) }),
    ...(subject !== undefined && { subject: idOf(subject) }),
    ...(request !== undefined && { request }),
    ...(outcome !== undefined && { outcome }),
    ...instant('since', since),
    ...instant('until', until),
  }
}

function instant(name: 'since' | 'until', text: string | undefined): AuditQuery {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? {} : { [name]: new Date(time).toISOString() }
}
