import { z } from 'zod'
import { Secret } from '../secret.ts'
import { syslogRow, witnessesRow } from './audit-keys.ts'
import { bucketOf, isBucketText } from './bucket.ts'
import { isOrigin } from './origin.ts'
import { connectionsRow } from './connection-keys.ts'
import { CONVERSATION_KEYS } from './conversation-keys.ts'
import { desensitiseRow, foundRow, tenantProfilesRow } from './desensitise-keys.ts'
import { detectorsRow } from './detector-keys.ts'
import { integer, row } from './key-row.ts'
import { KNOWLEDGE_KEYS } from './knowledge-keys.ts'
import { localModelsRow } from './local-model-keys.ts'
import { otlpRow, s3Row } from './remote-keys.ts'
import { RUN_KEYS } from './run-keys.ts'
import { SKILL_KEYS } from './skill-keys.ts'
import { skillRepositoriesRow } from './skill-repository-keys.ts'
import { SOURCE_KEYS } from './source-keys.ts'
import { awsRow, KEY_PROVIDERS, nextRow, pkcs11Row, vaultRow } from './root-keys.ts'
import {
  alertAtRow,
  groupLimitsRow,
  keyLimitsRow,
  listenRow,
  privateOnlyRow,
  routesRow,
  targetsRow,
  tenantLimitsRow,
  tlsRow,
  userLimitsRow,
} from './structured-keys.ts'

const MIB = 1024 * 1024

const DSN = 'a postgres:// DSN (special characters in the password written as %XX)'
const dsn = z
  .string()
  .refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text))
  .transform((text) => new Secret(text))
  .optional()

