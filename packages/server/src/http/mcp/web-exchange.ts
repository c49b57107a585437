import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { Fault } from '../../kernel/fault.ts'

/** The body of a request, whole. @throws Fault `too_large`, `client_left` */
export async function wholeBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const tooLarge = (): Fault =>
    new Fault('too_large', `The body is larger than the ${mostBytes} bytes that this operation takes.`)
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge()
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of request) {
      // Without an encoding every piece is a Buffer.
      const piece = part as Buffer
      bytes += piece.length
      if (bytes > mostBytes) throw tooLarge()
      parts.push(piece)
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('client_left', 'The client closed the connection before its request was complete.', {
      cause: error,
    })
  }
  return Buffer.concat(parts, bytes)
}

/** Of no use to whoever answers, and not its to see. */
const WITHHELD: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'cookie', 'x-csrf-token'])

/** The request as the SDK wants it, without what proved who sent it; aborted when nobody waits for its answer any more. */
export function webRequest(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  { body, signal }: { readonly body: Buffer; readonly signal: AbortSignal },
): Request {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (WITHHELD.has(name) || value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) given.append(name, one)
  }
  // The protocol wants both named; whoever names nothing takes what comes.
  if ((given.get('accept') ?? '*/*') === '*/*') given.set('accept', 'application/json, text/event-stream')
  const hasBody = method === 'POST'
  return new Request(new URL(url, 'http://freehold.invalid'), {
    method,
    headers: given,
    signal,
    ...(hasBody && { body: new Uint8Array(body) }),
  })
}

/** Sends the answer as it comes, no faster than the client takes it. A break of it breaks the connection. */
export async function sendWeb(answer: Response, response: ServerResponse): Promise<void> {
  // No answer is kept by anybody, whatever the SDK says of its streams.
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store' })
  if (answer.body === null) {
    response.end()
    return
  }
  response.flushHeaders()
  const reader = answer.body.getReader()
  const left = (): void => void reader.cancel().catch(() => undefined)
  response.once('close', left)
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (response.destroyed) return
      // oxlint-disable-next-line typescript/no-unsafe-argument -- a body of the SDK is bytes
      if (!response.write(piece.value)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
    response.end()
  } catch {
    response.destroy()
  } finally {
    response.off('close', left)
  }
}
