const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/**
 * Whether an object in a JSON text names a member twice. Parsing keeps the last of them, another reader may take the
 * first, and all of them leave: what was not read must not count as read. `value` is what the text was parsed to.
 */
export function hasRepeatedMembers(json: Buffer, value: unknown): boolean {
  return membersWritten(json) !== membersRead(value)
}

/** Colons outside of texts: each stands in one member. */
function membersWritten(json: Buffer): number {
  let count = 0
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]
    if (byte === COLON) count += 1
    else if (byte === QUOTE) at = endOfText(json, at)
  }
  return count
}

/** Where its closing quote stands. */
function endOfText(json: Buffer, open: number): number {
  let at = json.indexOf(QUOTE, open + 1)
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf(QUOTE, at + 1)
  return at < 0 ? json.length : at
}

function isEscaped(json: Buffer, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === BACKSLASH) slashes += 1
  return slashes % 2 === 1
}

/** Without recursion: depth is the client's. */
function membersRead(value: unknown): number {
  let count = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one !== 'object' || one === null) continue
    const inner = Object.values(one)
    if (!Array.isArray(one)) count += inner.length
    for (const item of inner) open.push(item)
  }
  return count
}
