import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Minted } from './automaton.ts'
import type { Match } from './matches.ts'
import { BEGUN, FOUND, NONE } from './matches.ts'
import { spellings } from './spellings.ts'
import { unitAt, UNIT_ENCODED, unitLength, UNIT_MASK } from './unit.ts'

interface Node {
  readonly next: Map<number, Node>
  /** Undefined: no surrogate ends here; null: one does that may stand for two values, so that nobody knows for which. */
  value: string | null | undefined
  type: EntityType
  /** It was made like that, and is not only another spelling. */
  isMinted: boolean
  /** Figures or an address, which go on behind a full stop. */
  isNumber: boolean
}

const newNode = (type: EntityType): Node => ({
  next: new Map(),
  value: undefined,
  type,
  isMinted: false,
  isNumber: false,
})

/** A surrogate in a text. */
export interface Standing {
  readonly start: number
  readonly end: number
  readonly type: EntityType
  readonly value: string
}

/** Finds made-up values in what a model says: letter by letter as they were made, or in a spelling of the same, as whole words. */
export class Surrogates {
  /** Of the match that was found last. */
  end = 0
  value = ''
  #type: EntityType = 'PERSON'
  readonly #root = newNode('PERSON')

  /** What is no surrogate is not taken. */
  add(minted: Minted): void {
    const { placeholder, value, surrogate: type } = minted
    if (type === undefined) return
    const minting = this.#grow(placeholder, type)
    minting.value = value
    minting.isMinted = true
    for (const [meant, spelling] of spellings(minted)) {
      const node = this.#grow(spelling, type)
      if (node.value === undefined) node.value = meant
      else if (!node.isMinted && node.value !== meant) node.value = null
    }
  }

  /** All that stand in a text, in its order. */
  allIn(text: string): readonly Standing[] {
    const all: Standing[] = []
    for (let at = 0; at < text.length; at += 1) {
      if (!this.#root.next.has(text.charCodeAt(at))) continue
      const before = at === 0 ? 0 : text.charCodeAt(at - 1)
      if (this.match(text, at, { before, isLast: true }) !== FOUND) continue
      all.push({ start: at, end: this.end, type: this.#type, value: this.value })
      at = this.end - 1
    }
    return all
  }

  #grow(surrogate: string, type: EntityType): Node {
    let node = this.#root
    for (let at = 0; at < surrogate.length; at += 1) {
      const code = surrogate.charCodeAt(at)
      let next = node.next.get(code)
      if (next === undefined) {
        next = newNode(type)
        node.next.set(code, next)
      }
      node = next
    }
    node.type = type
    node.isNumber = /[\d@]/.test(surrogate)
    return node
  }

  /** The longest that begins at the place. @param before the code unit before it; 0: none that matters */
  match(
    text: string,
    from: number,
    { before, isLast }: { readonly before: number; readonly isLast: boolean },
  ): Match {
    let node: Node = this.#root
    let at = from
    let isEncoded = false
    let match: Match = NONE
    for (;;) {
      const isBegun = node !== this.#root
      if (at >= text.length) return !isLast && isBegun && node.next.size > 0 ? BEGUN : match
      const unit = unitAt(text, at, isLast)
      if (unit < 0) return BEGUN
      const code = unit & UNIT_MASK
      const next = node.next.get(code)
      if (next === undefined || (!isBegun && isWord(code) && isWord(before))) return match
      node = next
      isEncoded ||= (unit & UNIT_ENCODED) !== 0
      at += unitLength(unit)
      if (node.value === undefined || (node.isNumber && JOINS.has(before))) continue
      const ends = endsAt(text, at, { isNumber: node.isNumber, isWordLike: isWord(code), isLast })
      if (ends === BEGUN) return BEGUN
      if (ends === NONE || node.value === null) continue
      match = FOUND
      this.end = at
      this.#type = node.type
      this.value = isEncoded ? encodeURIComponent(node.value.toWellFormed()) : node.value
    }
  }
}

interface Ending {
  readonly isNumber: boolean
  readonly isWordLike: boolean
  readonly isLast: boolean
}

/** Whether the word ends where the surrogate does. */
function endsAt(text: string, at: number, { isNumber, isWordLike, isLast }: Ending): Match {
  const open = isLast ? FOUND : BEGUN
  if (at >= text.length) return open
  const unit = unitAt(text, at, isLast)
  if (unit < 0) return BEGUN
  const code = unit & UNIT_MASK
  if (isWordLike && (isWord(code) || code === AT)) return NONE
  if (!isNumber || code !== STOP) return FOUND
  const behind = at + unitLength(unit)
  if (behind >= text.length) return open
  return isWord(text.charCodeAt(behind)) ? NONE : FOUND
}

/** Whether letters or figures go on around a value, so that nobody could tell where a surrogate in its place ends. */
export function isGlued(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1)
  const behind = text.charCodeAt(end)
  if (isWord(before) && isWord(text.charCodeAt(start))) return true
  if (isWord(text.charCodeAt(end - 1)) && (isWord(behind) || behind === AT)) return true
  if (!/[\d@]/.test(text.slice(start, end))) return false
  return JOINS.has(before) || (behind === STOP && isWord(text.charCodeAt(end + 1)))
}

const AT = 0x40
const STOP = 0x2e
/** Before an address or figures: they began earlier. */
const JOINS: ReadonlySet<number> = new Set([AT, STOP, 0x2b])

/** Of the scripts that put a space between words. */
const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) ||
  (code >= 0xc0 && code < 0x530)
