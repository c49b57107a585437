import { z } from 'zod'
import { Secret } from '../secret.ts'
import { LISTEN, listenAddress } from './listen-address.ts'
import { isAddress } from './remote-keys.ts'
import { belongTogether } from './pem.ts'
import type { Building } from './structured.ts'
import { structured } from './structured.ts'

/** A syslog receiver (RFC 5424 over RFC 5425) of the audit log. */
export interface SyslogSetting {
  readonly host: string
  readonly port: number
  readonly body: 'json' | 'ocsf' | 'cef'
  /** Null: plain TCP, which somebody wrote down. PEM text. */
  readonly tls: {
    readonly ca: string | null
    readonly cert: string | null
    readonly key: Secret<string> | null
  } | null
}

/** Somebody who signs that the log only grew (C2SP tlog-witness). */
export interface WitnessSetting {
  /** `/add-checkpoint` lies below it. */
  readonly url: string
  /** C2SP verifier key of a cosignature. */
  readonly key: string
}

const path = z.string().min(1).max(4096)
const syslog = z.strictObject({
  address: z
    .string()
    .regex(LISTEN, 'must be host:port, as in siem.example.org:6514')
    .refine((text) => listenAddress(text) !== null, 'must be host:port, as in siem.example.org:6514'),
  body: z.enum(['json', 'ocsf', 'cef']).default('json'),
  tls: z
    .union([
      z.literal('off'),
      z.strictObject({ ca: path.optional(), cert: path.optional(), key: path.optional() }),
    ])
    .optional(),
})

export const syslogRow = structured({
  schema: syslog.optional(),
  meaning:
    'Where every entry of the audit log and its checkpoints are sent, as syslog (RFC 5424) over TLS (RFC 5425): `address`, and as needed `tls` with the PEM files `ca`, `cert` and `key`, or `off` for plain TCP, and `body`: json, ocsf or cef. Absent, nothing is sent. What is sent names principals, subjects and addresses, never content.',
  expects: 'a section with address and, as needed, tls and body',
  reload: 'restart',
  shown: (setting: SyslogSetting | undefined) =>
    setting && {
      ...setting,
      tls: setting.tls && Object.fromEntries(Object.keys(setting.tls).map((name) => [name, '[PEM]'])),
    },
  build: (written, building): SyslogSetting | undefined => written && buildSyslog(written, building),
})

function buildSyslog(written: z.output<typeof syslog>, { pem, refuse }: Building): SyslogSetting {
  const { host = '', port = 0 } = listenAddress(written.address) ?? {}
  const files = typeof written.tls === 'object' ? written.tls : {}
  const take = (name: 'ca' | 'cert' | 'key'): string | null => {
    const file = files[name]
    if (file === undefined) return null
    const found = name === 'key' ? pem.key(file) : pem.certificates(file)
    if (found.ok) return found.text
    refuse(['tls', name], found.message)
    return null
  }
  const [ca, cert, key] = [take('ca'), take('cert'), take('key')]
  if ((files.cert === undefined) !== (files.key === undefined))
    refuse(['tls'], 'needs cert and key together, or neither')
  else if (cert !== null && key !== null && !belongTogether(cert, key))
    refuse(['tls', 'key'], 'does not belong to cert')
  return {
    host,
    port,
    body: written.body,
    tls: written.tls === 'off' ? null : { ca, cert, key: key === null ? null : new Secret(key) },
  }
}

const witness = z.strictObject({
  url: z
    .string()
    .max(500)
    .refine(isAddress, 'must be an http or https address without user, query or fragment'),
  key: z
    .string()
    .max(500)
    .regex(/^[^\s+]+\+[\da-f]{8}\+[\w+/]+={0,2}$/, 'must be a verifier key: name+id+key'),
})

export const witnessesRow = structured({
  schema: z.array(witness).max(16).default([]),
  meaning:
    'Witnesses (C2SP tlog-witness) that are asked to cosign the checkpoints of the audit log, each with `url` and `key`. What they are sent is hashes and sizes only.',
  list: true,
  expects: 'a list of witnesses, each with url and key',
  reload: 'restart',
  build: (written): readonly WitnessSetting[] =>
    written.map(({ url, key }) => ({ url: url.replace(/\/+$/, ''), key })),
})
