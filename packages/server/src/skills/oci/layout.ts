import type { Descriptor, OciPlace, StoredManifest } from './artifact.ts'
import {
  indexBytes,
  isDigest,
  listed,
  MEDIA,
  MOST_MANIFEST_BYTES,
  ociDigest,
  readIndex,
  readManifest,
  requireDigest,
} from './artifact.ts'

/** The files that a layout consists of. */
export interface LayoutFiles {
  /** Null: it is not there. @throws Fault `too_large` */
  read(path: string, mostBytes: number): Promise<Buffer | null>
  write(path: string, bytes: Buffer): Promise<void>
  close(): Promise<void>
  discard(): Promise<void>
}

/** What stands in a layout under which names; whoever reads it looks for what is there now. */
export const INDEX = 'index.json'
const TAG = 'org.opencontainers.image.ref.name'
const MARK = Buffer.from('{"imageLayoutVersion":"1.0.0"}')
const MOST_INDEX_BYTES = 32 * 1024 * 1024
const pathOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`

/** An OCI image layout (OCI image specification 1.1, image-layout.md). */
export class OciLayout implements OciPlace {
  readonly #files: LayoutFiles

  constructor(files: LayoutFiles) {
    this.#files = files
  }

  async manifest(reference: string): Promise<StoredManifest | null> {
    const digest = isDigest(reference)
      ? reference
      : (await this.#manifests()).find(({ annotations }) => annotations?.[TAG] === reference)?.digest
    const bytes = digest === undefined ? null : await this.blob(digest, MOST_MANIFEST_BYTES)
    return bytes === null || digest === undefined ? null : { bytes, digest }
  }

  async blob(digest: string, mostBytes: number): Promise<Buffer | null> {
    const bytes = await this.#files.read(pathOf(digest), mostBytes)
    return bytes === null ? null : requireDigest(bytes, digest)
  }

  async referrers(digest: string): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = []
    for (const one of await this.#manifests()) {
      // A tag is given to what stands by itself: what was said about others has none, whoever wrote the layout.
      if (one.mediaType !== MEDIA.manifest || one.annotations?.[TAG] !== undefined) continue
      const bytes = await this.blob(one.digest, MOST_MANIFEST_BYTES)
      if (bytes !== null && readManifest(bytes).subject?.digest === digest) found.push(listed(bytes))
    }
    return found
  }

  async putBlob(bytes: Buffer): Promise<void> {
    const path = pathOf(ociDigest(bytes))
    // Written over where what is there is damaged.
    const there = await this.#files.read(path, bytes.length).catch(() => null)
    if (!there?.equals(bytes)) await this.#files.write(path, bytes)
  }

  async putManifest(manifest: Buffer, tag?: string): Promise<void> {
    await this.putBlob(manifest)
    const known = await this.#manifests()
    const entry = listed(manifest)
    const isSame = (one: Descriptor): boolean =>
      tag === undefined ? one.digest === entry.digest : one.annotations?.[TAG] === tag
    const named = tag === undefined ? entry : { ...entry, annotations: { ...entry.annotations, [TAG]: tag } }
    const next = [...known.filter((one) => !isSame(one)), named]
    await this.#files.write('oci-layout', MARK)
    await this.#files.write(INDEX, indexBytes(next))
  }

  close(): Promise<void> {
    return this.#files.close()
  }

  discard(): Promise<void> {
    return this.#files.discard()
  }

  /** Read each time: somebody else may have written it meanwhile. */
  async #manifests(): Promise<readonly Descriptor[]> {
    const bytes = await this.#files.read(INDEX, MOST_INDEX_BYTES)
    return bytes === null ? [] : readIndex(bytes).manifests
  }
}
