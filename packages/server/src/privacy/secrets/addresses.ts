import type { Finding } from './assignments.ts'
import { isPlaceholder } from './placeholders.ts'

/** What may stand before `://`: `postgresql+psycopg2`, `mongodb+srv`. */
const SCHEME = /[A-Za-z][A-Za-z\d+.-]{1,30}$/
const CREDENTIALS =
  /([^\s:@/?#"'<>`{}[\]]{0,128}):([^\s@"'<>`]{1,256}(?:@[^\s@"'<>`/?#:,]{1,256}(?=@))?)@(?=[\w[.%${-])/y
const TOKEN_ONLY = /([\w~.+%-]{20,200})@(?=[\w.-]{3,100}(?:[:/]|$))/y
/** Names that manuals give to users and passwords; in an address both together are no secret. */
const MANUAL =
  /^(?:user(?:name)?|usr|login|name|me|u|\[?user(?:name)?\]?):(?:pass(?:word|wd)?|pwd|secret|p|token)$/i
const WEAK = /^(?:password|pass|passwd|pwd|secret|token|xxx+|\*+|\.+|x-oauth-basic|pw|\d{1,5}(?:[/?#].*)?)$/i

/** The password in `scheme://user:password@host`, of any scheme; `at` is the place of `://`. */
export function findInAddress(text: string, at: number): Finding | null {
  if (!SCHEME.test(text.slice(Math.max(0, at - 31), at))) return null
  const from = at + 3
  CREDENTIALS.lastIndex = from
  const [whole, user, password] = CREDENTIALS.exec(text) ?? []
  if (whole === undefined || user === undefined || password === undefined) return tokenIn(text, from)
  if (WEAK.test(password) || MANUAL.test(`${user}:${password}`) || isPlaceholder(password)) return null
  const start = from + user.length + 1
  return { start, end: start + password.length, score: 0.9 }
}

/** A token in the place of the user: `https://<token>@github.com/…`. */
function tokenIn(text: string, from: number): Finding | null {
  TOKEN_ONLY.lastIndex = from
  const token = TOKEN_ONLY.exec(text)?.[1]
  if (
    token === undefined ||
    !/\d/.test(token) ||
    !/[A-Za-z]/.test(token) ||
    isPlaceholder(token) ||
    token.includes('.')
  )
    return null
  return { start: from, end: from + token.length, score: 0.7 }
}
