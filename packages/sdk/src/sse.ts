import { FreeholdError } from './error.ts'

export interface ServerEvent {
  readonly event: string
  readonly data: string
  /** The last that was named, also by an earlier event. */
  readonly id: string
}

/** No event of the server is larger. */
const MOST_CHARACTERS = 64 * 1024 * 1024

/**
 * Splits server-sent events out of text that may be cut anywhere (WHATWG HTML, section 9.2.6). An event that its blank
 * line never ended is not an event.
 */
export function createEventSplitter(): (text: string) => ServerEvent[] {
  let rest = ''
  let event = ''
  let id = ''
  let data: string[] = []
  let isFirst = true

  function takeLine(line: string): ServerEvent | null {
    if (line === '') {
      const ended = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null
      event = ''
      data = []
      return ended
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    if (field === 'event') event = value
    if (field === 'id' && !value.includes('\0')) id = value
    return null
  }

  return (text) => {
    if (rest.length + text.length > MOST_CHARACTERS)
      throw new FreeholdError('broken_stream', 'One event of the stream is larger than any that there is.')
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

/** The text of a body as it arrives. Leaving the loop cancels the body. */
export async function* readText(
  { body }: Response,
  { silenceMs = 0 }: { readonly silenceMs?: number } = {},
): AsyncGenerator<string> {
  if (body === null) return
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read()).catch((cause: unknown) => {
        throw new FreeholdError('broken_stream', 'The stream broke off: what came is not the whole.', {
          cause,
        })
      })
      if (done) return
      const text = decoder.decode(value, { stream: true })
      // An empty piece says that the other side is there.
      if (text !== '') yield text
    }
  } finally {
    // Not waited for: who leaves does not care how the other side takes it.
    reader.cancel().catch(() => {})
  }
}

export async function* readEvents(
  response: Response,
  options: { readonly silenceMs?: number } = {},
): AsyncGenerator<ServerEvent> {
  const split = createEventSplitter()
  for await (const text of readText(response, options)) yield* split(text)
}

/** The same promise, that fails when it takes longer; 0: never. */
async function within<T>(longestMs: number, promise: Promise<T>): Promise<T> {
  if (longestMs === 0) return promise
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${longestMs} ms`)), longestMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
