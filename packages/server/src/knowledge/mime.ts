import { Fault } from '../kernel/fault.ts'

/** A part of a message (RFC 2045). Text stands as bytes in a string until its character set is known. */
export interface MimePart {
  readonly headers: ReadonlyMap<string, string>
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** Decoded from its transfer encoding. */
  readonly body: () => Buffer
  readonly parts: readonly MimePart[]
}

const DEEPEST = 16
const MOST_PARTS = 1000
const LONGEST_HEADER = 1 << 20

function unreadable(why: string): Fault {
  return new Fault('unreadable_document', `The message cannot be read: ${why}.`)
}

/** Bytes of a character set by any of its names; Latin-1 where the name says nothing. */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const name = (charset ?? 'utf-8').toLowerCase()
  try {
    // Mail programs write GB 2312 and mean everything that came after it.
    return new TextDecoder(/^gb|^cp936|^x-gbk/.test(name) ? 'gb18030' : name).decode(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new TextDecoder('utf-8').decode(bytes)
  }
}

const fromQuotedPrintable = (text: string): Buffer =>
  Buffer.from(
    text
      .replace(/[ \t]+$/gm, '')
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

const WORDS = /=\?([^?\s]{1,64})\?([bq])\?([^?]{0,8192})\?=/gi

/** Encoded words (RFC 2047) as text; those of one character set in a row are joined first, they may part a character. */
export function headerText(raw: string): string {
  const joined = raw.replace(/(\?=)\s+(?==\?)/g, '$1')
  const runs: { readonly charset: string | null; readonly bytes: Buffer[]; end: number }[] = []
  let end = 0
  for (const match of joined.matchAll(WORDS)) {
    const [whole, label = '', encoding = '', content = ''] = match
    const charset = (label.split('*', 1)[0] ?? '').toLowerCase()
    const bytes =
      encoding.toLowerCase() === 'b'
        ? Buffer.from(content, 'base64')
        : fromQuotedPrintable(content.replaceAll('_', ' '))
    const open = runs.at(-1)
    if (match.index > end) runs.push(bare(joined.slice(end, match.index)))
    end = match.index + whole.length
    if (open?.charset === charset && open.end === match.index) {
      open.bytes.push(bytes)
      open.end = end
    } else runs.push({ charset, bytes: [bytes], end })
  }
  runs.push(bare(joined.slice(end)))
  return runs.map(({ charset, bytes }) => decodeCharset(Buffer.concat(bytes), charset ?? 'utf-8')).join('')
}

/** What stands in a header without encoding is UTF-8 today (RFC 6532). */
const bare = (text: string) => ({ charset: null, bytes: [Buffer.from(text, 'latin1')], end: -1 })

function headersOf(block: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

const PARAMETER = /;\s*([^=;\s]+?)(\*\d+)?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

/** The value of a header and its parameters, those in parts or another character set (RFC 2231) put together. */
export function parametersOf(header: string): {
  readonly value: string
  readonly parameters: Map<string, string>
} {
  const parameters = new Map<string, string>()
  const charsets = new Map<string, string>()
  const short = header.slice(0, 20_000)
  for (const [, rawName = '', , isEncoded, quoted, bare] of short.matchAll(PARAMETER)) {
    const name = rawName.toLowerCase()
    let value = quoted?.replace(/\\(.)/g, '$1') ?? bare?.trim() ?? ''
    if (isEncoded) {
      const [, charset = '', content = value] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? []
      if (charset !== '') charsets.set(name, charset)
      value = content.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    }
    parameters.set(name, (parameters.get(name) ?? '') + value)
  }
  for (const [name, value] of parameters) {
    const charset = charsets.get(name)
    parameters.set(
      name,
      charset === undefined ? headerText(value) : decodeCharset(Buffer.from(value, 'latin1'), charset),
    )
  }
  return { value: (short.split(';', 1)[0] ?? '').trim().toLowerCase(), parameters }
}

/** Reads a message and its parts. @throws Fault `unreadable_document` beyond the limits of depth and number */
export function readMime(bytes: Uint8Array): MimePart {
  let count = 0
  const read = (raw: string, depth: number, isDigest: boolean): MimePart => {
    if (depth > DEEPEST) throw unreadable(`its parts are nested deeper than ${DEEPEST} levels`)
    if (++count > MOST_PARTS) throw unreadable(`it has more than ${MOST_PARTS} parts`)
    const split = /^\r?\n|\r?\n\r?\n/.exec(raw.slice(0, LONGEST_HEADER))
    const headers = headersOf(split ? raw.slice(0, split.index) : raw.slice(0, LONGEST_HEADER))
    const content = split ? raw.slice(split.index + split[0].length) : ''
    const { value, parameters } = parametersOf(headers.get('content-type') ?? '')
    const type = value || (isDigest ? 'message/rfc822' : 'text/plain')
    const boundary = parameters.get('boundary')
    const isMultipart = type.startsWith('multipart/') && boundary !== undefined && boundary !== ''
    const parts = isMultipart
      ? between(content, boundary).map((part) => read(part, depth + 1, type === 'multipart/digest'))
      : []
    const body = () => decodedBody(content, headers.get('content-transfer-encoding'))
    return { headers, type, parameters, body, parts }
  }
  return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), 0, false)
}

/** What stands between the boundary lines. */
function between(content: string, boundary: string): string[] {
  const parts: string[] = []
  const mark = `--${boundary}`
  let start = -1
  for (let at = content.indexOf(mark); at !== -1; at = content.indexOf(mark, at + mark.length)) {
    if (at > 0 && content[at - 1] !== '\n') continue
    if (start !== -1) parts.push(content.slice(start, at).replace(/\r?\n$/, ''))
    if (content.startsWith('--', at + mark.length)) return parts
    const lineEnd = content.indexOf('\n', at)
    if (lineEnd === -1) return parts
    start = lineEnd + 1
  }
  // A message that was cut off ends without its last boundary.
  if (start !== -1) parts.push(content.slice(start))
  return parts
}

function decodedBody(content: string, encoding = ''): Buffer {
  const name = encoding.trim().toLowerCase()
  if (name === 'base64') return Buffer.from(content, 'base64')
  if (name === 'quoted-printable') return fromQuotedPrintable(content)
  return Buffer.from(content, 'latin1')
}
