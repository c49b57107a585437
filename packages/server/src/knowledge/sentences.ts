/** UTF-16 offsets; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Longer runs without an end are cut at a space, or hard: an endless line must not become one sentence. */
export const SENTENCE_LENGTH = 1000

const FULL_STOPS = '。！？；'
const CLOSERS = '”’」』）)"\'】》〉]'
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof sr jr st vs etc eg ie cf al approx dept est ed eds inc ltd co corp ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec gen col lt sgt rev hon e.g i.e a.m p.m u.s u.k'
  ).split(' '),
)
/** These only when a number follows: "no." is also a word. */
const BEFORE_NUMBER = new Set('no nos nr fig figs eq vol pp p art sec ch ref refs'.split(' '))
const WORDLIKE = /[\p{L}\p{N}]/u
const LOWER = /\p{Ll}/u
const LIST_LINE = /^(?:[-*+•·#|>]|\(?\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[、）)])/u
const LINE_END = '.!?:;。！？：；'
/** A line at least this long was probably broken by its author's editor, in the middle of a sentence. */
const WRAPPED_LINE = 45

function isSpace(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character)
}

function isHan(character: string | undefined): boolean {
  return character !== undefined && character >= '\u3000' && character <= '\u9fff'
}

function lastWord(text: string, from: number, dot: number): string {
  let start = dot
  while (start > from && dot - start < 12 && /[\p{L}\p{N}.]/u.test(text[start - 1] ?? '')) start--
  return text.slice(start, dot)
}

/** A full stop that ends a sentence: not one of an abbreviation, initial, number, address or list mark. */
function endsAtDot(text: string, from: number, dot: number, limit: number): boolean {
  let next = dot + 1
  while (next < limit && CLOSERS.includes(text[next] ?? '')) next++
  const after = next < limit ? text[next] : undefined
  if (!isSpace(after) && !isHan(after)) return false
  const word = lastWord(text, from, dot)
  if (/^\d+$/.test(word) && text.slice(from, dot).trim() === word) return false
  if (/^\p{Lu}$/u.test(word) || ABBREVIATIONS.has(word.toLowerCase())) return false
  while (next < limit && isSpace(text[next])) next++
  if (BEFORE_NUMBER.has(word.toLowerCase()) && /\d/.test(text[next] ?? '')) return false
  return next >= limit || !LOWER.test(text[next] ?? '') || word.length > 3 || word === ''
}

/** Whether the line break at `at` parts two sentences or only wraps one. */
function endsAtNewline(text: string, lineStart: number, at: number, limit: number): boolean {
  let next = at + 1
  while (next < limit && (text[next] === ' ' || text[next] === '\t' || text[next] === '\r')) next++
  if (next >= limit || text[next] === '\n') return true
  const line = text.slice(Math.max(lineStart, at - 400), at).trim()
  const wide = isHan(line[0]) || isHan(line.at(-1)) ? 2 : 1
  if (line.length * wide < WRAPPED_LINE || line.includes(' | ')) return true
  const following = text.slice(next, next + 80).split('\n', 1)[0] ?? ''
  return LINE_END.includes(line.at(-1) ?? '') || LIST_LINE.test(following) || following.includes(' | ')
}

function trimmed(text: string, start: number, end: number): Span | null {
  let from = start
  let to = end
  while (from < to && isSpace(text[from])) from++
  while (to > from && isSpace(text[to - 1])) to--
  return from < to && WORDLIKE.test(text.slice(from, to)) ? { start: from, end: to } : null
}

/** Where to cut a run that has grown too long; never between the halves of a surrogate pair. */
function cutPoint(text: string, start: number, at: number): number {
  for (let cut = at; cut > start + SENTENCE_LENGTH / 2; cut--)
    if (/[\s,，、]/.test(text[cut - 1] ?? '')) return cut
  const low = text.charCodeAt(at)
  return low >= 0xdc00 && low <= 0xdfff ? at - 1 : at
}

/** The end of the sentence that a mark at `at` closes, behind closing quotes; null when it closes none. */
function endOfMark(text: string, start: number, at: number, limit: number): number | null {
  const mark = text[at] ?? ''
  let end = at + 1
  if (FULL_STOPS.includes(mark)) {
    while (end < limit && (FULL_STOPS + CLOSERS).includes(text[end] ?? '')) end++
    return end
  }
  if (mark === '!' || mark === '?') {
    while (end < limit && ('!?.' + CLOSERS).includes(text[end] ?? '')) end++
    const after = end < limit ? text[end] : undefined
    return isSpace(after) || isHan(after) ? end : null
  }
  if ((mark === '.' || mark === '．') && endsAtDot(text, start, at, limit)) {
    while (end < limit && CLOSERS.includes(text[end] ?? '')) end++
    return end
  }
  return null
}

const MARK = /[\n。！？；!?.．]/

/** The sentences between two offsets, in order, without the space around them. Every letter and digit is in one. */
export function sentencesOf(text: string, from = 0, to = text.length): Span[] {
  const spans: Span[] = []
  let start = from
  let lineStart = from
  const close = (end: number) => {
    const span = trimmed(text, start, end)
    if (span) spans.push(span)
    start = end
  }
  for (let at = from; at < to; at++) {
    if (at - start >= SENTENCE_LENGTH) close(cutPoint(text, start, at))
    const character = text[at] ?? ''
    if (!MARK.test(character)) continue
    if (character === '\n') {
      if (endsAtNewline(text, lineStart, at, to)) close(at + 1)
      lineStart = at + 1
      continue
    }
    const end = endOfMark(text, start, at, to)
    if (end === null) continue
    close(end)
    at = end - 1
  }
  close(to)
  return spans
}
