/** So long a key is hardly asked about twice. */
const LONGEST_KEY = 64

/**
 * Answers again what was asked lately, without finding it anew. `find` says of a string always the same.
 * @param most how many answers are kept; with one more all are forgotten
 */
export function remembering<V>(find: (key: string) => V, most = 512): (key: string) => V {
  const known = new Map<string, V>()
  return (key) => {
    if (key.length > LONGEST_KEY) return find(key)
    const before = known.get(key)
    if (before !== undefined) return before
    const found = find(key)
    if (known.size >= most) known.clear()
    known.set(key, found)
    return found
  }
}
