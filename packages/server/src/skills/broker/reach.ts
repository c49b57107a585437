import { isIP } from 'node:net'
import type { HttpMethod, NetworkPermission } from '@freehold/contract/skill-permissions.ts'

/** An address that was read as strictly as it will be dialled. */
export interface ReadAddress {
  readonly url: URL
  /**
   * The path as it is sent and as servers may come to read it: decoded once, and again where that still leaves
   * something to decode. All of them have to be allowed.
   */
  readonly paths: readonly string[]
}

const LONGEST = 8192
/** Whoever encodes more often than this hides something. */
const MOST_DECODINGS = 4

/** An absolute address without tricks; otherwise what is wrong with it, after the words "the address". */
export function readAddress(text: string): ReadAddress | string {
  if (text.length > LONGEST) return `is longer than ${LONGEST} characters`
  if (!/^https?:\/\/[!"$-[\]^-~]+$/.test(text)) {
    return 'must be an absolute http or https address of visible ASCII characters, without # and \\'
  }
  if (!URL.canParse(text)) return 'cannot be read'
  // Asked of what was written: a parser has taken `/a/../b` apart already.
  const written = /^https?:\/\/([^/?]*)([^?]*)/.exec(text)
  if (written?.[1]?.includes('@')) return 'must not carry a user or password'
  if (/%(?![\dA-Fa-f]{2})/.test(text)) return 'holds a percent sign that begins no escape'
  const url = new URL(text)
  const paths = readingsOf(written?.[2] === '' ? '/' : (written?.[2] ?? '/'))
  return typeof paths === 'string' ? paths : { url, paths }
}

function readingsOf(path: string): readonly string[] | string {
  if (!isUtf8Path(path)) return 'holds escapes that are not UTF-8'
  const readings = [path]
  for (let last = path; ;) {
    const wrong = wrongPath(last)
    if (wrong !== null) return wrong
    const next = decoded(last)
    if (next === last) return readings
    if (readings.length > MOST_DECODINGS) return 'is encoded too many times over'
    readings.push(next)
    last = next
  }
}

/** One sign by itself, as servers do that pass over what they cannot decode. Others than ASCII mean nothing in a path. */
const decoded = (path: string): string =>
  path.replaceAll(/%([0-7][\dA-Fa-f])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

function isUtf8Path(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** What a server may take for a level up: dots before a matrix parameter, or with the blanks that Windows drops. */
const UPWARDS = /^\s*\.[.\s]*(?:;|$)/

function wrongPath(path: string): string | null {
  if (path.includes('\\')) return 'must not hold a backslash'
  if (/\p{Cc}/u.test(path)) return 'must not hold control characters'
  if (/\/(?=[/;])/.test(path)) return 'must not hold an empty segment'
  return path.split('/').some((segment) => UPWARDS.test(segment))
    ? 'must not hold the segments . and ..'
    : null
}

/** The permission that allows a request; null where none does. */
export function permissionFor(
  network: readonly NetworkPermission[],
  { url, paths }: ReadAddress,
  method: HttpMethod,
): NetworkPermission | null {
  const secure = url.protocol === 'https:'
  const port = Number(url.port) || (secure ? 443 : 80)
  return (
    network.find(
      (one) =>
        one.protocol === 'http' &&
        one.tls === secure &&
        one.ports.includes(port) &&
        one.methods.includes(method) &&
        isHostOf(one.host, url.hostname) &&
        paths.every((path) => one.paths.some((pattern) => isPathOf(pattern, path))),
    ) ?? null
  )
}

/** Whether a host is the one that is declared, or one level below it; a trailing dot names the same host. */
export function isHostOf(pattern: string, hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (!pattern.startsWith('*.')) return host === pattern
  const at = host.indexOf('.')
  return at > 0 && isIP(host) === 0 && host.slice(at) === pattern.slice(1)
}

/** Whether a path is within a pattern: `*` is a segment or a part of one, a closing `/**` everything below. */
export function isPathOf(pattern: string, path: string): boolean {
  const below = pattern.endsWith('/**')
  const wanted = (below ? pattern.slice(0, -3) : pattern).split('/')
  const found = path.split('/')
  if (below ? found.length <= wanted.length : found.length !== wanted.length) return false
  return wanted.every((segment, at) => isSegmentOf(segment, found[at] ?? ''))
}

/** Each piece between stars at its first place: never back, so linear in the length of both. */
function isSegmentOf(pattern: string, segment: string): boolean {
  const pieces = pattern.split('*')
  const [first = ''] = pieces
  if (pieces.length === 1) return segment === pattern
  if (!segment.startsWith(first)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = segment.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  const last = pieces.at(-1) ?? ''
  return segment.length - last.length >= at && segment.endsWith(last) && segment !== ''
}
