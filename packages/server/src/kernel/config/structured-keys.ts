import { DATA_CLASSES, dataClass } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { LIMIT_NAMES, limits } from '@freehold/contract/limits.ts'
import type { RouteInput, TargetInput } from '@freehold/contract/routing.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { z } from 'zod'
import { Secret } from '../secret.ts'
import type { TargetDefinition } from '../target-definition.ts'
import { guardTarget } from '../target-definition.ts'
import type { Listen } from './listen-address.ts'
import { LISTEN, listenAddress, LISTENERS } from './listen-address.ts'
import { belongTogether, canBeServed } from './pem.ts'
import type { Building } from './structured.ts'
import { MOST_ENTRIES, structured } from './structured.ts'
import type { Step } from './tree.ts'

/** TLS of the listeners: PEM text, and the files that it came from. */
export interface TlsFiles {
  /** The certificate, its chain behind it. */
  readonly cert: string
  readonly key: Secret<string>
  /** Authorities whose client certificates are taken; null: clients need none. */
  readonly clientCa: string | null
  readonly clientCertificates: 'required' | 'optional' | null
  /** Absolute. */
  readonly paths: { readonly cert: string; readonly key: string; readonly clientCa: string | null }
}

const hostAndPort = z
  .string()
  .regex(LISTEN, 'must be host:port, as in 127.0.0.1:7070 or [::1]:7070')
  .refine((text) => listenAddress(text) !== null, 'must be host:port, as in 127.0.0.1:7070 or [::1]:7070')

export const listenRow = structured({
  schema: z
    .union([
      hostAndPort,
      z.strictObject({ data: hostAndPort, admin: hostAndPort, metrics: hostAndPort.optional() }),
    ])
    .default('127.0.0.1:7070'),
  meaning:
    'Address and port of the server, or a section with one for data, one for admin and, if wanted, one for metrics (otherwise served with admin); port 0 lets the system choose a free one.',
  expects: 'host:port, as in 127.0.0.1:7070 or [::1]:7070, or a section with data, admin and metrics',
  reload: 'restart',
  oneLine: 'host:port, as in 127.0.0.1:7070 or [::1]:7070',
  suggest: suggestAddress,
  build(listen, { refuse }): Listen {
    if (typeof listen === 'string') return listen
    const { data, admin, metrics } = listen
    for (const name of LISTENERS) {
      const other = name === 'data' ? undefined : listen[name]
      if (other === data && listenAddress(data)?.port !== 0) {
        refuse([name], 'is the address of data: separate listeners need addresses of their own')
      }
    }
    return { data, admin, ...(metrics !== undefined && { metrics }) }
  },
})

function suggestAddress(raw: unknown): string | undefined {
  if (typeof raw !== 'number' && typeof raw !== 'string') return undefined
  const port = /^:?(\d{1,5})$/.exec(String(raw))?.[1]
  return port !== undefined && Number(port) <= 65_535 ? `127.0.0.1:${port}` : undefined
}

/** Undefined: nobody said anything. */
export type TlsSetting = 'off' | TlsFiles | undefined

const path = z.string().min(1).max(4096)

export const tlsRow = structured({
  schema: z
    .union([
      z.literal('off'),
      z
        .strictObject({
          cert: path,
          key: path,
          clientCa: path.optional(),
          clientCertificates: z.enum(['required', 'optional']).optional(),
        })
        .refine((tls) => tls.clientCa !== undefined || tls.clientCertificates === undefined, {
          message: 'needs clientCa, the authorities whose certificates are taken',
          path: ['clientCertificates'],
        }),
    ])
    .optional(),
  meaning:
    'Certificate and key of the listeners, as paths of PEM files; with clientCa clients must show a certificate. Renewed files are followed without a restart. `off` says that plain HTTP on a non-loopback address is intended, behind a TLS proxy.',
  expects: '`off` or a section with cert and key',
  reload: 'live',
  // Whether a listener speaks TLS and asks for certificates is decided when it is opened.
  needsRestart: (started: TlsSetting, now: TlsSetting) => demandOf(started) !== demandOf(now),
  oneLine: '`off`',
  shown: (tls: TlsSetting) =>
    typeof tls === 'object' ? { ...tls.paths, clientCertificates: tls.clientCertificates } : tls,
  build(tls, building): TlsSetting {
    return typeof tls === 'object' ? buildTls(tls, building) : tls
  },
})

const demandOf = (tls: TlsSetting): string =>
  typeof tls === 'object' ? `certificate ${tls.clientCertificates ?? 'not asked for'}` : 'plain'

interface TlsPaths {
  readonly cert: string
  readonly key: string
  readonly clientCa?: string | undefined
  readonly clientCertificates?: 'required' | 'optional' | undefined
}

function buildTls(tls: TlsPaths, { pem, refuse }: Building): TlsFiles | undefined {
  const cert = pem.certificates(tls.cert)
  const key = pem.key(tls.key)
  const clientCa = tls.clientCa === undefined ? null : pem.certificates(tls.clientCa)
  if (!cert.ok) refuse(['cert'], cert.message)
  if (!key.ok) refuse(['key'], key.message)
  if (clientCa?.ok === false) refuse(['clientCa'], clientCa.message)
  if (!cert.ok || !key.ok || clientCa?.ok === false) return undefined
  if (!belongTogether(cert.text, key.text)) refuse(['key'], NOT_A_PAIR)
  else if (!canBeServed({ cert: cert.text, key: key.text, ...(clientCa && { ca: clientCa.text }) })) {
    refuse(['cert'], 'names a certificate that OpenSSL does not serve with its key (is the key too short?)')
  }
  return {
    cert: cert.text,
    key: new Secret(key.text),
    clientCa: clientCa?.text ?? null,
    clientCertificates: clientCa === null ? null : (tls.clientCertificates ?? 'required'),
    paths: { cert: cert.file, key: key.file, clientCa: clientCa?.file ?? null },
  }
}

