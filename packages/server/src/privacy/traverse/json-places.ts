/** The bodies that go to a target, and JSON that is nobody's dialect. */
export type Shape = 'chat' | 'responses' | 'messages' | 'embeddings' | 'free'

/**
 * `text`: people's words, which may be rewritten; `number`: a figure in free JSON, which becomes a text when it is;
 * `fixed` and `key`: read and never rewritten, because the API, the target or the caller's tools go by it.
 */
export type Role = 'text' | 'number' | 'fixed' | 'key'

/** A string or a long number of a JSON text. */
export interface Place {
  readonly role: Role
  /** What lies between the quotes, as offsets into the JSON text; of a number all of it. */
  readonly start: number
  readonly end: number
  /** The member that it is the value of, the array's for elements; null at the outermost level. */
  readonly key: string | null
  /** What the model said in an earlier turn, and the client sends again. */
  readonly isSpoken?: true
  /** It stands among the turns of a conversation, to which others are added. */
  readonly isTurn: boolean
}

/** How the values of a container are meant. */
type Mode = 'envelope' | 'free' | 'schema' | 'members' | 'fixed' | 'texts'

interface Frame {
  readonly mode: Mode
  readonly isArray: boolean
  /** Of an object the member that is read now, of an array its own. */
  key: string | null
  readonly depth: number
  readonly isTurn: boolean
  /** Of a block of thinking, which is not rewritten once it is signed. */
  thinking: number
  isSigned: boolean
  /** Where its places begin, and whether they are what the model said. */
  readonly from: number
  isSpoken: boolean
}

/** Members of the APIs that name, refer or choose. What they do not have is text. */
const FIXED = new Set([
  'id',
  'type',
  'role',
  'status',
  'model',
  'name',
  'object',
  'signature',
  'encrypted_content',
  'encrypted_index',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'service_tier',
  'media_type',
  'server_label',
  'connector_id',
  'recipient',
])
const isFixed = (key: string): boolean => FIXED.has(key) || key.endsWith('_id') || key.endsWith('_ids')

/** Members whose value is the caller's own JSON. */
const FREE = new Set(['arguments', 'action', 'operation', 'metadata', 'variables', 'queries', 'environment'])
const SCHEMAS = new Set(['parameters', 'input_schema', 'schema', 'output_schema'])
/** Members of a JSON Schema that are words for people, or values. */
const SCHEMA_TEXTS = new Set(['description', 'title', '$comment', 'enum', 'const', 'default', 'examples'])
const SCHEMA_MEMBERS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])
const SCHEMA_FIXED = new Set(['required', 'type', 'dependentRequired'])

function innerMode({ mode, key, isArray, depth }: Frame): Mode {
  if (mode === 'free' || mode === 'fixed' || mode === 'texts') return mode
  if (mode === 'members') return 'schema'
  // The elements of an array are what the array is.
  if (isArray || key === null) return mode
  if (mode === 'schema') {
    if (SCHEMA_MEMBERS.has(key)) return 'members'
    if (SCHEMA_FIXED.has(key)) return 'fixed'
    return SCHEMA_TEXTS.has(key) ? 'texts' : 'schema'
  }
  if (SCHEMAS.has(key)) return 'schema'
  if (FREE.has(key) || (key === 'input' && depth > 1)) return 'free'
  return isFixed(key) ? 'fixed' : 'envelope'
}

function roleIn({ mode, key }: Frame): Role {
  if (mode === 'free' || mode === 'texts') return 'text'
  if (mode === 'fixed') return 'fixed'
  if (mode === 'schema') return key !== null && SCHEMA_TEXTS.has(key) ? 'text' : 'fixed'
  if (mode === 'members') return 'fixed'
  return key !== null && isFixed(key) ? 'fixed' : 'text'
}

/** Shorter figures identify nobody. */
const SHORTEST_NUMBER = 7
const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COLON] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x3a,
]

/**
 * Every string and every long number of a JSON text, which must be valid. Without recursion: depth is the client's.
 * @param key what all of it is the value of
 */
export function placesIn(json: string, shape: Shape, key: string | null = null): readonly Place[] {
  const outermost: Mode = shape === 'free' ? 'free' : 'envelope'
  const places: Place[] = []
  const frames: Frame[] = []
  let frame: Frame = newFrame({ mode: outermost, isArray: true, key, depth: 0, isTurn: false, from: 0 })
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(json, at)
      at = takeString(json, { start: at + 1, end }, frame, places)
    } else if (code === OPEN || code === OPEN_LIST) {
      frames.push(frame)
      const isArray = code === OPEN_LIST
      frame = newFrame({
        mode: innerMode(frame),
        isArray,
        key: isArray ? frame.key : null,
        depth: frame.depth + 1,
        isTurn: frame.isTurn || (frame.depth === 1 && TURNS.has(frame.key ?? '')),
        from: places.length,
      })
    } else if (code === CLOSE || code === CLOSE_LIST) {
      fixThinking(frame, places)
      if (frame.isSpoken) markSpoken(frame, places)
      frame = frames.pop() ?? frame
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(json, at)
      if (end - at >= SHORTEST_NUMBER) {
        const role = frame.mode === 'free' ? 'number' : 'fixed'
        places.push({ role, start: at, end, key: frame.key, isTurn: frame.isTurn })
      }
      at = end - 1
    }
  }
  return places
}

