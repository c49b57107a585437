import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
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
import { readChallenge } from './challenge.ts'
import type { RegistrySetting } from './registry-line.ts'
import { elsewhere, RegistryLines } from './registry-line.ts'

interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  readonly mostBytes?: number
}

const ACCEPTED = `${MEDIA.manifest}, ${MEDIA.index}`
const SMALL_BYTES = 64 * 1024
const MOST_REDIRECTS = 3
const MOST_PAGES = 20
/** Of a token that says nothing, by the specification. */
const TOKEN_S = 60

/** A registry over HTTP (OCI distribution specification 1.1). */
export class OciRegistry implements OciPlace {
  readonly #setting: RegistrySetting
  readonly #lines: RegistryLines
  readonly #clock: Clock
  /** What proves who we are, by what it is good for. */
  readonly #proofs = new Map<'pull' | 'push', { readonly header: string; readonly until: number }>()

  constructor(
    setting: RegistrySetting,
    { dialler, clock }: { readonly dialler: Dialler; readonly clock: Clock },
  ) {
    this.#setting = setting
    this.#lines = new RegistryLines(dialler, setting)
    this.#clock = clock
  }

  async manifest(reference: string): Promise<StoredManifest | null> {
    const answer = await this.#ask({
      method: 'GET',
      path: `manifests/${reference}`,
      headers: { accept: ACCEPTED },
      mostBytes: MOST_MANIFEST_BYTES,
    })
    if (answer.status === 404) return null
    this.#require(answer, [200])
    const bytes = isDigest(reference) ? requireDigest(answer.body, reference) : answer.body
    return { bytes, digest: ociDigest(bytes) }
  }

  async blob(digest: string, mostBytes: number): Promise<Buffer | null> {
    const answer = await this.#ask({ method: 'GET', path: `blobs/${digest}`, mostBytes })
    if (answer.status === 404) return null
    this.#require(answer, [200])
    return requireDigest(answer.body, digest)
  }

  async referrers(digest: string): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = []
    let path: string | null = `referrers/${digest}`
    for (let page = 0; path !== null && page < MOST_PAGES; page += 1) {
      const answer: WholeAnswer = await this.#ask({
        method: 'GET',
        path,
        headers: { accept: MEDIA.index },
        mostBytes: MOST_MANIFEST_BYTES,
      })
      // Registries before version 1.1: what refers to a manifest is listed under a tag made of its digest.
      if (answer.status === 404) return (await this.#fallback(digest)) ?? []
      this.#require(answer, [200])
      found.push(...readIndex(answer.body).manifests)
      path = this.#nextPage(answer)
    }
    return found
  }

  async putBlob(bytes: Buffer): Promise<void> {
    const digest = ociDigest(bytes)
    const there = await this.#ask({ method: 'HEAD', path: `blobs/${digest}` }, 'push')
    if (there.status === 200) return
    const started = await this.#ask({ method: 'POST', path: 'blobs/uploads/', body: Buffer.alloc(0) }, 'push')
    this.#require(started, [202])
    const location = this.#urlOf(started.headers.location)
    if (location.origin !== this.#setting.origin.origin && !this.#lines.isNamed(location))
      throw elsewhere(location.host)
    location.searchParams.set('digest', digest)
    const headers = { 'content-type': 'application/octet-stream' }
    const done = await this.#ask({ method: 'PUT', path: location.href, headers, body: bytes }, 'push')
    this.#require(done, [201])
  }

  async putManifest(manifest: Buffer, tag?: string): Promise<void> {
    const { subject } = readManifest(manifest)
    const put = (bytes: Buffer, reference: string, mediaType: string): Promise<WholeAnswer> =>
      this.#ask(
        {
          method: 'PUT',
          path: `manifests/${reference}`,
          headers: { 'content-type': mediaType },
          body: bytes,
        },
        'push',
      )
    const answer = await put(manifest, tag ?? ociDigest(manifest), MEDIA.manifest)
    this.#require(answer, [201])
    // A registry that keeps the list by itself says so.
    if (subject === undefined || answer.headers['oci-subject'] !== undefined) return
    const known = (await this.#fallback(subject.digest)) ?? []
    const entry = listed(manifest)
    if (known.some((one) => one.digest === entry.digest)) return
    this.#require(await put(indexBytes([...known, entry]), fallbackTag(subject.digest), MEDIA.index), [201])
  }

  close(): Promise<void> {
    return this.#lines.close()
  }

  discard(): Promise<void> {
    return this.#lines.close()
  }

  async #fallback(digest: string): Promise<readonly Descriptor[] | null> {
    const found = await this.manifest(fallbackTag(digest))
    return found === null ? null : readIndex(found.bytes).manifests
  }

  #nextPage({ headers }: WholeAnswer): string | null {
    const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(String(headers.link ?? ''))?.[1]
    if (next === undefined) return null
    const url = this.#urlOf(next)
    if (url.origin !== this.#setting.origin.origin) throw elsewhere(url.host)
    return url.href
  }

  #urlOf(location: string | undefined): URL {
    const { origin, repository } = this.#setting
    const base = new URL(`/v2/${repository}/`, origin).href
    if (location === undefined || !URL.canParse(location, base))
      throw new Fault('upstream_broke', `${origin.host} does not say where to send to.`)
    return new URL(location, base)
  }

  async #ask(request: Request, right: 'pull' | 'push' = 'pull'): Promise<WholeAnswer> {
    const url = this.#urlOf(request.path)
    const once = (): Promise<WholeAnswer> => {
      const proof = this.#proofs.get(right)
      const isGood = proof !== undefined && proof.until > this.#clock.now() && this.#lines.isNamed(url)
      const headers = { ...request.headers, ...(isGood && { authorization: proof.header }) }
      return this.#lines.request({ mostBytes: SMALL_BYTES, ...request, url, headers })
    }
    let answer = await once()
    if (answer.status === 401 && (await this.#prove(answer, right))) answer = await once()
    return request.method === 'GET' ? this.#followed(answer, url, request) : answer
  }

  /** What is stored elsewhere is fetched there, without anything that proves who we are; its hash says whether it is right. */
  async #followed(
    first: WholeAnswer,
    from: URL,
    { headers, mostBytes = SMALL_BYTES }: Request,
  ): Promise<WholeAnswer> {
    let [answer, url] = [first, from]
    for (let count = 0; [301, 302, 303, 307, 308].includes(answer.status); count += 1) {
      const { location } = answer.headers
      if (count === MOST_REDIRECTS || location === undefined || !URL.canParse(location, url.href))
        throw new Fault('upstream_broke', `${from.host} sends us around in circles.`)
      url = new URL(location, url)
      answer = await this.#lines.request({ method: 'GET', url, mostBytes, ...(headers && { headers }) })
    }
    return answer
  }

  /** @returns whether it is worth asking again */
  async #prove(answer: WholeAnswer, right: 'pull' | 'push'): Promise<boolean> {
    const challenge = readChallenge(answer.headers['www-authenticate'] ?? '')
    const { user, password, repository } = this.#setting
    const basic =
      user === null || password === null
        ? null
        : `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`
    this.#proofs.delete(right)
    if (challenge === null) return false
    if (challenge.scheme === 'basic') {
      if (basic === null) return false
      this.#proofs.set(right, { header: basic, until: Infinity })
      return true
    }
    const { realm, service } = challenge.parameters
    const url = this.#urlOf(realm)
    if (!this.#lines.isNamed(url)) throw elsewhere(url.host)
    if (service !== undefined) url.searchParams.set('service', service)
    // For this repository and this right, whatever else the registry would have a token for.
    url.searchParams.set('scope', `repository:${repository}:${right === 'push' ? 'pull,push' : 'pull'}`)
    const headers = basic === null ? {} : { authorization: basic }
    const told = await this.#lines.request({ method: 'GET', url, headers, mostBytes: SMALL_BYTES })
    if (told.status !== 200) return false
    const { token, seconds } = readToken(told.body, url.host)
    this.#proofs.set(right, { header: `Bearer ${token}`, until: this.#clock.now() + seconds * 1000 })
    return true
  }

  #require({ status }: WholeAnswer, wanted: readonly number[]): void {
    if (wanted.includes(status)) return
    const what = `${this.#setting.origin.host} answered ${status}`
    if (status === 401 || status === 403)
      throw new Fault('upstream_refused', `${what}: it does not let us in. Check user and password.`)
    if (status === 404) throw new Fault('not_found', `${what}: there is no ${this.#setting.repository}.`)
    if (status === 408 || status === 429 || status >= 500) throw new Fault('upstream_down', `${what}.`)
    throw new Fault('upstream_refused', `${what}.`)
  }
}

const fallbackTag = (digest: string): string => digest.replace(':', '-')

const tokenShape = z.looseObject({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
})

function readToken(body: Buffer, host: string): { readonly token: string; readonly seconds: number } {
  try {
    const {
      token,
      access_token: other,
      expires_in: seconds = TOKEN_S,
    } = tokenShape.parse(JSON.parse(body.toString('utf8')))
    const text = token ?? other
    // It becomes a header.
    if (text !== undefined && /^[\x21-\x7e]{1,16384}$/.test(text)) return { token: text, seconds }
  } catch (error) {
    throw new Fault('upstream_broke', `${host} gave out a token that cannot be read.`, { cause: error })
  }
  throw new Fault('upstream_broke', `${host} gave out no token.`)
}