const NOT_A_PAIR = 'names a key that does not belong to the certificate in cert'

export const targetsRow = structured({
  schema: z.array(targetInput).max(MOST_ENTRIES).default([]),
  meaning: 'Models and services that requests may go to.',
  list: true,
  expects: 'a list of targets, each with name, kind, zone and url',
  reload: 'live',
  shown: (targets: readonly TargetDefinition[]) => targets.map(withoutPem),
  isSecret: (steps) => SECRET_FIELDS.has(steps.filter((step) => typeof step === 'string').join('.')),
  build: buildTargets,
})

const SECRET_FIELDS: ReadonlySet<string> = new Set(['auth.apiKey', 'auth.header.value'])

function buildTargets(targets: readonly TargetInput[], building: Building): readonly TargetDefinition[] {
  const first = new Map<string, number>()
  return targets.map((target, at) => {
    const same = first.get(target.name)
    if (same === undefined) first.set(target.name, at)
    else building.refuse([at, 'name'], `is the name of targets[${same}] already`)
    return guardTarget(withPem(target, building, [at, 'tls']))
  })
}

/** In the file `tls` names PEM files; from here on it holds their text. */
function withPem(target: TargetInput, { pem, refuse }: Building, steps: readonly Step[]): TargetInput {
  if (!target.tls) return target
  const { ca, cert, key } = target.tls
  const take = (name: 'ca' | 'cert' | 'key', file: string | undefined): string | undefined => {
    if (file === undefined) return undefined
    const found = name === 'key' ? pem.key(file) : pem.certificates(file)
    if (found.ok) return found.text
    refuse([...steps, name], found.message)
    return undefined
  }
  const texts = { ca: take('ca', ca), cert: take('cert', cert), key: take('key', key) }
  if (texts.cert !== undefined && texts.key !== undefined && !belongTogether(texts.cert, texts.key)) {
    refuse([...steps, 'key'], NOT_A_PAIR)
  }
  return { ...target, tls: texts }
}

function withoutPem(target: TargetDefinition): unknown {
  if (!target.tls) return target
  const given = Object.entries(target.tls).filter(([, text]) => text !== undefined)
  return { ...target, tls: Object.fromEntries(given.map(([name]) => [name, '[PEM]'])) }
}

export const routesRow = structured({
  schema: z.array(routeInput).max(MOST_ENTRIES).default([]),
  meaning:
    'Rules that decide which targets may answer which request; the first that matches decides, and a request that none matches is refused.',
  list: true,
  expects: 'a list of rules, each with to and, unless it is for everything, when',
  reload: 'live',
  build: (routes): readonly RouteInput[] => routes,
})

const limitsOf = (whose: string, meaning: string) =>
  structured({
    schema: limits.optional(),
    meaning,
    expects: `a section with what ${whose} may use: ${LIMIT_NAMES.join(', ')}`,
    reload: 'live',
    build: (parsed) => parsed,
  })

export const tenantLimitsRow = limitsOf(
  'a tenant',
  'What each tenant may use at most, all its keys together.',
)
export const keyLimitsRow = limitsOf('a key', 'What each key may use at most that has no limits of its own.')

const groupName = z.string().regex(/^[\w.-]{1,64}$/, 'must be letters, digits and . _ -, at most 64')
const userName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'must be the id or the name of an account, or *')

const limitsByName = (name: z.ZodString, meaning: string) =>
  structured({
    schema: z.record(name, limits).optional(),
    meaning,
    expects: `a section of names, each with a section of ${LIMIT_NAMES.join(', ')}`,
    reload: 'live',
    build: (parsed) => parsed,
  })

export const userLimitsRow = limitsByName(
  userName,
  'What a person may use at most, with all keys that the person made: by account id or name, `*` for everybody who is not named.',
)
export const groupLimitsRow = limitsByName(
  groupName,
  'What the members of a group may use at most, all together. No caller is in a group yet.',
)

export const alertAtRow = structured({
  schema: z.array(z.number().positive().max(10)).max(10).default([0.8, 1]),
  meaning:
    'Shares of a budget at which its spending is reported, once per budget and period: in the log, the metrics and the audit record; empty: never.',
  list: true,
  expects: 'a list of shares, as in [0.8, 1]',
  reload: 'live',
  build: (shares): readonly number[] => [...new Set(shares)].toSorted((a, b) => a - b),
})

/** Whatever is written, `restricted` never leaves. */
const ALWAYS_PRIVATE: DataClass = 'restricted'

export const privateOnlyRow = structured({
  schema: z.array(dataClass).max(DATA_CLASSES.length).default([ALWAYS_PRIVATE]),
  meaning: 'Data classes that never go to a managed target; `restricted` always is one of them.',
  list: true,
  expects: `a list of ${DATA_CLASSES.join(', ')}`,
  reload: 'live',
  build: (written): readonly DataClass[] =>
    DATA_CLASSES.filter((one) => one === ALWAYS_PRIVATE || written.includes(one)),
})
