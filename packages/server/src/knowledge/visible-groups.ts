import type { DataClass } from '@freehold/contract/data-class.ts'
import { classesWithin } from '@freehold/contract/data-class.ts'
import type { Visible } from './retrieval.ts'
import type { SegmentHead } from './segment.ts'

/** Group 0 holds what was removed; no search ever sees it. */
export const REMOVED = 0

/** The set of readers of what is for everybody. */
export const EVERYBODY = 0

/** Passages of one collection, class and set of readers in one segment: the unit that is visible or not. */
interface Group {
  readonly class: DataClass
  readonly collection: string
  readonly acl: number
  passages: number
  terms: number
}

/** A segment with the group of each passage. */
export interface Loaded {
  readonly segment: SegmentHead
  readonly groups: Group[]
  readonly groupOf: Uint16Array
  /** Numbers of groups by what they are of. */
  readonly numbers: Map<string, number>
  readonly ordinals: ReadonlyMap<string, number>
}

/** What a search may see of one segment. */
export interface Seen extends Loaded {
  readonly isSeen: Uint8Array
}

export interface Statistics {
  readonly passages: number
  readonly meanLength: number
}

/** Sorts the passages of a segment into groups. */
export function load(segment: SegmentHead, acl: ReadonlyMap<string, number> = new Map()): Loaded {
  const loaded: Loaded = {
    segment,
    groups: [{ class: 'restricted', collection: '', acl: EVERYBODY, passages: 0, terms: 0 }],
    groupOf: new Uint16Array(segment.passageDocument.length),
    numbers: new Map(),
    ordinals: new Map(segment.documents.map(({ id }, ordinal) => [id, ordinal])),
  }
  segment.documents.forEach(({ id }, ordinal) => {
    move(loaded, ordinal, groupNumber(loaded, ordinal, acl.get(id) ?? EVERYBODY))
  })
  return loaded
}

/** Numbers that a passage can name. */
const MOST_GROUPS = 0x1_0000

/** The group of a document that is for these readers. One that emptied is used again: access lists change for ever. */
function groupNumber({ segment, groups, numbers }: Loaded, ordinal: number, acl: number): number {
  const document = segment.documents[ordinal]
  if (!document) return REMOVED
  const nameOf = (group: Pick<Group, 'class' | 'collection' | 'acl'>): string =>
    `${group.class} ${group.collection} ${group.acl}`
  const group: Group = { class: document.class, collection: document.collection, acl, passages: 0, terms: 0 }
  const known = numbers.get(nameOf(group))
  if (known !== undefined) return known
  const empty =
    groups.length < MOST_GROUPS ? -1 : groups.findIndex((one, at) => at > REMOVED && !one.passages)
  if (groups.length >= MOST_GROUPS && empty < 0)
    throw new RangeError('index segment: too many sets of readers')
  const before = groups[empty]
  if (before) numbers.delete(nameOf(before))
  const number = before ? empty : groups.length
  groups[number] = group
  numbers.set(nameOf(group), number)
  return number
}

/** Puts all passages of a document into a group. */
function move({ segment, groups, groupOf }: Loaded, ordinal: number, number: number): void {
  const until = segment.firstPassage[ordinal + 1] ?? 0
  for (let passage = segment.firstPassage[ordinal] ?? 0; passage < until; passage++) {
    const length = segment.passageLength[passage] ?? 0
    const from = groupOf[passage] ?? REMOVED
    const [before, after] = [groups[from], groups[number]]
    if (before && from !== REMOVED) {
      before.passages--
      before.terms -= length
    }
    groupOf[passage] = number
    if (!after || number === REMOVED) continue
    after.passages++
    after.terms += length
  }
}

/** The document is for other readers from now on; one that was taken out stays out. */
export function restrict(loaded: Loaded, document: string, acl: number): void {
  const ordinal = loaded.ordinals.get(document)
  if (ordinal === undefined) return
  const first = loaded.segment.firstPassage[ordinal] ?? 0
  if (loaded.groupOf[first] === REMOVED) return
  move(loaded, ordinal, groupNumber(loaded, ordinal, acl))
}

/** Takes a document out of its group: no search sees or counts it any more. */
export function forget(loaded: Loaded, document: string): void {
  const ordinal = loaded.ordinals.get(document)
  if (ordinal === undefined) return
  move(loaded, ordinal, REMOVED)
}

function isWithinReach(group: Group, reach: Visible['reach']): boolean {
  if (!reach) return true
  return (reach.named.get(group.collection) ?? reach.others).includes(group.class)
}

function isForReader({ acl }: Group, sets: Visible['sets']): boolean {
  if (acl === EVERYBODY || sets === 'every') return true
  return (((sets?.[acl >>> 5] ?? 0) >>> (acl & 31)) & 1) === 1
}

/** The groups of one segment that the asker may see; null where it sees none. */
export function seenBy(visible: Visible, loaded: Loaded): Seen | null {
  const isSeen = new Uint8Array(loaded.groups.length)
  let any = false
  // Of sets of readers there may be thousands in a segment: what is cheap is asked first.
  const classes: ReadonlySet<string> = new Set(classesWithin(visible.ceiling))
  for (let number = REMOVED + 1; number < loaded.groups.length; number++) {
    const group = loaded.groups[number]
    if (!group || group.passages === 0 || !isForReader(group, visible.sets)) continue
    if (!classes.has(group.class) || !isWithinReach(group, visible.reach)) continue
    if (visible.collections && !visible.collections.includes(group.collection)) continue
    isSeen[number] = 1
    any = true
  }
  return any ? { ...loaded, isSeen } : null
}

/** How many passages are seen, and how long they are. */
export function statisticsOf(seen: readonly Seen[]): Statistics {
  let passages = 0
  let terms = 0
  for (const { groups, isSeen } of seen) {
    for (let number = REMOVED + 1; number < groups.length; number++) {
      const group = groups[number]
      if (!group || isSeen[number] !== 1) continue
      passages += group.passages
      terms += group.terms
    }
  }
  return { passages, meanLength: passages > 0 ? terms / passages : 0 }
}
