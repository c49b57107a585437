import type { EntityType } from '@freehold/contract/privacy.ts'
import { entityType } from '@freehold/contract/privacy.ts'
import { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import type { Pages } from './paged-bytes.ts'
import { PagedBytes } from './paged-bytes.ts'

export type Surrogate = readonly [type: EntityType, surrogate: string]

/** One call of a managed target, as it went over the wire. */
export interface Left {
  readonly tenant: Caller['tenant']
  readonly principal: string
  readonly request: string
  readonly target: string
  readonly atMs: number
  readonly path: string
  readonly outbound: Buffer
  /** Made-up values that may stand in it, by which nobody could tell that anything was replaced. */
  readonly surrogates: readonly Surrogate[]
  /** Null: nothing came back, or more than is kept. */
  readonly inbound: readonly Buffer[] | null
}

/** Where one call stands in its batch. */
export interface PlaceInBatch {
  readonly start: number
  /** With the line before it. */
  readonly outbound_bytes: number
  readonly inbound_bytes: number | null
}

export interface KeptCall extends PlaceInBatch, Pick<Left, 'principal' | 'request' | 'target' | 'atMs'> {}

/** Of one batch; a call that is larger is one by itself. */
const MOST_BYTES = 1024 * 1024
const MOST_CALLS = 500

/** Calls of one tenant that are sealed as one: of each a line that says what it was, what left and what came back. */
export class EgressBatch {
  readonly tenant: Caller['tenant']
  readonly calls: KeptCall[] = []
  readonly #bytes: PagedBytes
  #weight = 0

  constructor(tenant: Caller['tenant'], pages: Pages) {
    this.tenant = tenant
    this.#bytes = new PagedBytes(pages)
  }

  /** The bytes of all calls; not to be read after `release`. */
  get pieces(): readonly Buffer[] {
    return this.#bytes.pieces
  }

  /** Bytes of bodies, without the lines before them. */
  get weight(): number {
    return this.#weight
  }

  takes(bytes: number): boolean {
    const isFull = this.#bytes.length + bytes > MOST_BYTES || this.calls.length === MOST_CALLS
    return this.calls.length === 0 || !isFull
  }

  add(left: Left): void {
    const { principal, request, target, atMs, outbound, inbound } = left
    const start = this.#bytes.length
    this.#bytes.add(Buffer.from(`${headOf(left)}\n`))
    this.#bytes.add(outbound)
    const middle = this.#bytes.length
    for (const piece of inbound ?? []) this.#bytes.add(piece)
    this.#weight += outbound.length + this.#bytes.length - middle
    this.calls.push({
      principal,
      request,
      target,
      atMs,
      start,
      outbound_bytes: middle - start,
      inbound_bytes: inbound === null ? null : this.#bytes.length - middle,
    })
  }

  /** Gives the memory back. */
  release(): void {
    this.#bytes.release()
  }
}

/** One call out of the bytes of its batch. */
export function callIn(batch: Buffer, { start, outbound_bytes, inbound_bytes }: PlaceInBatch) {
  const end = start + outbound_bytes
  const left = batch.toString('utf8', start, end)
  const line = left.indexOf('\n')
  const [path, surrogates] = headIn(left.slice(0, line))
  return {
    path,
    surrogates,
    outbound: left.slice(line + 1),
    inbound: inbound_bytes === null ? null : batch.toString('utf8', end, end + inbound_bytes),
  }
}

const surrogatesOf = z.array(z.tuple([entityType, z.string()]))

/** The path, which holds no space, and behind one what was made up. */
const headOf = ({ path, surrogates }: Left): string =>
  surrogates.length === 0 ? path : `${path} ${JSON.stringify(surrogates)}`

function headIn(head: string): readonly [path: string, surrogates: readonly Surrogate[]] {
  const space = head.indexOf(' ')
  if (space < 0) return [head, []]
  return [head.slice(0, space), surrogatesOf.parse(JSON.parse(head.slice(space + 1)))]
}
