import type { IncomingMessage } from 'node:http'

/** The `data` of each server-sent event (WHATWG HTML, section 9.2), up to `[DONE]`. @throws when the stream ends before it. */
export async function* eventData(response: IncomingMessage): AsyncGenerator {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response as AsyncIterable<Buffer>) {
    text += decoder.decode(part, { stream: true })
    const events = text.split(/\r?\n\r?\n/)
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n')
      if (data === '[DONE]') return
      if (data !== '') yield JSON.parse(data)
    }
  }
  throw new Error('The answer broke off before it was complete.')
}
