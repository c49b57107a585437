/** @typedef {{ n: number, documentId: string, collectionId?: string, title: string, span: { start: number, end: number } }} Citation */
/** @typedef {{ text: string } | { citation: Citation }} Piece */
/**
 * What one event of a streamed answer brings.
 * @typedef {{ text: string, model: string | null, citations: readonly Citation[], isFinished: boolean,
 *   error: { message: string, code: string } | null }} Step
 */

/** @type {Step} */
const NOTHING = { text: '', model: null, citations: [], isFinished: false, error: null }

/**
 * Reads the data of one chat completion event. The last is the word `[DONE]`.
 * @param {string} data
 * @returns {Step}
 */
export function readStep(data) {
  if (data === '[DONE]') return { ...NOTHING, isFinished: true }
  const chunk = JSON.parse(data)
  if (chunk.error) {
    return { ...NOTHING, error: { message: String(chunk.error.message), code: String(chunk.error.code) } }
  }
  const choice = chunk.choices?.[0]
  const annotations = choice?.delta?.annotations ?? []
  return {
    text: choice?.delta?.content ?? '',
    model: chunk.model ?? null,
    citations: annotations.filter((/** @type {{ type: string }} */ { type }) => type === 'freehold_citation'),
    isFinished: (choice?.finish_reason ?? null) !== null,
    error: null,
  }
}

/**
 * Cuts an answer at every `[n]` that one of the citations bears; any other bracket stays text.
 * @param {string} text
 * @param {readonly Citation[]} citations
 * @returns {Piece[]}
 */
export function splitCitations(text, citations) {
  /** @type {Piece[]} */
  const pieces = []
  let from = 0
  for (const match of text.matchAll(/\[(\d{1,4})\]/g)) {
    const citation = citations.find(({ n }) => n === Number(match[1]))
    if (citation === undefined) continue
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push({ citation })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/**
 * The surroundings of a span, cut at line ends or spaces where there are some near, and never inside a character.
 * @param {string} text
 * @param {{ start: number, end: number }} span UTF-16 offsets
 * @param {number} around characters wanted on each side
 */
export function excerpt(text, span, around) {
  const start = Math.min(Math.max(span.start, 0), text.length)
  const end = Math.min(Math.max(span.end, start), text.length)
  const from = start <= around ? 0 : cutBefore(text, start - around, start)
  const to = text.length - end <= around ? text.length : cutAfter(text, end + around, end)
  return {
    before: text.slice(from, start),
    marked: text.slice(start, end),
    after: text.slice(end, to),
    isCutBefore: from > 0,
    isCutAfter: to < text.length,
  }
}

const NEAR = 40
const isLowSurrogate = (/** @type {string} */ text, /** @type {number} */ at) =>
  /[\uDC00-\uDFFF]/.test(text.charAt(at))

/** @param {string} text @param {number} at @param {number} limit */
function cutBefore(text, at, limit) {
  const gap = text.slice(at, Math.min(at + NEAR, limit)).search(/\s\S/)
  if (gap !== -1) return at + gap + 1
  return isLowSurrogate(text, at) ? at + 1 : at
}

/** @param {string} text @param {number} at @param {number} limit */
function cutAfter(text, at, limit) {
  const floor = Math.max(at - NEAR, limit)
  const gap = text.slice(floor, at).search(/\s\S*$/)
  if (gap !== -1) return floor + gap
  return isLowSurrogate(text, at) ? at - 1 : at
}
