import { hash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'

/** OCI image specification 1.1. */
export const MEDIA = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
} as const

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no SHA-256 digest')
export const descriptor = z.looseObject({
  mediaType: z.string().max(255),
  digest,
  size: z.int().min(0),
  artifactType: z.string().max(255).optional(),
  annotations: z.record(z.string(), z.string().max(4096)).optional(),
})
export type Descriptor = z.output<typeof descriptor>

const manifestShape = z.looseObject({
  schemaVersion: z.literal(2),
  artifactType: z.string().max(255).optional(),
  config: descriptor,
  layers: z.array(descriptor).min(1).max(1000),
  subject: descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
export type Manifest = z.output<typeof manifestShape>
const indexShape = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptor).max(100_000),
})
export type Index = z.output<typeof indexShape>

/** A manifest or an index as it is stored. */
export interface StoredManifest {
  readonly bytes: Buffer
  readonly digest: string
}

/** Somewhere artifacts lie: a directory, a tar of one, a registry. */
export interface OciPlace {
  /** By tag or digest; what comes by digest has it. Null: it is not there. @throws Fault */
  manifest(reference: string): Promise<StoredManifest | null>
  /** What has this digest. Null: it is not there. @throws Fault `too_large` */
  blob(digest: string, mostBytes: number): Promise<Buffer | null>
  /** What was said about a manifest, newest or oldest first: nothing is said about the order. */
  referrers(digest: string): Promise<readonly Descriptor[]>
  putBlob(bytes: Buffer): Promise<void>
  /** Under a tag where there is one, in any case under its digest. */
  putManifest(manifest: Buffer, tag?: string): Promise<void>
  /** What was put is there for others at the latest now. */
  close(): Promise<void>
  /** What is not written yet is given up. */
  discard(): Promise<void>
}

export const MOST_MANIFEST_BYTES = 4 * 1024 * 1024
export const ociDigest = (bytes: Buffer): string => `sha256:${hash('sha256', bytes, 'hex')}`
export const isDigest = (reference: string): boolean => digest.safeParse(reference).success

/** The configuration of an artifact that has none (OCI image specification, "Guidance for an empty descriptor"). */
export const EMPTY = Buffer.from('{}')

export interface Artifact {
  readonly artifactType: string
  readonly layer: { readonly mediaType: string; readonly bytes: Buffer }
  readonly subject?: StoredManifest
  readonly annotations?: Readonly<Record<string, string>>
}

/** The manifest of an artifact of one layer: the same bytes for the same artifact. */
export function manifestBytes({ artifactType, layer, subject, annotations }: Artifact): Buffer {
  const of = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: ociDigest(bytes),
    size: bytes.length,
  })
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      artifactType,
      config: of(MEDIA.empty, EMPTY),
      layers: [of(layer.mediaType, layer.bytes)],
      ...(subject && { subject: of(MEDIA.manifest, subject.bytes) }),
      ...(annotations && { annotations }),
    }),
  )
}

export function indexBytes(manifests: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.index, manifests }))
}

/** @throws Fault `upstream_broke` for what is no manifest of an artifact */
export const readManifest = (bytes: Buffer): Manifest => read(manifestShape, bytes, 'manifest')
/** @throws Fault `upstream_broke` for what is no index */
export const readIndex = (bytes: Buffer): Index => read(indexShape, bytes, 'index')

function read<S extends z.ZodType>(shape: S, bytes: Buffer, what: string): z.output<S> {
  try {
    return shape.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    throw new Fault('upstream_broke', `The repository holds an ${what} that cannot be read.`, {
      cause: error,
    })
  }
}

/** How a manifest is listed: where others look for what was said about another one. */
export function listed(bytes: Buffer): Descriptor {
  const { artifactType, annotations } = readManifest(bytes)
  return {
    mediaType: MEDIA.manifest,
    digest: ociDigest(bytes),
    size: bytes.length,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations }),
  }
}

/** @throws Fault `skill_untrusted` for bytes that are not what was asked for */
export function requireDigest(bytes: Buffer, wanted: string): Buffer {
  if (ociDigest(bytes) === wanted) return bytes
  throw new Fault('skill_untrusted', `The repository handed out other bytes than ${wanted}.`, {
    param: 'digest',
  })
}
