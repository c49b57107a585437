import { Fault } from '../../kernel/fault.ts'
import type { Bundle } from '../bundle/bundle.ts'
import type { MetadataPlace } from '../catalogue/catalogue-writer.ts'
import type { Envelope } from '../signing/envelope.ts'
import { readEnvelope } from '../signing/envelope.ts'
import type { Descriptor, OciPlace, StoredManifest } from './artifact.ts'
import { EMPTY, manifestBytes, ociDigest, readManifest } from './artifact.ts'

const BUNDLE = {
  type: 'application/vnd.freehold.skill.v1',
  layer: 'application/vnd.freehold.skill.bundle.v1.tar',
}
const STATEMENT = {
  type: 'application/vnd.freehold.skill.statement.v1',
  layer: 'application/vnd.dsse.envelope.v1+json',
}
const METADATA = {
  type: 'application/vnd.freehold.skill.catalogue.v1',
  layer: 'application/vnd.tuf.metadata.v1+json',
}
const OTHER = { type: 'application/vnd.freehold.skill.file.v1', layer: 'application/octet-stream' }
const MOST_ENVELOPE_BYTES = 128 * 1024
const MOST_ENVELOPES = 64

/** What is known of a bundle where it lies. */
export interface Published {
  /** Digest of its manifest: what is said about the bundle refers to it. */
  readonly manifest: string
}

export interface StoredBundle extends Published {
  readonly digest: string
  readonly length: number
}

/** Skills, what was signed about them, and their catalogue, as artifacts in one OCI repository. */
export class SkillRepository implements MetadataPlace {
  readonly #place: OciPlace

  constructor(place: OciPlace) {
    this.#place = place
  }

  async metadata(name: string, mostBytes: number): Promise<Buffer | null> {
    const found = await this.#place.manifest(name)
    const [layer] = found === null ? [] : readManifest(found.bytes).layers
    return layer === undefined ? null : this.#place.blob(layer.digest, mostBytes)
  }

  async putMetadata(name: string, bytes: Buffer): Promise<void> {
    await this.#put({ artifactType: METADATA.type, layer: { mediaType: METADATA.layer, bytes } }, name)
  }

  /** A file that the catalogue lists by its hash. */
  async putFile(name: string, bytes: Buffer): Promise<void> {
    await this.#put({ artifactType: OTHER.type, layer: { mediaType: OTHER.layer, bytes } }, name)
  }

  /** By its SHA-256, of exactly this length. @throws Fault `not_found`, `skill_untrusted`, `too_large` */
  async file(sha256: string, length: number): Promise<Buffer> {
    const bytes = await this.#place.blob(`sha256:${sha256}`, length)
    if (bytes === null)
      throw new Fault('not_found', `The repository lists sha256:${sha256} and does not have it.`)
    if (bytes.length === length) return bytes
    throw new Fault('skill_untrusted', `sha256:${sha256} has not the length that the repository lists.`)
  }

  /** The same bundle again changes nothing. */
  async publish(
    { bytes }: Bundle,
    named: { readonly name: string; readonly version: string },
  ): Promise<Published> {
    const { name, version } = named
    const { digest } = await this.#put(
      {
        artifactType: BUNDLE.type,
        layer: { mediaType: BUNDLE.layer, bytes },
        annotations: { 'org.opencontainers.image.title': name, 'org.opencontainers.image.version': version },
      },
      tagOf(name, version),
    )
    return { manifest: digest }
  }

  /** What was published under this name and version, whoever did it. */
  async published(name: string, version: string): Promise<StoredBundle | null> {
    const found = await this.#place.manifest(tagOf(name, version))
    const [layer] = found === null ? [] : readManifest(found.bytes).layers
    if (found === null || layer === undefined) return null
    return { digest: layer.digest.replace('sha256:', ''), length: layer.size, manifest: found.digest }
  }

  /** Adds what was signed about a bundle; what is there already is not added again. */
  async attach(manifest: string, envelopes: readonly Envelope[]): Promise<void> {
    const subject = await this.#place.manifest(manifest)
    if (subject === null) throw new Fault('not_found', `The repository has no ${manifest}.`)
    const known = new Set((await this.#place.referrers(manifest)).map(({ digest }) => digest))
    for (const envelope of envelopes) {
      const artifact = {
        artifactType: STATEMENT.type,
        layer: { mediaType: STATEMENT.layer, bytes: Buffer.from(JSON.stringify(envelope)) },
        subject,
      }
      if (!known.has(ociDigest(manifestBytes(artifact)))) await this.#put(artifact)
    }
  }

  /** What was said about a bundle. What cannot be read was said by somebody else about something else. */
  async envelopes(manifest: string): Promise<readonly Envelope[]> {
    const said = (await this.#place.referrers(manifest)).filter((one) => one.artifactType === STATEMENT.type)
    const read = await Promise.all(said.slice(0, MOST_ENVELOPES).map((one) => this.#envelope(one)))
    return read.filter((one) => one !== null)
  }

  close(): Promise<void> {
    return this.#place.close()
  }

  /** Lets go without writing what is not written yet. */
  discard(): Promise<void> {
    return this.#place.discard()
  }

  async #envelope({ digest }: Descriptor): Promise<Envelope | null> {
    const found = await this.#place.manifest(digest)
    const [layer] = found === null ? [] : readManifest(found.bytes).layers
    if (layer === undefined || layer.size > MOST_ENVELOPE_BYTES) return null
    const bytes = await this.#place.blob(layer.digest, MOST_ENVELOPE_BYTES)
    try {
      return bytes === null ? null : readEnvelope(bytes.toString('utf8'))
    } catch (error) {
      if (error instanceof Fault) return null
      throw error
    }
  }

  async #put(artifact: Parameters<typeof manifestBytes>[0], tag?: string): Promise<StoredManifest> {
    await this.#place.putBlob(EMPTY)
    await this.#place.putBlob(artifact.layer.bytes)
    const bytes = manifestBytes(artifact)
    await this.#place.putManifest(bytes, tag)
    return { bytes, digest: ociDigest(bytes) }
  }
}

/** Tags have no plus sign. Only people look for these: what counts is found by its hash. */
const tagOf = (name: string, version: string): string => `${name}-${version.replaceAll('+', '_')}`
