const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x7b, 0x5b])
const CLOSE = new Set([0x7d, 0x5d])
const COMMA = 0x2c
const COLON = 0x3a

/** One member of an object, as offsets into its text. */
export interface Member {
  readonly name: string
  /** From the quote of the name to the end of the value. */
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/**
 * Replaces or removes members of the outermost object and leaves every other byte as it came: parsing and writing it
 * again would round numbers and reorder nothing but cost more. `json` must be valid JSON with an object outside.
 * @param changes new text of the value by name; null removes the member
 */
export function editMembers(json: Buffer, changes: Readonly<Record<string, string | null>>): Buffer {
  const parts: Buffer[] = []
  let kept = 0
  let isFirst = true
  for (const member of membersOf(json)) {
    // Object.hasOwn: a client may well call a member `constructor`.
    const change = Object.hasOwn(changes, member.name) ? changes[member.name] : undefined
    if (change === undefined) {
      isFirst = false
      continue
    }
    if (change === null) {
      // With the comma before it; the first member goes with the comma after it.
      const from = isFirst ? member.start : json.lastIndexOf(COMMA, member.start)
      const after = isFirst ? skipComma(json, member.end) : member.end
      parts.push(json.subarray(kept, Math.max(from, kept)))
      kept = after
    } else {
      parts.push(json.subarray(kept, member.valueStart), Buffer.from(change))
      kept = member.end
      isFirst = false
    }
  }
  if (parts.length === 0) return json
  parts.push(json.subarray(kept))
  return Buffer.concat(parts)
}

function skipComma(json: Buffer, from: number): number {
  const at = skipSpace(json, from)
  return json[at] === COMMA ? at + 1 : from
}

/** The members of the object, which must be valid JSON; as many as are asked for. */
export function* membersOf(json: Buffer): Generator<Member> {
  let at = skipSpace(json, json.indexOf(0x7b) + 1)
  while (json[at] === QUOTE) {
    const start = at
    const nameEnd = endOfString(json, at)
    const name: unknown = JSON.parse(json.toString('utf8', start, nameEnd))
    at = skipSpace(json, nameEnd)
    if (json[at] !== COLON) throw new Error('this is no JSON object')
    const valueStart = skipSpace(json, at + 1)
    const end = endOfValue(json, valueStart)
    yield { name: String(name), start, valueStart, end }
    at = skipSpace(json, end)
    if (json[at] === COMMA) at = skipSpace(json, at + 1)
  }
}

/** The elements of an array of valid JSON; as many as are asked for. */
export function* elementsOf(json: Buffer): Generator<Buffer> {
  let at = skipSpace(json, json.indexOf(0x5b) + 1)
  while (at < json.length && !CLOSE.has(json[at] ?? 0)) {
    const end = endOfValue(json, at)
    yield json.subarray(at, end)
    at = skipSpace(json, end)
    if (json[at] === COMMA) at = skipSpace(json, at + 1)
  }
}

function skipSpace(json: Buffer, from: number): number {
  let at = from
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1
  return at
}

/** After the closing quote. A long text costs one search, not one step per byte. */
function endOfString(json: Buffer, open: number): number {
  let at = json.indexOf(QUOTE, open + 1)
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf(QUOTE, at + 1)
  if (at < 0) throw new Error('this is no JSON string')
  return at + 1
}

function isEscaped(json: Buffer, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === BACKSLASH) slashes += 1
  return slashes % 2 === 1
}

function endOfValue(json: Buffer, from: number): number {
  let depth = 0
  let at = from
  while (at < json.length) {
    const byte = json[at] ?? 0
    if (byte === QUOTE) {
      at = endOfString(json, at)
      if (depth === 0) return at
      continue
    }
    if (OPEN.has(byte)) depth += 1
    else if (CLOSE.has(byte)) {
      // The end of the object around a number or a word.
      if (depth === 0) return trimEnd(json, from, at)
      depth -= 1
      if (depth === 0) return at + 1
    } else if (byte === COMMA && depth === 0) return trimEnd(json, from, at)
    at += 1
  }
  throw new Error('this is no JSON value')
}

function trimEnd(json: Buffer, from: number, end: number): number {
  let at = end
  while (at > from && (json[at - 1] ?? 0) <= 0x20) at -= 1
  return at
}
