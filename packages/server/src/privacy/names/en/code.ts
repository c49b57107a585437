/** Longer runs of these characters are keys, hashes and encoded bytes. */
const LONGEST_RUN = 60
const IN_RUN = /[A-Za-z0-9+/=_]/

/** Whether a stretch stands within a key, a hash, encoded bytes, a link or an address of mail. */
export function isInCode(text: string, start: number, end: number): boolean {
  let [from, to] = [start, end]
  while (from > 0 && end - from <= LONGEST_RUN && IN_RUN.test(text[from - 1] ?? '')) from -= 1
  while (to < text.length && to - from <= LONGEST_RUN && IN_RUN.test(text[to] ?? '')) to += 1
  return (to - from > LONGEST_RUN && !text.slice(start, end).includes(' ')) || isInLink(text, start, end)
}

const LONGEST_LINK = 300
const IN_LINK = /[^\s"'<>()]/
/** `@Chidi` is somebody who is spoken to. */
const LINK = /:\/\/|^www\.|.@|^@.*\//

/** What stands in links and addresses is theirs, which have a type of their own. */
function isInLink(text: string, start: number, end: number): boolean {
  let [from, to] = [start, end]
  while (from > 0 && end - from < LONGEST_LINK && IN_LINK.test(text[from - 1] ?? '')) from -= 1
  while (to < text.length && to - from < LONGEST_LINK && IN_LINK.test(text[to] ?? '')) to += 1
  return LINK.test(text.slice(from, to))
}

/** `Pod::Man`, `\\D'l`, `$Mark`, `Len()` and `Len(min=3)`. */
export function isPartOfPath(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? ' '
  // In raw JSON `\\nBob` is somebody.
  if (before === '$' || (before === '\\' && text[start + 1] === "'")) return true
  if (before === ':' && text[start - 2] === ':' && /\w/.test(text[start - 3] ?? ' ')) return true
  return /^(?:::\w|\(\)|\(\w+=)/.test(text.slice(end, end + LONGEST_CALL))
}
const LONGEST_CALL = 20
