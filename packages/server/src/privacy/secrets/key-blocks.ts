import type { Finding } from './assignments.ts'

const HEAD =
  /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY( BLOCK)?-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/y
const PUTTY = /PuTTY-User-Key-File-\d: [\w-]{3,40}\r?\n/y
const PUTTY_NAME = 'PuTTY-User-Key-File'
const PUTTY_END = /Private-(?:MAC|Hash): [0-9a-f]{16,128}/
const DASHES = '----'
/** What a key that was cut off still consists of: headers, then lines of base 64, `\n` written out in a quoted text. */
const CUT_OFF =
  /^(?:(?:\\[nr]|\s)*[A-Z][A-Za-z-]{2,30}: [^\n\\]{0,100})*(?:(?:\\[nr]|\s)*[A-Za-z0-9+/=]{4,})*/
const LONGEST = 32_768

/** The private key whose first line begins at `at`, to the end of its last line; a key that was cut off, as far as it goes. */
export function findKeyBlock(text: string, at: number): Finding | null {
  HEAD.lastIndex = at
  const head = HEAD.exec(text)
  if (head === null) return null
  const body = at + head[0].length
  const tail = head[0].replace('BEGIN', 'END')
  const end = text.indexOf(DASHES, body)
  const reach = Math.min(end === -1 ? text.length : end, body + LONGEST)
  if (end !== reach || !text.startsWith(tail, end)) return cutOff(text, at, body, reach)
  return holdsKey(text.slice(body, end)) ? { start: at, end: end + tail.length, score: 0.99 } : null
}

/** The private key of PuTTY whose first line begins at `at`. */
export function findPuttyKey(text: string, at: number): Finding | null {
  PUTTY.lastIndex = at
  if (PUTTY.exec(text) === null) return null
  const body = PUTTY.lastIndex
  const another = text.indexOf(PUTTY_NAME, body)
  const reach = Math.min(another === -1 ? text.length : another, at + LONGEST)
  const end = PUTTY_END.exec(text.slice(body, reach))
  return end === null
    ? cutOff(text, at, body, reach)
    : { start: at, end: body + end.index + end[0].length, score: 0.99 }
}

function cutOff(text: string, at: number, body: number, reach: number): Finding | null {
  const lines = CUT_OFF.exec(text.slice(body, reach))?.[0] ?? ''
  const end = lines.trimEnd().length
  return /[A-Za-z0-9+/=]{40}/.test(lines) ? { start: at, end: body + end, score: 0.9 } : null
}

/** A manual shows the lines around the key with three dots between them. */
const holdsKey = (body: string): boolean => /[A-Za-z0-9+/=]{16}/.test(body) && !/\.{3}|x{8}|\*{4}/i.test(body)
