import type { SourceKind, SourceOrigin } from '@freehold/sdk'

export interface SourceField {
  readonly name: string
  readonly kind: 'text' | 'secret' | 'number' | 'lines' | 'flag'
  readonly isRequired?: boolean
  /** What stands there when nobody says otherwise. */
  readonly initial?: string | boolean
  readonly example?: string
}

const url = { name: 'url', kind: 'text', isRequired: true } as const
const user = { name: 'user', kind: 'text' } as const
const secret = { name: 'secret', kind: 'secret' } as const

/** What the form asks for, by the kind of source. */
export const SOURCE_FIELDS: Readonly<Record<Exclude<SourceKind, 'rest'>, readonly SourceField[]>> = {
  folder: [{ name: 'path', kind: 'text', isRequired: true, example: '/srv/papers' }],
  web: [
    { name: 'start', kind: 'lines', isRequired: true, example: 'https://docs.example.org/' },
    { name: 'hosts', kind: 'lines' },
    { name: 'depth', kind: 'number', initial: '3' },
    { name: 'maxPages', kind: 'number', initial: '500' },
  ],
  git: [
    { ...url, example: 'https://git.example.org/team/handbook.git' },
    { name: 'branch', kind: 'text' },
    { name: 'path', kind: 'text' },
    user,
    secret,
  ],
  webdav: [{ ...url, example: 'https://cloud.example.org/dav/papers/' }, user, secret],
  s3: [
    { name: 'endpoint', kind: 'text', isRequired: true, example: 'https://s3.example.org' },
    { name: 'bucket', kind: 'text', isRequired: true },
    { name: 'region', kind: 'text', initial: 'us-east-1' },
    { name: 'prefix', kind: 'text' },
    { name: 'accessKeyId', kind: 'text', isRequired: true },
    { ...secret, isRequired: true },
    { name: 'pathStyle', kind: 'flag', initial: true },
  ],
  imap: [
    { name: 'host', kind: 'text', isRequired: true, example: 'mail.example.org' },
    { name: 'port', kind: 'number', initial: '993' },
    { name: 'mailbox', kind: 'text', initial: 'INBOX' },
    { ...user, isRequired: true },
    { ...secret, isRequired: true },
  ],
}

export type FormKind = keyof typeof SOURCE_FIELDS
export type SourceValues = Readonly<Record<string, string | boolean>>

export const initialValues = (kind: FormKind): SourceValues =>
  Object.fromEntries(
    SOURCE_FIELDS[kind].map(({ name, kind: type, initial }) => [
      name,
      initial ?? (type === 'flag' ? false : ''),
    ]),
  )

/** The fields that still lack something. */
export const missingOf = (kind: FormKind, values: SourceValues): readonly string[] =>
  SOURCE_FIELDS[kind]
    .filter(({ name, isRequired }) => isRequired && String(values[name] ?? '').trim() === '')
    .map(({ name }) => name)

/** What the form says, as the server takes it; empty fields are left out. */
export function originOf(kind: FormKind, values: SourceValues): SourceOrigin {
  const said = SOURCE_FIELDS[kind].flatMap(({ name, kind: type }): [string, unknown][] => {
    const value = values[name]
    if (type === 'flag') return [[name, value === true]]
    const text = String(value ?? '').trim()
    if (text === '') return []
    if (type === 'number') return [[name, Number(text)]]
    if (type === 'lines') return [[name, text.split(/\s+/)]]
    return [[name, text]]
  })
  // The server checks every field once more, and names the one that it cannot take.
  return { kind, ...Object.fromEntries(said) } as SourceOrigin
}
