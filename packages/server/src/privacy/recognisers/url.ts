import { cues } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE, UNSURE } from '../detect/recogniser.ts'

const SCHEME = /[a-z][a-z0-9+.-]{1,20}$/i
const HOST = String.raw`(?:\[[0-9a-f:.]{2,45}\](?::\d{1,5})?|[A-Za-z0-9._~%!$&'*+,;=:@-]{1,256}|[\p{L}\p{N}.-]{1,128})`
const TAIL = String.raw`(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%|-]{0,2000})?`
const BEHIND_SCHEME = new RegExp(HOST + TAIL, 'iuy')
const BEHIND_HOST = new RegExp(TAIL, 'y')
/** What is served on the own machine is nobody's; what is asked there may be somebody's. */
const OF_THIS_MACHINE =
  /^[a-z]{2,5}:\/\/(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])(?![\w.-])[^?]*$/i

const isOdd = (text: string, brackets: RegExp): boolean => (text.match(brackets)?.length ?? 0) % 2 === 1

/** Without the punctuation of the sentence around it; a bracket stays when its partner is inside. */
function withoutPunctuation(url: string): string {
  let end = url.length
  for (;;) {
    const last = url[end - 1] ?? ''
    if (/[.,;:!?'"|*]/.test(last)) end -= 1
    else if (last === ')' && isOdd(url.slice(0, end), /[()]/g)) end -= 1
    else if (last === ']' && isOdd(url.slice(0, end), /[[\]]/g)) end -= 1
    else return url.slice(0, end)
  }
}

/** The URL that was read last: whatever looks like another one inside of it is not read again and again. */
const last = { text: '', start: 0, end: 0 }

/** From where it starts to where the pattern behind its beginning ends; null inside of another one, or for nothing. */
function read({ text, end }: Candidate, start: number, behind: RegExp): string | null {
  if (last.text === text && start > last.start && start < last.end) return null
  behind.lastIndex = end
  const tail = behind.exec(text)?.[0]
  if (tail === undefined) return null
  const url = withoutPunctuation(text.slice(start, end + tail.length))
  Object.assign(last, { text, start, end: start + url.length })
  return url
}

const verdictOf = (url: string | null, start: number, verdict: Verdict): Verdict | null =>
  url === null ? null : { ...verdict, start, end: start + url.length }

/** Addresses with a scheme, anchored on what follows it. */
export const URL_WITH_SCHEME: Recogniser = {
  id: 'url-with-scheme',
  type: 'URL',
  starts: /:/,
  pattern: /:\/\/(?=[[\p{L}\p{N}._~%-])/uy,
  judge(candidate) {
    const { text, start } = candidate
    const scheme = SCHEME.exec(text.slice(Math.max(0, start - 21), start))?.[0]
    if (scheme === undefined) return null
    const url = read(candidate, start - scheme.length, BEHIND_SCHEME)
    return verdictOf(url, start - scheme.length, OF_THIS_MACHINE.test(url ?? '') ? UNSURE : CERTAIN)
  },
}

/** `www.example.org/path` */
export const URL_WWW: Recogniser = {
  id: 'url-www',
  type: 'URL',
  starts: /w/i,
  anchor: 'word',
  pattern:
    /(?<![\w./@-])www\d?\.(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}(?::\d{1,5})?(?![a-z0-9])/iy,
  judge: (candidate) => verdictOf(read(candidate, candidate.start, BEHIND_HOST), candidate.start, LIKELY),
}

const BARE_HOST = /(?<![\w./@:\\-])[a-z0-9][a-z0-9-]{0,40}(?:\.[a-z0-9][a-z0-9-]{0,40}){1,5}$/

const KNOWN_TOP =
  'com|org|net|edu|gov|info|biz|dev|app|cn|de|uk|fr|jp|nl|ch|at|eu|ru|br|in|it|es|se|tw|hk|sg|kr|au|ca|us'

/** `example.org/path`: without a scheme only under a well-known top, in small letters and with a path, on which it is anchored. */
export const URL_BARE: Recogniser = {
  id: 'url-bare',
  type: 'URL',
  starts: /\//,
  pattern: new RegExp(String.raw`(?<=\.(?:${KNOWN_TOP})(?::\d{1,5})?)\/(?=[A-Za-z0-9])`, 'y'),
  judge(candidate) {
    const { text, start } = candidate
    const before = text.slice(Math.max(0, start - 120), start)
    const port = /:\d{1,5}$/.exec(before)?.[0] ?? ''
    const host = BARE_HOST.exec(before.slice(0, before.length - port.length))?.[0]
    if (host === undefined) return null
    const from = start - port.length - host.length
    return verdictOf(read({ ...candidate, end: start }, from, BEHIND_HOST), from, PLAUSIBLE)
  },
}

const SITE = cues(
  ['web ?sites?', 'sites?', 'domains?', 'homepage', 'visit', 'urls?', 'links?', 'host(?:name)?', 'web'],
  ['网站', '网址', '官网', '域名', '主页', '链接', '访问'],
)

/** `example.org` alone, where words say that it is a site. */
export const URL_SITE: Recogniser = {
  id: 'url-site',
  type: 'URL',
  starts: /\./,
  pattern: new RegExp(String.raw`\.(?:${KNOWN_TOP})(?![\w/@-]|\.[a-z])`, 'y'),
  judge(candidate) {
    const { text, start, end } = candidate
    const before = text.slice(Math.max(0, start - 120), end)
    const host = BARE_HOST.exec(before)?.[0]
    if (host === undefined) return null
    const from = end - host.length
    return SITE.before({ ...candidate, start: from }) ? { ...PLAUSIBLE, start: from, end } : null
  },
}
