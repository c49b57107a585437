import type { Json } from '../log/canonical.ts'

/** What an entry of the log tells of, as receivers elsewhere are told. */
export interface AuditRecord {
  readonly leaf: number
  readonly tenant: string
  readonly id: string
  /** RFC 3339, with microseconds. */
  readonly at: string
  /** An audit event, or `request.left`. */
  readonly action: string
  readonly outcome: 'done' | 'refused'
  /** Null where it was erased. */
  readonly actor: string | null
  readonly subject: string | null
  readonly request: string | null
  readonly from: string | null
  readonly reason: string | null
  readonly detail: Json
}

interface Opening {
  readonly leaf: number
  readonly entry: string
  readonly values: Readonly<Record<string, unknown>>
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Reads what an entry and its values say. */
export function recordOf({ leaf, entry, values }: Opening): AuditRecord {
  // We wrote it ourselves, as an object.
  const open = JSON.parse(entry) as Record<string, unknown>
  const said = { leaf, tenant: String(open['tenant']), id: String(open['id']) }
  if (open['kind'] === 'event') {
    return {
      ...said,
      at: String(open['at']),
      action: String(open['action']),
      outcome: open['outcome'] === 'refused' ? 'refused' : 'done',
      request: textOf(open['request']),
      actor: textOf(values['actor']),
      subject: textOf(values['subject']),
      from: textOf(values['from']),
      reason: textOf(values['reason']),
      detail: detailOf(values),
    }
  }
  const record = values['record'] as Readonly<Record<string, Json>> | undefined
  return {
    ...said,
    at: textOf(record?.['at']) ?? String(open['logged']),
    action: open['kind'] === 'request' ? 'request.left' : 'entry.lost',
    outcome: record?.['state'] === 'failed' ? 'refused' : 'done',
    request: open['kind'] === 'request' ? said.id : null,
    actor: textOf(record?.['principal']),
    subject: textOf(record?.['target']),
    from: null,
    reason: null,
    detail: record ?? null,
  }
}

function detailOf({ detail, before, after }: Readonly<Record<string, unknown>>): Json {
  const said = {
    ...(detail as object),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  }
  return said as Json
}
