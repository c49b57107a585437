import { hash } from 'node:crypto'

/** SHA-256. */
export const HASH_BYTES = 32

/** What goes through SHA-256 in one piece: a log hashes each leaf, and each pair of hashes above. */
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

/** RFC 6962 section 2.1: the hash of one entry. */
export function leafHash(entry: Uint8Array | string): Buffer {
  return sha256(Buffer.concat([Buffer.of(0), Buffer.from(entry)]))
}

/** RFC 6962 section 2.1: the hash over two subtrees. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.of(1), left, right]))
}

/** The root of the tree without leaves. */
export const emptyRoot = (): Buffer => sha256(Buffer.alloc(0))

/** The largest power of two that is smaller than `count`, which is at least two. */
export function splitOf(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/**
 * The hash over subtrees of equal size, of which the last may be smaller: RFC 6962 splits a list of whole subtrees and
 * a rest where it splits the leaves themselves.
 */
export function hashOver(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  // Pair by pair, and what is left over goes up as it is: the same tree from below.
  while (row.length > 1) {
    const next: Buffer[] = []
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]]
      if (left) next.push(right ? nodeHash(left, right) : left)
    }
    row = next
  }
  return row[0] ?? emptyRoot()
}

/** The root that an inclusion proof leads to; null where the proof has the wrong length. RFC 9162 section 2.1.3.2. */
export function rootOfInclusion(
  { index, size }: { readonly index: number; readonly size: number },
  leaf: Buffer,
  proof: readonly Buffer[],
): Buffer | null {
  if (!(index >= 0 && index < size)) return null
  let [node, last] = [index, size - 1]
  let root = leaf
  for (const hash of proof) {
    if (last === 0) return null
    if (node % 2 === 1 || node === last) {
      root = nodeHash(hash, root)
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
    } else root = nodeHash(root, hash)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 ? root : null
}

/** A tree as a checkpoint names it. */
export interface TreeHead {
  readonly size: number
  readonly root: Buffer
}

/** Whether the proof shows that the first tree is the beginning of the second. RFC 9162 section 2.1.4.2. */
export function isConsistent(first: TreeHead, second: TreeHead, proof: readonly Buffer[]): boolean {
  if (first.size > second.size) return false
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root)
  if (first.size === 0) return proof.length === 0 && first.root.equals(emptyRoot())
  const isWhole = Number.isInteger(Math.log2(first.size))
  const [start, ...rest] = isWhole ? [first.root, ...proof] : proof
  if (start === undefined) return false
  let [node, last] = [first.size - 1, second.size - 1]
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  let [before, after] = [start, start]
  for (const hash of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      before = nodeHash(hash, before)
      after = nodeHash(hash, after)
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
    } else after = nodeHash(after, hash)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && before.equals(first.root) && after.equals(second.root)
}
