const counts = new Uint16Array(128)

/** Shannon entropy in bits per character; what is not ASCII counts as one letter. */
export function entropyOf(value: string): number {
  counts.fill(0)
  for (let at = 0; at < value.length; at += 1) {
    const code = Math.min(value.charCodeAt(at), 127)
    counts[code] = (counts[code] ?? 0) + 1
  }
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}
