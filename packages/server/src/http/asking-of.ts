import type { IncomingMessage } from 'node:http'
import type { Asking } from '../identity/same-site.ts'

/** What tells who sends a request, and from where. */
export const askingOf = ({ headers, method, socket }: IncomingMessage): Asking => ({
  headers,
  method,
  address: socket.remoteAddress,
})
