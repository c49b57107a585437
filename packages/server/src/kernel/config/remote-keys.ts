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

const origin = z.string().max(300).refine(isOrigin, 'must be an http or https address without a path')

const tls = z.union([z.literal('off'), z.strictObject({ ca: z.string().min(1).max(4096) })]).optional()

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
function authorityOf(
  written: { readonly endpoint?: string | undefined; readonly tls?: z.output<typeof tls> },
  { pem, refuse }: Building,
): string | null {
  const url = new URL(written.endpoint ?? 'https://aws')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isPlain = url.protocol === 'http:'
  if (isPlain && written.tls !== 'off' && !isLoopback(host)) {
    refuse(
      ['endpoint'],
      'is plain HTTP to another machine: write https, or `tls: off` where that is intended',
    )
  }
  if (typeof written.tls !== 'object') return null
  if (isPlain) refuse(['tls'], 'needs an https endpoint')
  const found = pem.certificates(written.tls.ca)
  if (found.ok) return found.text
  refuse(['tls', 'ca'], found.message)
  return null
}
