import type { Config } from '../kernel/config/schema.ts'
import { requireSpace } from '../kernel/disk.ts'
import { blobPlace } from './blob-place.ts'

/** The data directory and the directory of the documents may lie on different disks. @throws Fault `storage_full` */
export async function requireSpaceEverywhere(data: string, { storage, ...config }: Config): Promise<void> {
  const place = blobPlace(config)
  await requireSpace(data, storage.reserveBytes)
  if (place.kind === 'directory' && place.directory !== null) {
    await requireSpace(place.directory, storage.reserveBytes)
  }
}
