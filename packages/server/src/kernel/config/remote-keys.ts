import { z } from 'zod'
import { Secret } from '../secret.ts'
import { isLoopback } from './listen-address.ts'
import { isOrigin } from './origin.ts'
import type { Building } from './structured.ts'
import { structured } from './structured.ts'

/** An object store and who we are to it. */
export interface S3Setting {
  /** An origin. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  /** The bucket stands in the path; otherwise in front of the host. */
  readonly pathStyle: boolean
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
}

export const origin = z.string().max(300).refine(isOrigin, 'must be an http or https address without a path')

export const tls = z.union([z.literal('off'), z.strictObject({ ca: z.string().min(1).max(4096) })]).optional()

const s3 = z.strictObject({
  endpoint: origin.optional(),
  region: z
    .string()
    .regex(/^[a-z\d-]{1,64}$/i, 'must be a region such as us-east-1')
    .default('us-east-1'),
  accessKeyId: z.string().regex(/^[\w.:@+-]{1,128}$/, 'must be the id of an access key'),
  secretAccessKey: z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be the secret of an access key'),
  pathStyle: z.boolean().optional(),
  tls,
})

export const s3Row = structured({
  schema: s3.optional(),
  meaning:
    'The object store behind `blobs: s3://…`. Without `endpoint` it is Amazon’s of the region; with it `pathStyle` is true unless written otherwise. `tls` is `{ ca }` with the PEM file of an authority of your own, or `off`, which allows plain HTTP to another machine.',
  expects: 'a section with accessKeyId, secretAccessKey and, as needed, endpoint, region, pathStyle, tls',
  reload: 'restart',
  isSecret: ([field]) => field === 'accessKeyId' || field === 'secretAccessKey',
  shown: (setting: S3Setting | undefined) =>
    setting && { ...setting, ca: setting.ca === null ? null : '[PEM]' },
  build: (written, building): S3Setting | undefined => written && buildS3(written, building),
})

/** Where traces and logs go. */
export interface OtlpSetting {
  /** `/v1/traces` and `/v1/logs` lie below it. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, Secret<string>>>
  readonly traces: boolean
  readonly logs: boolean
  /** Of requests that come without a trace of their own. */
  readonly sampleRatio: number
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
}

/** Ours to say. */
const OWN_HEADERS = /^(host|connection|content-.*|transfer-encoding|te|upgrade|expect|traceparent)$/i

/** Without user, query or fragment. */
export const isAddress = (text: string): boolean => {
  const url = URL.parse(text)
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  return isHttp && url.username + url.password + url.search + url.hash === ''
}

/** What is sent along with each request, credentials mostly. */
export const requestHeaders = z
  .record(
    z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'must be the name of a header')
      .refine((name) => !OWN_HEADERS.test(name), 'is a header that Freehold sets itself'),
    z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/, 'must be the value of a header'),
  )
  .default({})

const otlp = z.strictObject({
  endpoint: z
    .string()
    .max(500)
    .refine(isAddress, 'must be an http or https address without user, query or fragment'),
  headers: requestHeaders,
  traces: z.boolean().default(true),
  logs: z.boolean().default(true),
  sampleRatio: z.number().min(0).max(1).default(1),
  tls,
})

export const otlpRow = structured({
  schema: otlp.optional(),
  meaning:
    'Where traces and logs are sent, as OTLP over HTTP in JSON: `endpoint`, `headers`, and as needed `traces`, `logs`, `sampleRatio`, `tls`. Absent, nothing is sent and nothing is kept for it. What is sent leaves this machine: never content or keys, but ids, names of targets and times.',
  expects: 'a section with endpoint and, as needed, headers, traces, logs, sampleRatio, tls',
  reload: 'restart',
  isSecret: ([field, ...more]) => field === 'headers' && more.length === 1,
  shown: (setting: OtlpSetting | undefined) =>
    setting && { ...setting, ca: setting.ca === null ? null : '[PEM]' },
  build: (written, building): OtlpSetting | undefined =>
    written && {
      endpoint: written.endpoint.replace(/\/+$/, ''),
      headers: Object.fromEntries(
        Object.entries(written.headers).map(([name, value]) => [name.toLowerCase(), new Secret(value)]),
      ),
      traces: written.traces,
      logs: written.logs,
      sampleRatio: written.sampleRatio,
      ca: authorityOf(written, building),
    },
})

function buildS3(written: z.output<typeof s3>, building: Building): S3Setting {
  const { endpoint, region, accessKeyId, secretAccessKey } = written
  return {
    endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`,
    region,
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    pathStyle: written.pathStyle ?? endpoint !== undefined,
    ca: authorityOf(written, building),
  }
}

/** Plain HTTP leaves the machine only where somebody wrote that it shall. */
export function authorityOf(
  written: { readonly endpoint?: string | undefined; readonly tls?: z.output<typeof tls> },
  { pem, refuse }: Building,
  field = 'endpoint',
): string | null {
  const url = new URL(written.endpoint ?? 'https://aws')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isPlain = url.protocol === 'http:'
  if (isPlain && written.tls !== 'off' && !isLoopback(host)) {
    refuse([field], 'is plain HTTP to another machine: write https, or `tls: off` where that is intended')
  }
  if (typeof written.tls !== 'object') return null
  if (isPlain) refuse(['tls'], 'needs an https endpoint')
  const found = pem.certificates(written.tls.ca)
  if (found.ok) return found.text
  refuse(['tls', 'ca'], found.message)
  return null
}
