import { classOfKey, classOfSpokenKey, isOfAnotherKind } from './key-names.ts'
import type { KeyClass } from './key-names.ts'
import { judgeValue, UUID } from './values.ts'
import type { Form } from './values.ts'

/** A secret in a text, and how sure that is; 0 for a long run that is none, in which no other name need be sought. */
export interface Finding {
  readonly start: number
  readonly end: number
  readonly score: number
}

/** A key as it stands in a text. */
interface Key {
  readonly start: number
  readonly end: number
  readonly name: string
  /** Null where its name promises no secret. */
  readonly class: KeyClass | null
}

interface SecretKey extends Key {
  readonly class: KeyClass
}

const NAME = /[\w$.-]/
const LONGEST_NAME = 64
/** Names that stand beside other things than their values: `pass the `--flag``. */
export const AMBIGUOUS = /^(?:pass|auth|code|salt|seed|license|session)$/i
/** A value of this length that is no secret is not looked through again for each name in it. */
const LONG_RUN = 64
/** Before the key of a setting stands little more than its indentation. */
const LONGEST_LEAD = 48

const OPEN = String.raw`(?:\\{0,3}["'\x60]|&quot;|\*\*)`
const SIGN = String.raw`(?:<-(?=[ \t]{0,4}["'])|[:?.+|]{1,3}=|[=!]={1,2}|=>?|:|->|→|＝|：|\.{3,80})`
/** `key": `, `key'] = `, `key: string = `, `key string = `, `key := `. */
const ASSIGN = new RegExp(
  String.raw`${OPEN}?[ \t]{0,4}[\])}]{0,3}[!?]?(?:[ \t]{0,20}:[ \t]{0,3}[&*]{0,2}[A-Za-z][\w<>[\].,?|: ]{0,40}?(?=[ \t]?=[ \t]{0,8}[^\s=])|[ \t]{1,4}(?:string|String|\[\]byte|&str|char\[\]))?[ \t]{0,20}${SIGN}(?:\*\*)?[ \t]{0,20}(?:\[(?=[\w+/=-]{16,200}\]))?`,
  'y',
)
/** `"name": "API_KEY", "value": `, `key="ApiKey" value=`, `name: X` and on the next line `value: `, `variable "x" { default = `. */
const PAIR = new RegExp(
  String.raw`${OPEN}?[ \t]{0,4}(?:[,;]\s{0,40}|\s{1,40}|\{\s{1,40}(?:(?:type|sensitive|nullable|description)[ \t]{0,20}=[^\n]{1,120}\n\s{0,40}){0,3})${OPEN}?(?:value|val|default|content)${OPEN}?[ \t]{0,4}[:=][ \t]{0,4}`,
  'iy',
)
/** `setPassword(`, `("password", `, `password, `. */
const CALL = new RegExp(
  String.raw`${OPEN}?[ \t]{0,4}[(,][ \t\n]{0,20}(?=(?:[bfru@LN]|new[ \t])?["'\x60])`,
  'y',
)
/** `IDENTIFIED BY '`, `PASSWORD '`, `the token "`. */
const BESIDE = /[ \t]{1,4}(?=N?\\{0,3}["'`“「『])|(?=[「『])/y
const FLAG = /[ \t]{1,4}(?![-|&>=:])/y
const ELEMENT =
  /(?:[ \t][^<>\n]{0,80})?>\s{0,40}(?:<!\[CDATA\[)?([^<>\s](?:[^<>\n]{0,500}[^<>\s])?)(?:\]\]>)?\s{0,40}<\//y
const NAMED_ELEMENT = /["'](?:[ \t][^<>\n]{0,80})?>\s{0,40}([^<>\s](?:[^<>\n]{0,500}[^<>\s])?)\s{0,40}<\//y
const NEXT_ELEMENT = /<\/[\w:.-]{1,40}>\s{0,40}<[\w:.-]{1,40}>([^<>\s](?:[^<>\n]{0,500}[^<>\s])?)<\//y
const BLOCK_SCALAR = /[|>][-+]?[ \t]{0,4}\r?\n[ \t]{1,40}(\S{3,512})(?=\s|$)/y
const SCHEME =
  /(?:bearer|basic|token|apikey|api-key|api-token|key|jwt|oauth|ssws|geniekey|splunk|bot|digest)[ \t]{1,3}/iy

const QUOTED =
  /(?:\[\]byte\(|(?:new )?(?:String|SecretStr|SecretString|Secret|Buffer\.from|bytes|str|Some)\()?[bfru@LN]{0,2}(\\{0,3}["'`]|&quot;|["“「『])/y
const CLOSERS: Readonly<Record<string, string>> = { '“': '”', '「': '」', '『': '』' }
const BARE = /[!-~]{1,512}/y

/** The word before a bare `key`. */
const LEAD = /(?<![A-Za-z])([A-Za-z]{2,15})[ -]$/

/** The key around a word, however it is spelled. */
export function keyAround(text: string, start: number, end: number): Key {
  let from = start
  while (from > 0 && start - from < LONGEST_NAME && NAME.test(text[from - 1] ?? '')) from -= 1
  let to = end
  while (
    to < text.length &&
    to - end < LONGEST_NAME &&
    NAME.test(text[to] ?? '') &&
    !text.startsWith('..', to)
  )
    to += 1
  while (to > end && /[.\-$]/.test(text[to - 1] ?? '')) to -= 1
  // `-Dpassword=…` gives a property to a program.
  if (/^-[DP][a-z]/.test(text.slice(from, from + 3))) from += 2
  const name = text.slice(from, to)
  const lead = /^(?:key|token)s?$/i.test(name)
    ? LEAD.exec(text.slice(Math.max(0, from - 16), from))?.[1]
    : undefined
  const isOther = lead !== undefined && isOfAnotherKind(lead)
  return { start: from, end: to, name, class: isOther ? null : classOfKey(name) }
}

/** Whether its name promises a secret. */
export const isSecretKey = (key: Key): key is SecretKey => key.class !== null

/** The secret that a key is given, in any of the ways in which settings, code and logs give it. */
export function findAssigned(text: string, key: SecretKey): Finding | null {
  if (matchAt(ASSIGN, text, key.end) !== null) return valueAt(text, ASSIGN.lastIndex, key)
  if (matchAt(PAIR, text, key.end) !== null) return valueAt(text, PAIR.lastIndex, key)
  if (text[key.start - 1] === '<' || text[key.start - 1] === ':') {
    const found = element(ELEMENT, text, key)
    if (found !== null) return found
  }
  if (text[key.end] === '<') return element(NEXT_ELEMENT, text, key)
  if (/(?:key|name|id)=["']$/.test(text.slice(Math.max(0, key.start - 6), key.start))) {
    const found = element(NAMED_ELEMENT, text, key)
    if (found !== null) return found
  }
  if (AMBIGUOUS.test(key.name)) return null
  if (matchAt(CALL, text, key.end) !== null) return quotedAt(text, CALL.lastIndex, key, 'said')
  if (matchAt(BESIDE, text, key.end) !== null) return quotedAt(text, BESIDE.lastIndex, key, 'said')
  if (/^-{1,2}[a-z]/i.test(key.name) && matchAt(FLAG, text, key.end) !== null)
    return valueAt(text, FLAG.lastIndex, key)
  return drawnBeside(text, key)
}

/** `password q7Rt2mXw9`: with nothing between them only what can be no word of the sentence. */
function drawnBeside(text: string, key: SecretKey): Finding | null {
  if (matchAt(FLAG, text, key.end) === null) return null
  const at = FLAG.lastIndex
  const value = trimBare(matchAt(BARE, text, at)?.[0] ?? '')
  if (
    value.length < 8 ||
    !/\d/.test(value) ||
    !/[A-Za-z]/.test(value) ||
    /[=:()[\]{}]|^-|[a-z]\/[a-z]|\.\d$/.test(value)
  )
    return null
  return judged(value, at, { ...key, class: key.class === 'secret' ? 'hint' : key.class }, 'said')
}

/** The value of a key that the caller knows: the whole text, less a scheme such as `Bearer`. */
export function judgeWhole(text: string, name: string): Finding | null {
  const found = classOfKey(name) ?? classOfSpokenKey(name)
  if (found === null) return null
  const start = /^[\s"'`]*/.exec(text)?.[0].length ?? 0
  const end = Math.max(start, text.replace(/[\s"'`]+$/, '').length)
  const from = matchAt(SCHEME, text, start) === null ? start : SCHEME.lastIndex
  const score = judgeValue(text.slice(from, end), found, 'quoted')
  return score === null ? null : { start: from, end, score }
}

function valueAt(text: string, at: number, key: SecretKey): Finding | null {
  const quoted = quotedAt(text, at, key, 'quoted')
  if (quoted !== null) return quoted
  if (matchAt(QUOTED, text, at) !== null) return null
  const block = matchAt(BLOCK_SCALAR, text, at)?.[1]
  if (block !== undefined) return judged(block, BLOCK_SCALAR.lastIndex - block.length, key, 'line')
  const from = matchAt(SCHEME, text, at) === null ? at : SCHEME.lastIndex
  const bare = matchAt(BARE, text, from)?.[0]
  if (bare === undefined) return null
  const isLine = isSetting(text, key, from + bare.length)
  const value = isLine
    ? bare.replace(/[;&][A-Za-z][\w.-]{0,40}=.*$/s, '').replace(/["'`,;]+$/, '')
    : trimBare(isParameter(text, key) ? withoutFragment(bare) : bare)
  return judged(value, from, key, isLine ? 'line' : 'bare')
}

/** Whether it is one of the parameters of an address, behind which there may be a fragment. */
const isParameter = (text: string, key: Key): boolean => /[?&]/.test(text[key.start - 1] ?? '')
const withoutFragment = (value: string): string => value.replace(/#.*$/s, '')

function quotedAt(text: string, at: number, key: SecretKey, form: Form): Finding | null {
  const open = matchAt(QUOTED, text, at)?.[1]
  if (open === undefined) return null
  const start = QUOTED.lastIndex
  const from = matchAt(SCHEME, text, start) === null ? start : SCHEME.lastIndex
  const end = closing(text, from, CLOSERS[open] ?? open)
  const value = text.slice(from, Math.max(from, end))
  return end === -1 || (open === '`' && /\s/.test(value)) ? null : judged(value, from, key, form)
}

/** The place of the quote that ends a value: on the same line, not escaped, not too far. */
function closing(text: string, from: number, quote: string): number {
  const last = Math.min(text.length, from + 1024)
  for (let at = from; at < last; at += 1) {
    if (text[at] === '\n' && quote !== '`') return -1
    if (text.startsWith(quote, at)) return at
    if (text[at] === '\\' && !quote.startsWith('\\')) at += 1
  }
  return -1
}

function element(pattern: RegExp, text: string, key: SecretKey): Finding | null {
  const match = matchAt(pattern, text, key.end)
  const value = match?.[1]
  if (match === null || value === undefined) return null
  return judged(value, key.end + match[0].lastIndexOf(value), key, 'quoted')
}

function judged(value: string, start: number, key: SecretKey, form: Form): Finding | null {
  if (isSameName(value, key.name) || (AMBIGUOUS.test(key.name) && /\s/.test(value))) return null
  const score = judgeValue(value, key.class, form) ?? (isIssued(value, key.name) ? 0.65 : null)
  if (score === null && value.length < LONG_RUN) return null
  return { start, end: start + value.length, score: score ?? 0 }
}

/** Several vendors give out tokens that are UUIDs; under other names a UUID is mostly an id. */
const isIssued = (value: string, name: string): boolean =>
  UUID.test(value) && /(?:^|[^a-z])token$/i.test(name)

/** `password=password`, `self.key_password = key_password`. */
function isSameName(value: string, name: string): boolean {
  const [one, other] = [value.toLowerCase(), name.toLowerCase()]
  return one === other || (/[.>:]/.test(other) && one === other.replace(/^.*[.>:]/, ''))
}

/** Whether the line is a setting and nothing else: `KEY=value`, `export KEY=value`, `  key: value`, to its end or a comment. */
function isSetting(text: string, key: Key, end: number): boolean {
  const after = text.slice(end, end + 3)
  if (after !== '' && !/^(?:[ \t]*(?:\r?\n|$)|[ \t]+#|\\n)/.test(after)) return false
  if (/[,;({]$/.test(text.slice(end - 1, end))) return false
  const lead = text.slice(Math.max(0, key.start - LONGEST_LEAD), key.start)
  if (lead.length === LONGEST_LEAD && !lead.includes('\n')) return false
  const line = lead.slice(lead.lastIndexOf('\n') + 1)
  return (
    /^\s*(?:export |set |setx |ENV |ARG |-\s*|#\s*|\$env:|[+-] ?)?\s*["']?$/i.test(line) &&
    (/^[A-Z\d_]+$/.test(key.name) || !/[a-z]\.[a-z]+\(/.test(text.slice(key.end, end)))
  )
}

/** Cuts off what belongs to the line: the next pair, the bracket that was open before, the full stop. */
function trimBare(bare: string): string {
  let value = bare
    .replace(/["'`<>\\].*$|\)?\]\(.*$/s, '')
    .replace(/[&;,|](?:[\w.%-]{1,40}[=:].*)?$/s, '')
    .replace(/[&;][\w.%-]{1,40}=.*$/s, '')
  for (
    let last = value.at(-1) ?? '';
    /[,;.:)\]}>"'`|]/.test(last) && value !== '';
    last = value.at(-1) ?? ''
  ) {
    if (
      (last === ')' && value.includes('(')) ||
      (last === ']' && value.includes('[')) ||
      (last === '}' && value.includes('{'))
    )
      break
    value = value.slice(0, -1)
  }
  return value
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
