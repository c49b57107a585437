import type { AnswerChecked } from '@freehold/contract/loop-events.ts'

type Link = AnswerChecked['links'][number]

const MOST_LINKS = 200
const TEXT_LENGTH = 500
const URL_LENGTH = 4000
/** What Markdown and HTML show as a link or an image, and addresses as they stand. */
const TARGET = /\]\(\s{0,8}<?([^\s<>)]{1,4000})/g
const DEFINED = /^[ \t]{0,3}\[[^\]\n]{1,500}\]:[ \t]{0,8}<?([^\s<>]{1,4000})/gm
const TAGGED =
  /<(img|image|video|audio|source|iframe|embed|object|link|script|a)\b[^<>]{0,4000}?\b(?:src|srcset|href|data|poster)\s{0,8}=\s{0,8}["']?([^\s"'<>]{1,4000})/gi
const BARE = /\bhttps?:\/\/[^\s<>"'()[\]]{1,4000}/gi

/**
 * Every address in an answer, so that whoever shows it fetches none: a model that was talked into it could put what it
 * read into the address of an image.
 */
export function linksIn(answer: string): Link[] {
  const found = new Map<number, Link>()
  const add = (kind: Link['kind'], url: string, start: number): void => {
    const cut = url.slice(0, URL_LENGTH)
    if (found.size < MOST_LINKS && !found.has(start))
      found.set(start, { kind, url: cut, span: { start, end: start + cut.length } })
  }
  for (const { 0: whole, 1: url = '', index } of answer.matchAll(TARGET))
    add(isImage(answer, index) ? 'image' : 'link', url, index + whole.length - url.length)
  for (const { 0: whole, 1: url = '', index } of answer.matchAll(DEFINED))
    add('link', url, index + whole.length - url.length)
  for (const { 0: whole, 1: tag = '', 2: url = '', index } of answer.matchAll(TAGGED))
    add(tag.toLowerCase() === 'a' ? 'link' : 'image', url, index + whole.length - url.length)
  for (const { 0: url, index } of answer.matchAll(BARE)) add('link', url, index)
  return [...found.values()].sort((one, other) => one.span.start - other.span.start)
}

/** Whether the bracket that closes here was opened behind an exclamation mark. */
function isImage(answer: string, close: number): boolean {
  let depth = 0
  for (let at = close; at >= Math.max(close - TEXT_LENGTH, 0); at--) {
    const character = answer[at]
    if (character === ']') depth++
    else if (character === '[' && --depth === 0) return answer[at - 1] === '!'
  }
  return false
}
