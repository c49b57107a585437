import type { DataClass } from '@freehold/contract/data-class.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { Visible } from './retrieval.ts'
import type { OpenSegment } from './segment.ts'

/** Group 0 holds what was removed; no search ever sees it. */
export const REMOVED = 0

/** Passages of one collection and class in one segment: the unit that is visible or not. */
interface Group {
  readonly class: DataClass
  readonly collection: string
  passages: number
  terms: number
}

/** A segment with the group of each passage. */
export interface Loaded {
  readonly segment: OpenSegment
  readonly groups: Group[]
  readonly groupOf: Uint16Array
  readonly ordinals: ReadonlyMap<string, number>
}

/** What a search may see of one segment. */
export interface Seen extends Loaded {
  readonly isSeen: Uint8Array
}

interface Statistics {
  readonly passages: number
  readonly meanLength: number
}

/** Sorts the passages of a segment into groups. */
export function load(segment: OpenSegment): Loaded {
  const groups: Group[] = [{ class: 'restricted', collection: '', passages: 0, terms: 0 }]
  const groupOf = new Uint16Array(segment.passageDocument.length)
  const known = new Map<string, number>()
  const ordinals = new Map<string, number>()
  segment.documents.forEach((document, ordinal) => {
    ordinals.set(document.id, ordinal)
    const key = `${document.class} ${document.collection}`
    let number = known.get(key)
    if (number === undefined) {
      number =
        groups.push({ class: document.class, collection: document.collection, passages: 0, terms: 0 }) - 1
      known.set(key, number)
    }
    const first = segment.firstPassage[ordinal] ?? 0
    const until = segment.firstPassage[ordinal + 1] ?? 0
    groupOf.fill(number, first, until)
    const group = groups[number]
    if (!group) return
    group.passages += until - first
    for (let passage = first; passage < until; passage++) group.terms += segment.passageLength[passage] ?? 0
  })
  return { segment, groups, groupOf, ordinals }
}

/** Takes a document out of its group: no search sees or counts it any more. */
export function forget(loaded: Loaded, document: string): void {
  const ordinal = loaded.ordinals.get(document)
  if (ordinal === undefined) return
  const { segment, groups, groupOf } = loaded
  const until = segment.firstPassage[ordinal + 1] ?? 0
  for (let passage = segment.firstPassage[ordinal] ?? 0; passage < until; passage++) {
    const group = groups[groupOf[passage] ?? REMOVED]
    if (!group || groupOf[passage] === REMOVED) continue
    group.passages--
    group.terms -= segment.passageLength[passage] ?? 0
    groupOf[passage] = REMOVED
  }
}

function isWithinReach(group: Group, reach: Visible['reach']): boolean {
  if (!reach) return true
  return (reach.named.get(group.collection) ?? reach.others).includes(group.class)
}

/** The groups of one segment that the asker may see; null where it sees none. */
export function seenBy(visible: Visible, loaded: Loaded): Seen | null {
  const isSeen = new Uint8Array(loaded.groups.length)
  let any = false
  loaded.groups.forEach((group, number) => {
    if (number === REMOVED || group.passages === 0 || !isWithin(group.class, visible.ceiling)) return
    if (visible.collections && !visible.collections.includes(group.collection)) return
    if (!isWithinReach(group, visible.reach)) return
    isSeen[number] = 1
    any = true
  })
  return any ? { ...loaded, isSeen } : null
}

/** How many passages are seen, and how long they are. */
export function statisticsOf(seen: readonly Seen[]): Statistics {
  let passages = 0
  let terms = 0
  for (const { groups, isSeen } of seen) {
    groups.forEach((group, number) => {
      if (!isSeen[number]) return
      passages += group.passages
      terms += group.terms
    })
  }
  return { passages, meanLength: passages > 0 ? terms / passages : 0 }
}
