import type { Bucket } from '../kernel/config/bucket.ts'
import { bucketOf } from '../kernel/config/bucket.ts'
import type { ConfigFlaw } from '../kernel/config/config.ts'
import type { S3Setting } from '../kernel/config/remote-keys.ts'
import { requireSpace } from '../kernel/disk.ts'

interface BlobConfig {
  readonly blobs?: string | undefined
  readonly s3?: S3Setting | undefined
}

/** Where objects lie: in a directory (null: the one of the data directory), or in a bucket. */
export type BlobPlace =
  | { readonly kind: 'directory'; readonly directory: string | null }
  | { readonly kind: 'bucket'; readonly bucket: Bucket; readonly setting: S3Setting }

/** What the configuration says about it; it was checked before. */
export function blobPlace({ blobs, s3 }: BlobConfig): BlobPlace {
  const bucket = blobs === undefined ? null : bucketOf(blobs)
  if (bucket === null) return { kind: 'directory', directory: blobs ?? null }
  if (!s3) throw new Error('a bucket without its object store was let through')
  return { kind: 'bucket', bucket, setting: s3 }
}

/** The data directory and the directory of the documents may lie on different disks. @throws Fault `storage_full` */
export async function requireSpaceEverywhere(
  data: string,
  { storage, ...config }: BlobConfig & { readonly storage: { readonly reserveBytes: number } },
): Promise<void> {
  const place = blobPlace(config)
  await requireSpace(data, storage.reserveBytes)
  if (place.kind === 'directory' && place.directory !== null)
    await requireSpace(place.directory, storage.reserveBytes)
}

/** What is wrong with `blobs` and `s3` together. */
export function checkBlobs({ blobs, s3 }: BlobConfig): readonly ConfigFlaw[] {
  const bucket = blobs === undefined ? null : bucketOf(blobs)
  if (bucket === null) {
    return s3 ? [{ path: ['s3'], message: 'nothing uses it: write `blobs: s3://bucket`, or remove it' }] : []
  }
  if (!s3) {
    return [{ path: ['blobs'], message: 'needs the section s3 with accessKeyId and secretAccessKey' }]
  }
  const isInHost = !s3.pathStyle && bucket.name.includes('.') && s3.endpoint.startsWith('https:')
  const message =
    'must be true for a bucket with a dot in its name: no certificate covers it as part of a host'
  return isInHost ? [{ path: ['s3', 'pathStyle'], message }] : []
}
