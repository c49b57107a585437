/** @typedef {{ readonly event: string, readonly data: string }} ServerEvent */

/**
 * Splits server-sent events out of text that may be cut anywhere (WHATWG HTML, section 9.2.6).
 * An event that its blank line never ended is not an event.
 * @returns {(text: string) => ServerEvent[]}
 */
export function createEventSplitter() {
  let rest = ''
  let event = ''
  /** @type {string[]} */
  let data = []
  let isFirst = true

  /** @param {string} line @returns {ServerEvent | null} */
  function takeLine(line) {
    if (line === '') {
      const ended = data.length > 0 ? { event: event || 'message', data: data.join('\n') } : null
      event = ''
      data = []
      return ended
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    if (field === 'event') event = value
    return null
  }

  return (text) => {
    rest += text
    if (isFirst && rest !== '') {
      rest = rest.replace(/^\uFEFF/, '')
      isFirst = false
    }
    // A CR at the very end may be half of a CR LF: it waits for what comes next.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    return lines.map(takeLine).filter((ended) => ended !== null)
  }
}

/** The body ended in the middle: the connection or the other side broke. */
export class BrokenStream extends Error {}

/**
 * The events of a response body, as they arrive. Leaving the loop cancels the body.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 */
export async function* readEvents(body) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const split = createEventSplitter()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw new BrokenStream('the stream broke', { cause })
      })
      if (done) return
      yield* split(decoder.decode(value, { stream: true }))
    }
  } finally {
    // The body may already be broken; there is nobody left to tell.
    reader.cancel().catch(() => {})
  }
}
