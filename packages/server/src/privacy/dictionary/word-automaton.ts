import type { Hit } from './hit.ts'
import { fold, foldedCodes, isBoundary } from './letters.ts'

/** One value of a dictionary as it is searched for. */
export interface Word {
  /** As a text is read: see `readingsOf`. */
  readonly text: string
  readonly type: number
  readonly isCased: boolean
  /** Not inside of a longer word of a script that writes spaces. */
  readonly isWhole: boolean
}

/**
 * An automaton over all values of a tenant (Aho and Corasick 1975), as arrays that threads share. States stand in the
 * order of a breadth-first walk, so that the children of a state lie side by side, by their letters.
 */
export interface WordTables {
  /** Of each state the first of its children, which end where those of the next state begin. */
  readonly children: Int32Array
  /** The letter that leads to the state. */
  readonly letters: Uint16Array
  /** The state of its longest tail. */
  readonly tails: Int32Array
  /** The nearest state along the tails at which a word ends, itself included; 0 for none. */
  readonly ends: Int32Array
  /** The same of words that may be parts of longer ones: all that can end where no word does. */
  readonly partEnds: Int32Array
  /** The word that ends at the state, or -1. */
  readonly words: Int32Array
  /** Where each word leads from the beginning. */
  readonly roots: Int32Array
  /** Of each word the first of its variants, which end where those of the next word begin. */
  readonly variants: Int32Array
  readonly lengths: Uint16Array
  readonly types: Uint8Array
  /** Of each variant: the sum of CASED and WHOLE. */
  readonly kinds: Uint8Array
  /** Of each variant, where its letters stand in `spelling`, if case matters. */
  readonly spelt: Int32Array
  readonly spelling: Uint16Array
}

const CASED = 1
const WHOLE = 2

/** Zeroed memory that all threads see. */
export const sharedInts = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(Math.max(4, length * 4)), 0, length)
export const sharedShorts = (length: number): Uint16Array =>
  new Uint16Array(new SharedArrayBuffer(Math.max(2, length * 2)), 0, length)
export const sharedBytes = (length: number): Uint8Array =>
  new Uint8Array(new SharedArrayBuffer(Math.max(1, length)), 0, length)

/** One way in which a word counts: the sum of its kind and four times its type, and its letters if case matters. */
interface Variant {
  readonly bits: number
  readonly text: string
}

/** Most words have one variant without letters of its own, which is a number: an object for each would take most of the memory. */
type Variants = number | Variant[]

const KIND_BITS = CASED + WHOLE