/** Every key of the configuration. The paths are a public contract: documentation, environment and flags follow them. */
export const KEYS = {
  listen: listenRow,
  publicUrl: row({
    schema: z
      .string()
      .refine(isOrigin)
      .transform((text) => new URL(text).origin)
      .optional(),
    meaning: 'Address under which people reach the server, when a proxy stands in front of it.',
    expects: 'an http or https address without path or user, as in https://ai.example.org',
    reload: 'restart',
  }),
  tls: tlsRow,
  database: row({
    schema: dsn,
    meaning:
      'DSN of an external PostgreSQL 15 or newer; absent, Freehold runs its own in the data directory.',
    expects: DSN,
    reload: 'restart',
    secret: true,
  }),
  tenantDatabases: row({
    schema: dsn,
    meaning:
      'DSN of a login on the server of `database` that may make databases and logins, for tenants with a database of their own; absent, there are none there.',
    expects: DSN,
    reload: 'restart',
    secret: true,
  }),
  blobs: row({
    schema: z
      .string()
      .min(1)
      .refine((text) =>
        isBucketText(text)
          ? bucketOf(text) !== null
          : !/^[a-z][a-z\d+.-]+:/i.test(text) && !text.includes('\0'),
      )
      .optional(),
    meaning:
      'Directory for documents and index segments, encrypted, or a bucket of the object store in `s3`; absent, `blobs` in the data directory.',
    expects: 'the path of a local directory, or s3://bucket or s3://bucket/prefix',
    reload: 'restart',
    path: true,
  }),
  s3: s3Row,
  'keys.provider': row({
    schema: z.enum(KEY_PROVIDERS).default('file'),
    meaning:
      'Who keeps the root key: `file` is a file that only its owner can read; the others need the section `keys.vault`, `keys.aws` or `keys.pkcs11`.',
    expects: 'one of file, vault-transit, aws-kms, pkcs11',
    reload: 'restart',
  }),
  'keys.path': row({
    schema: z
      .string()
      .min(1)
      .max(4096)
      .refine((text) => !text.includes('\0'))
      .optional(),
    meaning:
      'The file of the root key with the provider `file`; absent, `keys/root.key` in the data directory.',
    expects: 'the path of a file',
    reload: 'restart',
    path: true,
  }),
  'keys.passphrase': row({
    schema: z
      .string()
      .min(1)
      .max(1024)
      .refine((text) => !/[\r\n\0]/.test(text))
      .transform((text) => new Secret(text))
      .optional(),
    meaning:
      'Passphrase that opens the root key; at the first start the key is made under it. Later `freehold kek passphrase` sets, changes and removes it.',
    expects: 'one line of at most 1024 characters, best as ${file:PATH}',
    reload: 'restart',
    secret: true,
  }),
  'keys.vault': vaultRow,
  'keys.aws': awsRow,
  'keys.pkcs11': pkcs11Row,
  'keys.next': nextRow,
  targets: targetsRow,
  localModels: localModelsRow,
  routes: routesRow,
  'limits.tenant': tenantLimitsRow,
  'limits.key': keyLimitsRow,
  'limits.users': userLimitsRow,
  'limits.groups': groupLimitsRow,
  'limits.alertAt': alertAtRow,
  'classes.privateOnly': privateOnlyRow,
  'classes.found': foundRow,
  desensitise: desensitiseRow,
  detectors: detectorsRow,
  'identity.connections': connectionsRow,
  'identity.endedDays': row({
    schema: integer(1, 3650).default(90),
    meaning: 'How long invitations that ran out and keys that were revoked or expired are kept, in days.',
    expects: 'a whole number of days from 1 to 3650',
    reload: 'live',
  }),
  'privacy.egressDays': row({
    schema: integer(0, 3650).default(7),
    meaning:
      'How long it is kept, encrypted, what left for managed targets and what came back before values were put back, in days; 0: it is not kept.',
    expects: 'a whole number of days from 0 to 3650',
    reload: 'live',
  }),
  'privacy.vaultDays': row({
    schema: integer(1, 3650).default(90),
    meaning:
      'How long it is kept what stands for what in a named conversation, in days since something new was masked in it.',
    expects: 'a whole number of days from 1 to 3650',
    reload: 'live',
  }),
  'privacy.dictionaryIdleMinutes': row({
    schema: integer(1, 525_600).default(60),
    meaning:
      'How long the dictionaries of a tenant stay in memory when no request of it needs them, in minutes. The next one waits until they are read again.',
    expects: 'a whole number of minutes from 1 to 525600',
    reload: 'live',
  }),
  'privacy.dictionaryMemoryMb': row({
    schema: integer(1, 65_536).default(64),
    meaning:
      'Memory for the dictionaries of all tenants, in megabytes: 100,000 terms take about 30. Beyond it those used longest ago are let go, until they are needed again.',
    expects: 'a whole number of megabytes from 1 to 65536',
    reload: 'live',
  }),
  'privacy.tenants': tenantProfilesRow,
  'log.level': row({
    schema: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    meaning: 'Least severity that is logged.',
    expects: 'one of debug, info, warn, error',
    reload: 'live',
  }),
  ...KNOWLEDGE_KEYS,
  ...CONVERSATION_KEYS,
  ...RUN_KEYS,
  ...SKILL_KEYS,
  ...SOURCE_KEYS,
  skillRepositories: skillRepositoriesRow,
  'records.writeAhead': row({
    schema: z.boolean().default(true),
    meaning:
      'Whether each request is written to the write-ahead file before anything leaves; off, a crash loses the records of requests under way.',
    expects: 'true or false',
    reload: 'restart',
  }),
  'records.maxUnshippedBytes': row({
    schema: z
      .int()
      .min(MIB)
      .default(256 * MIB),
    meaning:
      'Most bytes of the write-ahead file that may wait for the database; above it, requests that must be recorded are refused.',
    expects: `a whole number of bytes, ${MIB} (1 MiB) or more`,
    reload: 'live',
  }),
  'records.keepDays': row({
    schema: integer(1, 3650).default(90),
    meaning: 'How long the records of requests are kept, in days.',
    expects: 'a whole number of days from 1 to 3650',
    reload: 'live',
  }),
  'audit.keepDays': row({
    schema: integer(365, 36_500).default(2557),
    meaning:
      'How long what audit events say is kept, in days (default: seven years). Their entries in the log stay.',
    expects: 'a whole number of days from 365 (one year) to 36500',
    reload: 'live',
  }),
  'audit.log': row({
    schema: z.boolean().default(true),
    meaning:
      'Whether what is recorded becomes entries of the signed audit log; off, it is recorded and waits, and nothing shows that it was changed.',
    expects: 'true or false',
    reload: 'restart',
  }),
  'audit.syslog': syslogRow,
  'audit.witnesses': witnessesRow,
  'circuit.failures': row({
    schema: integer(0, 1000).default(5),
    meaning:
      'Failures in a row at which a target is left alone for a while, counted for each of its models; 0: never.',
    expects: 'a whole number from 0 to 1000',
    reload: 'live',
  }),
  'circuit.openMs': row({
    schema: integer(100, 60_000).default(2000),
    meaning:
      'How long a failing target is left alone at first, in milliseconds; each further time twice as long, one minute at most.',
    expects: 'a whole number of milliseconds from 100 to 60000',
    reload: 'live',
  }),
  'cache.maxBytes': row({
    schema: integer(0, 1024 * MIB).default(64 * MIB),
    meaning:
      'Memory of one process for kept answers, in bytes; an answer is kept only where its rule says so. 0: none is, whatever the rules say.',
    expects: `a whole number of bytes from 0 to ${1024 * MIB} (1 GiB)`,
    reload: 'live',
  }),
  'cache.maxEntryBytes': row({
    schema: integer(1024, 4 * MIB).default(MIB),
    meaning: 'Largest answer that is kept, in bytes.',
    expects: `a whole number of bytes from 1024 to ${4 * MIB} (4 MiB)`,
    reload: 'live',
  }),
  'balance.slowStartMs': row({
    schema: integer(0, 3_600_000).default(30_000),
    meaning:
      'How long the share of a target in a group grows after it was added or came back, in milliseconds; 0: it has all of it at once.',
    expects: 'a whole number of milliseconds from 0 to 3600000 (one hour)',
    reload: 'live',
  }),
  'balance.ejectPercent': row({
    schema: integer(0, 100).default(50),
    meaning:
      'Percent of failed calls at which a target is taken out of its groups for a while, as long as circuit.openMs says; 0: never.',
    expects: 'a whole number of percent from 0 to 100',
    reload: 'live',
  }),
  'sockets.max': row({
    schema: integer(0, 100_000).default(1000),
    meaning: 'Most WebSockets that may be open at one time; 0: none are taken.',
    expects: 'a whole number from 0 to 100000',
    reload: 'live',
  }),
  'sockets.perCaller': row({
    schema: integer(1, 100_000).default(50),
    meaning: 'Most WebSockets that one caller may have open at one time.',
    expects: 'a whole number from 1 to 100000',
    reload: 'live',
  }),
  'sockets.idleMs': row({
    schema: integer(1000, 86_400_000).default(300_000),
    meaning: 'How long a WebSocket may stay open on which nothing is asked and nothing is answered.',
    expects: 'a whole number of milliseconds from 1000 to 86400000 (one day)',
    reload: 'live',
  }),
  'sockets.pingMs': row({
    schema: integer(100, 600_000).default(30_000),
    meaning:
      'How often each WebSocket is looked at: its client must answer a ping, and its key or session must still be good.',
    expects: 'a whole number of milliseconds from 100 to 600000 (ten minutes)',
    reload: 'live',
  }),
  'drain.timeoutMs': row({
    schema: integer(0, 3_600_000).default(600_000),
    meaning: 'How long running streams may finish after a stop was asked for, in milliseconds.',
    expects: 'a whole number of milliseconds from 0 to 3600000 (one hour)',
    reload: 'live',
  }),
  'drain.propagationMs': row({
    schema: integer(0, 120_000).default(0),
    meaning:
      'How long new connections are still taken after the readiness probe turned red, in milliseconds; about 8000 behind a load balancer.',
    expects: 'a whole number of milliseconds from 0 to 120000 (two minutes)',
    reload: 'live',
  }),
  'metrics.seriesCap': row({
    schema: integer(100, 1_000_000).default(2000),
    meaning: 'Most time series of one metric; further label values share the series `_other`.',
    expects: 'a whole number from 100 to 1000000',
    reload: 'restart',
  }),
  'telemetry.otlp': otlpRow,
  'storage.reserveBytes': row({
    schema: z
      .int()
      .min(0)
      .default(64 * MIB),
    meaning: 'Free disk space below which writes are refused, in bytes.',
    expects: 'a whole number of bytes, 0 or more',
    reload: 'live',
  }),
} as const

export type ConfigKey = keyof typeof KEYS
// The table is closed, so its keys are exactly these; Object.keys only says string.
export const CONFIG_KEYS = Object.keys(KEYS) as readonly ConfigKey[]

/** Keys whose value has fields of its own, and keys whose value has none. */
export type StructuredKey = {
  [K in ConfigKey]: (typeof KEYS)[K] extends { readonly read: unknown } ? K : never
}[ConfigKey]
export type ScalarKey = Exclude<ConfigKey, StructuredKey>

export function isStructured(key: ConfigKey): key is StructuredKey {
  return 'read' in KEYS[key]
}

export function isConfigKey(path: string): path is ConfigKey {
  return Object.hasOwn(KEYS, path)
}

/** Names of the sections, such as `log`. */
export const SECTIONS: readonly string[] = [
  ...new Set(CONFIG_KEYS.filter((key) => key.includes('.')).map((key) => key.slice(0, key.indexOf('.')))),
]