/** Of requests for models. */
const TURNS = new Set(['messages', 'input'])

const newFrame = (fields: Omit<Frame, 'thinking' | 'isSigned' | 'isSpoken'>): Frame => ({
  ...fields,
  thinking: -1,
  isSigned: false,
  isSpoken: false,
})

/** Where the string, or the name with its colon, ends. */
function takeString(
  json: string,
  { start, end }: { readonly start: number; readonly end: number },
  frame: Frame,
  places: Place[],
): number {
  const colon = frame.isArray ? -1 : colonAfter(json, end + 1)
  if (colon >= 0) {
    frame.key = unescaped(json.slice(start, end))
    if (!isWord(json, start, end)) places.push({ role: 'key', start, end, key: null, isTurn: frame.isTurn })
    return colon
  }
  if (frame.mode === 'envelope' && SPEAKERS[frame.key ?? '']?.has(json.slice(start, end)) === true) {
    frame.isSpoken = true
  }
  if (frame.key === 'thinking') frame.thinking = places.length
  if (frame.key === 'signature' && end > start) frame.isSigned = true
  const role = roleIn(frame)
  const isScanned = role === 'text' || WHO.has(frame.key ?? '') || !isWord(json, start, end)
  if (isScanned) places.push({ role, start, end, key: frame.key, isTurn: frame.isTurn })
  return end
}

/** Members that say that a message, or an item of one, is the model's own. */
const SPEAKERS: Readonly<Partial<Record<string, ReadonlySet<string>>>> = {
  role: new Set(['assistant']),
  type: new Set(['reasoning', 'function_call', 'custom_tool_call', 'mcp_call']),
}

function markSpoken({ from }: Frame, places: Place[]): void {
  for (let at = from; at < places.length; at += 1) {
    const place = places[at]
    if (place !== undefined) places[at] = { ...place, isSpoken: true }
  }
}

/** What the caller calls a person, who may be called by a name: `thomas.lindqvist`. */
const WHO = new Set(['user', 'safety_identifier', 'user_id', 'prompt_cache_key'])
const LONGEST_WORD = 40

/** A name as programs write it, which begins small and has no figure in it, says nothing of anybody. */
function isWord(json: string, start: number, end: number): boolean {
  if (end - start > LONGEST_WORD || !isSmall(json.charCodeAt(start))) return false
  for (let at = start + 1; at < end; at += 1) {
    const code = json.charCodeAt(at)
    if (!isSmall(code) && !(code >= 0x41 && code <= 0x5a) && code !== 0x2d && code !== 0x2e) return false
  }
  return true
}

const UNDERSCORE = 0x5f
const isSmall = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || code === UNDERSCORE

function fixThinking({ mode, isSigned, thinking }: Frame, places: Place[]): void {
  const place = places[thinking]
  if (mode === 'envelope' && isSigned && place !== undefined) places[thinking] = { ...place, role: 'fixed' }
}

function colonAfter(json: string, from: number): number {
  let at = from
  while (json.charCodeAt(at) <= 0x20) at += 1
  return json.charCodeAt(at) === COLON ? at : -1
}

/** Of the closing quote. A long text costs one search, not one step per character. */
function endOfString(json: string, open: number): number {
  let at = json.indexOf('"', open + 1)
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1)
  return at < 0 ? json.length : at
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0
  while (json.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1
  return slashes % 2 === 1
}

function endOfNumber(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && NUMERIC.test(json[at] ?? '')) at += 1
  return at
}

const NUMERIC = /[\d.eE+-]/

/** The text that stands between the quotes of a JSON string. */
export function unescaped(raw: string): string {
  // Checked: it is a part of a JSON text that was parsed.
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw
}

/**
 * Tells where a character of what `unescaped` returns begins in `raw`; to be asked in their order. Only what lies before
 * the last of them is read, from escape to escape.
 */
export function rawPlaces(raw: string): (index: number) => number {
  let read = 0
  let at = 0
  let next = raw.indexOf('\\')
  return (index) => {
    while (next >= 0 && read + next - at < index) {
      read += next - at + 1
      at = next + (raw[next + 1] === 'u' ? 6 : 2)
      next = raw.indexOf('\\', at)
    }
    return at + index - read
  }
}