/** Linear in the characters of the words, but for sorting them. None of them may be empty. */
export function buildWords(words: Iterable<Word>): WordTables {
  const byKey = new Map<string, Variants>()
  for (const { text, type, isCased, isWhole } of words) {
    const key = fold(text)
    const bits = type * (KIND_BITS + 1) + (isCased ? CASED : 0) + (isWhole ? WHOLE : 0)
    const before = byKey.get(key)
    const variant = { bits, text: isCased ? text : '' }
    if (before === undefined) byKey.set(key, isCased ? [variant] : bits)
    else if (!variantsOf(before).some((one) => isSame(one, variant)))
      byKey.set(key, [...variantsOf(before), variant])
  }
  const keys = [...byKey.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  const variants = keys.map((key) => byKey.get(key) ?? [])
  byKey.clear()
  const mayBePart = variants.map((same) => variantsOf(same).some(({ bits }) => (bits & WHOLE) === 0))
  return { ...plant(keys, mayBePart), ...spell(keys, variants) }
}

const variantsOf = (variants: Variants): readonly Variant[] =>
  typeof variants === 'number' ? [{ bits: variants, text: '' }] : variants

const isSame = (a: Variant, b: Variant): boolean =>
  (a.bits & KIND_BITS) === (b.bits & KIND_BITS) && a.text === b.text

type Spelt = Pick<WordTables, 'variants' | 'lengths' | 'types' | 'kinds' | 'spelt' | 'spelling'>

/** Each key is as long as its variants. */
function spell(keys: readonly string[], words: readonly Variants[]): Spelt {
  let [count, cased] = [0, 0]
  for (const same of words) {
    count += typeof same === 'number' ? 1 : same.length
    if (typeof same !== 'number') for (const { text } of same) cased += text.length
  }
  const variants = sharedInts(words.length + 1)
  const lengths = sharedShorts(words.length)
  const types = sharedBytes(count)
  const kinds = sharedBytes(count)
  const spelt = sharedInts(count)
  const spelling = sharedShorts(cased)
  let next = 0
  let letters = 0
  for (const [index, same] of words.entries()) {
    variants[index] = next
    lengths[index] = keys[index]?.length ?? 0
    for (const { bits, text } of variantsOf(same)) {
      types[next] = Math.floor(bits / (KIND_BITS + 1))
      kinds[next] = bits & KIND_BITS
      spelt[next] = letters
      for (let at = 0; at < text.length; at += 1) spelling[letters + at] = text.charCodeAt(at)
      letters += text.length
      next += 1
    }
  }
  variants[words.length] = next
  return { variants, lengths, types, kinds, spelt, spelling }
}

type Trie = Pick<WordTables, 'children' | 'letters' | 'tails' | 'ends' | 'partEnds' | 'words' | 'roots'>

/** `keys` are sorted and unlike each other. */
function plant(keys: readonly string[], mayBePart: readonly boolean[]): Trie {
  const most = 1 + keys.reduce((sum, key) => sum + key.length, 0)
  const children = new Int32Array(most + 1)
  const letters = new Uint16Array(most)
  const words = new Int32Array(most).fill(-1)
  /** The keys that go through the state. */
  const from = new Int32Array(most)
  const to = new Int32Array(most)
  to[0] = keys.length
  let states = 1
  let level = 1
  for (let state = 0, depth = 0; state < states; state += 1) {
    if (state === level) {
      depth += 1
      level = states
    }
    children[state] = states
    let at = from[state] ?? 0
    const last = to[state] ?? 0
    if (at < last && keys[at]?.length === depth) words[state] = at++
    while (at < last) {
      const letter = keys[at]?.charCodeAt(depth) ?? 0
      letters[states] = letter
      from[states] = at
      while (at < last && keys[at]?.charCodeAt(depth) === letter) at += 1
      to[states] = at
      states += 1
    }
  }
  children[states] = states
  const kept = {
    children: sharedInts(states + 1),
    letters: sharedShorts(states),
    words: sharedInts(states),
    roots: sharedInts(65_536),
  }
  kept.children.set(children.subarray(0, states + 1))
  kept.letters.set(letters.subarray(0, states))
  kept.words.set(words.subarray(0, states))
  for (let child = 1; child < (children[1] ?? 0); child += 1) kept.roots[letters[child] ?? 0] = child
  return { ...kept, ...link(kept, mayBePart) }
}

/** Where a word breaks off, the search goes on at its longest tail that is the beginning of a word. */
function link(
  trie: Pick<Trie, 'children' | 'letters' | 'words' | 'roots'>,
  mayBePart: readonly boolean[],
): Pick<Trie, 'tails' | 'ends' | 'partEnds'> {
  const { children, letters, words, roots } = trie
  const tails = sharedInts(words.length)
  const ends = sharedInts(words.length)
  const partEnds = sharedInts(words.length)
  for (let state = 0; state < words.length; state += 1) {
    for (let child = children[state] ?? 0; child < (children[state + 1] ?? 0); child += 1) {
      const letter = letters[child] ?? 0
      let tail = 0
      if (state !== 0) {
        for (let at = tails[state] ?? 0; ; at = tails[at] ?? 0) {
          tail = at === 0 ? (roots[letter] ?? 0) : childOf(trie, at, letter)
          if (tail !== 0 || at === 0) break
        }
      }
      tails[child] = tail
      const word = words[child] ?? -1
      ends[child] = word >= 0 ? child : (ends[tail] ?? 0)
      partEnds[child] = mayBePart[word] === true ? child : (partEnds[tail] ?? 0)
    }
  }
  return { tails, ends, partEnds }
}

/** The child of a state other than the first, or 0. */
function childOf(
  { children, letters }: Pick<Trie, 'children' | 'letters'>,
  state: number,
  letter: number,
): number {
  let low = children[state] ?? 0
  const last = children[state + 1] ?? 0
  let high = last
  while (high - low > 4) {
    const middle = (low + high) >> 1
    if ((letters[middle] ?? 0) <= letter) low = middle
    else high = middle
  }
  for (; low < high; low += 1) if (letters[low] === letter) return low
  return 0
}

/** What of the values stands in a text that was read with `readComposed`: at each place the longest, in order. */
export function searchWords(tables: WordTables, text: string): Hit[] {
  const { tails, ends, partEnds, words, roots } = tables
  const folds = foldedCodes()
  const hits: Hit[] = []
  let state = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = folds[text.charCodeAt(at)] ?? 0
    let next = 0
    while (state !== 0 && (next = childOf(tables, state, letter)) === 0) state = tails[state] ?? 0
    state = state === 0 ? (roots[letter] ?? 0) : next
    if (ends[state] === 0) continue
    const possible = isBoundary(text, at + 1) ? ends : partEnds
    for (let end = possible[state] ?? 0; end !== 0; end = possible[tails[end] ?? 0] ?? 0) {
      const hit = hitOf(tables, words[end] ?? 0, text, at + 1)
      if (hit === null) continue
      hits.push(hit)
      // What is shorter and ends here as well lies inside of it.
      break
    }
  }
  return hits
}

function hitOf(tables: WordTables, word: number, text: string, end: number): Hit | null {
  const { variants, lengths, types, kinds } = tables
  const start = end - (lengths[word] ?? 0)
  for (let variant = variants[word] ?? 0; variant < (variants[word + 1] ?? 0); variant += 1) {
    const kind = kinds[variant] ?? 0
    if ((kind & WHOLE) !== 0 && !(isBoundary(text, start) && isBoundary(text, end))) continue
    if ((kind & CASED) !== 0 && !isSpelt(tables, variant, text, start)) continue
    return { start, end, type: types[variant] ?? 0 }
  }
  return null
}

function isSpelt({ spelt, spelling }: WordTables, variant: number, text: string, start: number): boolean {
  const from = spelt[variant] ?? 0
  const last = spelt[variant + 1] ?? spelling.length
  for (let at = from; at < last; at += 1) {
    if (spelling[at] !== text.charCodeAt(start + at - from)) return false
  }
  return true
}
