import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { BlobStore, TenantId } from '../store.ts'
import type { ObjectClient } from './object-client.ts'
import { elementsIn, isMissing, textIn } from './refusal.ts'

const KEY = /^[\da-f]{32}$/
const PAGE = 1000

export interface S3Options {
  readonly client: ObjectClient
  /** In front of every key; empty, or ends with a slash. */
  readonly prefix: string
  readonly clock: Clock
}

/**
 * Objects in a bucket: `<prefix>/<tenant>/<first two digits>/<key>`, the layout of the files, so that a copy of the
 * directory is a move. A put is one request under a key that was never used: it needs no condition and may be repeated.
 */
export class S3BlobStore implements BlobStore {
  readonly #client: ObjectClient
  readonly #prefix: string
  readonly #clock: Clock

  constructor({ client, prefix, clock }: S3Options) {
    this.#client = client
    this.#prefix = prefix
    this.#clock = clock
  }

  async put(tenant: TenantId, sealed: Uint8Array): Promise<string> {
    const key = randomBytes(16).toString('hex')
    await this.#client.send({ operation: 'put', method: 'PUT', path: this.#path(tenant, key), body: sealed })
    return key
  }

  async get(tenant: TenantId, key: string): Promise<Buffer> {
    try {
      return (await this.#client.send({ operation: 'get', method: 'GET', path: this.#path(tenant, key) }))
        .body
    } catch (error) {
      if (!isMissing(error)) throw error
      throw Object.assign(new Error('ENOENT: no such object', { cause: error }), { code: 'ENOENT' })
    }
  }

  async delete(tenant: TenantId, key: string): Promise<void> {
    try {
      await this.#client.send({ operation: 'delete', method: 'DELETE', path: this.#path(tenant, key) })
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }

  async *list(tenant: TenantId): AsyncIterable<{ readonly key: string; readonly ageMs: number }> {
    const prefix = `${this.#prefix}${tenant}/`
    for (let token: string | null = ''; token !== null;) {
      const page = await this.#page(prefix, token)
      const next = textIn(page, 'IsTruncated') === 'true' ? textIn(page, 'NextContinuationToken') : null
      for (const entry of elementsIn(page, 'Contents')) {
        const key = textIn(entry, 'Key')?.split('/').at(-1) ?? ''
        const writtenMs = Date.parse(textIn(entry, 'LastModified') ?? '')
        if (KEY.test(key) && !Number.isNaN(writtenMs)) yield { key, ageMs: this.#clock.now() - writtenMs }
      }
      if (next !== null && next === token) throw new Error('the list of the object store does not go on')
      token = next
    }
  }

  async #page(prefix: string, token: string): Promise<string> {
    const query = { 'list-type': '2', 'max-keys': String(PAGE), prefix }
    const { body } = await this.#client.send({
      operation: 'list',
      method: 'GET',
      path: '/',
      query: token === '' ? query : { ...query, 'continuation-token': token },
    })
    return body.toString('utf8')
  }

  #path(tenant: TenantId, key: string): string {
    if (!KEY.test(key)) throw new Error('not the key of an object')
    return `/${this.#prefix}${tenant}/${key.slice(0, 2)}/${key}`
  }
}
