import type { TenantId } from '../store/store.ts'
import type { Segment, Visible } from './retrieval.ts'
import type { HeldSegment, SearchView } from './search-view.ts'
import { viewOf } from './search-view.ts'
import type { SegmentBody } from './segment.ts'
import { openSegment } from './segment.ts'
import type { Seen } from './visible-groups.ts'
import { forget, load, restrict, seenBy } from './visible-groups.ts'

interface Tenant {
  readonly segments: Map<string, HeldSegment>
  /** Which segment a document counts in: the last one that was added. */
  readonly homes: Map<string, string>
}

function sizeOf({ body, forward }: HeldSegment): number {
  if (!body) return 0
  // What lies in the segment's bytes, three columns by term, and two by passage and term.
  const turned = forward
    ? forward.first.byteLength + forward.terms.byteLength + forward.occurrences.byteLength
    : 0
  return body.termBytes.length + body.postings.length + 3 * body.termEnd.byteLength + turned
}

/** Terms and postings of an opened segment, alone: the whole bytes would stay with them otherwise. */
function bodyOf(body: SegmentBody): SegmentBody {
  const { passages, termBytes, termEnd, postings, postingsEnd, postingsCount } = body
  return { passages, termBytes, termEnd, postings, postingsEnd, postingsCount }
}

/** Views that are kept; eight bytes for each passage. */
const MOST_VIEWS = 4

/** Whether it is the view of just these segments and groups. */
function isOf({ parts }: SearchView, seen: readonly (Seen & { readonly held: HeldSegment })[]): boolean {
  return (
    parts.length === seen.length &&
    parts.every(({ held, body, isSeen }, at) => {
      const other = seen[at]
      return other?.held === held && held.body === body && Buffer.compare(other.isSeen, isSeen) === 0
    })
  )
}

/** Segments in memory, by tenant. When their postings take too much, those that were used longest ago are let go. */
export class SegmentMemory {
  readonly #tenants = new Map<TenantId, Tenant>()
  readonly #mostBytes: () => number
  /** The views of the last searches, as long as nothing changes: people ask more than once. */
  #views: SearchView[] = []
  #uses = 0

  constructor(mostBytes: () => number) {
    this.#mostBytes = mostBytes
  }

  /** Before anything changes of what a search could see. */
  #changed(): void {
    this.#views = []
  }

  /** @throws Error when the bytes are no segment */
  add(tenant: TenantId, { id, bytes, acl }: Segment): void {
    const known = this.#tenants.get(tenant)?.segments.has(id)
    if (known) return
    const { documents, firstPassage, passageDocument, passageStart, passageEnd, passageLength, ...body } =
      openSegment(bytes)
    const head = { documents, firstPassage, passageDocument, passageStart, passageEnd, passageLength }
    this.#changed()
    const index = this.#tenants.get(tenant) ?? { segments: new Map(), homes: new Map() }
    this.#tenants.set(tenant, index)
    for (const document of documents) {
      const home = index.homes.get(document.id)
      if (home !== undefined) this.#forgetIn(index, home, document.id)
      index.homes.set(document.id, id)
    }
    const held = { id, loaded: load(head, acl), body: bodyOf(body), forward: null, usedAt: this.#uses++ }
    index.segments.set(id, held)
    this.#releaseEmpty(index)
    this.trim()
  }

  remove(tenant: TenantId, documents: readonly string[]): void {
    const index = this.#tenants.get(tenant)
    if (!index) return
    this.#changed()
    for (const id of documents) {
      const home = index.homes.get(id)
      if (home === undefined) continue
      this.#forgetIn(index, home, id)
      index.homes.delete(id)
    }
    this.#releaseEmpty(index)
  }

  restrict(tenant: TenantId, acl: ReadonlyMap<string, number>): void {
    const index = this.#tenants.get(tenant)
    if (!index) return
    this.#changed()
    for (const [id, set] of acl) {
      const held = index.segments.get(index.homes.get(id) ?? '')
      if (held) restrict(held.loaded, id, set)
    }
  }

  forget(tenant: TenantId): void {
    this.#changed()
    this.#tenants.delete(tenant)
  }

  /** Gives a segment that was let go its postings again. */
  open(tenant: TenantId, { id, bytes }: Segment): void {
    const held = this.#tenants.get(tenant)?.segments.get(id)
    if (held && !held.body) held.body = bodyOf(openSegment(bytes))
  }

  /** What a search may see, or the segments that must be opened first. */
  view(visible: Visible): SearchView | { readonly lacking: readonly string[] } {
    const segments = this.#tenants.get(visible.tenant)?.segments.values() ?? []
    const seen = [...segments].flatMap((held) => {
      const one = seenBy(visible, held.loaded)
      return one ? Object.assign(one, { held }) : []
    })
    const lacking = seen.flatMap(({ held }) => (held.body ? [] : [held.id]))
    if (lacking.length > 0) return { lacking }
    for (const { held } of seen) held.usedAt = this.#uses++
    const known = this.#views.find((view) => isOf(view, seen))
    if (known) return known
    const view = viewOf(seen)
    this.#views = [view, ...this.#views].slice(0, MOST_VIEWS)
    return view
  }

  /** Lets go of what was used longest ago, until the rest fits. */
  trim(): void {
    const open = Array.from(this.#tenants.values(), ({ segments }) => Array.from(segments.values()))
      .flat()
      .filter(({ body }) => body !== null)
      .toSorted((a, b) => a.usedAt - b.usedAt)
    let bytes = open.reduce((sum, held) => sum + sizeOf(held), 0)
    for (const held of open) {
      if (bytes <= this.#mostBytes()) break
      this.#changed()
      bytes -= sizeOf(held)
      held.body = null
      held.forward = null
    }
  }

  #forgetIn(index: Tenant, home: string, document: string): void {
    const held = index.segments.get(home)
    if (held) forget(held.loaded, document)
  }

  #releaseEmpty(index: Tenant): void {
    for (const [id, { loaded }] of index.segments) {
      const isEmpty = loaded.groupOf.length > 0 && loaded.groups.every((group) => group.passages === 0)
      if (isEmpty) index.segments.delete(id)
    }
  }
}
