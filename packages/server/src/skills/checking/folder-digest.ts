import { createHash } from 'node:crypto'
import { bundleOf } from '../bundle/bundle.ts'

/** What the bundle of these files would be called; what cannot be packed has the digest of its files and their names. */
export function folderDigest(files: ReadonlyMap<string, Buffer>): string {
  if (files.has('skill.yaml')) return bundleOf(files).digest
  const digest = createHash('sha256')
  for (const [path, bytes] of [...files].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    digest.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return digest.digest('hex')
}
