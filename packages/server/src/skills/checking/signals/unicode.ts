import type { Signal } from '../signal.ts'

/** A flag is a black flag and tags; elsewhere tags are letters that nobody sees. */
const TAGS = /(?<!\u{1f3f4}|\u{1f3f4}[\u{e0020}-\u{e007e}]{1,6})[\u{e0000}-\u{e007f}]{2,400}/gu
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g
/** Joiners belong to emoji and to several scripts, so one alone says nothing. */
const INVISIBLE =
  /(?:[\u200b\u2060-\u2064\u180e\ufeff\u00ad]|\u034f){3,400}|(?:[\u200b-\u200d\u2060-\u2064\ufeff]){6,400}|\ufe00{3,100}|[\u{e0100}-\u{e01ef}]{2,400}/gu
/** Latin words with letters of Cyrillic or Greek that look the same. */
const MIXED =
  /[A-Za-z]{1,20}[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u03bf\u03b1\u0391\u0392\u0415\u041d\u041e\u0420\u0421\u0422\u0425][A-Za-z]{1,20}/g
const MOST_OF_COMMENT = 4000
const TO_MODEL =
  /\b(?:assistants?|agents?|ai|llms?|models?|claude|gpt|system)\b[^\n]{0,40}?\b(?:must|should|shall|always|need to|instructions?|please)\b|\b(?:ignore|execute|upload|exfiltrate|curl|secretly|silently|credentials|api keys?|bypass|override)\b|\bdo not (?:tell|mention|inform|reveal|show)\b|\bsend\b[^\n]{0,60}?\b(?:to|https?:)|(?:助手|智能体|模型)[^\n]{0,20}?(?:必须|应当|务必|请)|忽略|悄悄|发送到|上传到|不要告诉/i
/** What tools of authors write into comments. */
const HARMLESS =
  /^\s{0,8}(?:prettier|eslint|markdownlint|toc|vale|cspell|todo|fixme|note to (?:maintainers|contributors)|copyright|licen[cs]e|spdx|generated|do not edit|auto-?generated|begin|end|start|doctoc|textlint|snippet|embedme|include)/i

/** Characters that people do not see and models do. */
export function hiddenSignals(text: string): readonly Signal[] {
  const found: Signal[] = []
  const all = (name: string, pattern: RegExp, accepts?: (match: RegExpExecArray) => boolean) => {
    for (const match of text.matchAll(pattern)) {
      if (accepts?.(match) ?? true)
        found.push({ name, start: match.index, end: match.index + match[0].length })
    }
  }
  found.push(...commentOrders(text))
  // Nothing of the rest is in ASCII.
  // oxlint-disable-next-line no-control-regex
  if (!/[^\u0000-\u007f]/.test(text)) return found
  all('unicode-tags', TAGS)
  all('bidi-override', BIDI)
  all('invisible-run', INVISIBLE, ({ index }) => index > 0)
  all('mixed-script', MIXED)
  return found
}

/** Comments of HTML that speak to a model. */
function commentOrders(text: string): readonly Signal[] {
  const found: Signal[] = []
  for (let start = text.indexOf('<!--'); start >= 0;) {
    const end = text.indexOf('-->', start)
    // What is left open hides everything that follows.
    const inside = text.slice(
      start + 4,
      end < 0 ? start + MOST_OF_COMMENT : Math.min(end, start + MOST_OF_COMMENT),
    )
    if (TO_MODEL.test(inside) && !HARMLESS.test(inside))
      found.push({ name: 'html-comment-order', start, end: start + 4 + inside.length })
    start = end < 0 ? -1 : text.indexOf('<!--', end)
  }
  return found
}

/** The text as a model reads it: letters in tags as letters, nothing without width, and wide letters as plain ones. Lines stay. */
export function asRead(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[^\u0000-\u007f]/.test(text)) return text
  return text
    .replaceAll(/[\u{e0020}-\u{e007e}]/gu, (sign) =>
      String.fromCodePoint((sign.codePointAt(0) ?? 0) - 0xe0000),
    )
    .replaceAll(/[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\u00ad]|\u034f/g, '')
    .normalize('NFKC')
}
