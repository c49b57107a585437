import type { ServerResponse } from 'node:http'
import type { Action } from '@freehold/contract/actions.ts'
import type { Entrance, OpenRequests } from '../gateway/open-requests.ts'

/** Whoever ends its own session, or revokes its own key, still hears that it worked. */
const LAST_ANSWER_MS = 1000

/** Aborted with the refusal when the caller of a request may not go on. */
export function enlisted(
  openRequests: OpenRequests,
  response: ServerResponse,
  { action, ...entrance }: Omit<Entrance, 'callOff'> & { readonly action: Action },
): AbortSignal {
  const off = new AbortController()
  const open = openRequests.enter({ ...entrance, callOff: (reason) => off.abort(reason) }, action)
  response.once('close', () => openRequests.leave(open))
  return off.signal
}

/**
 * What `answer` resolves with, unless it takes longer than a moment after the signal. What was begun is not undone.
 * @throws Fault the signal's reason; at once, and nothing is begun, where it is aborted already
 */
export async function unlessCalledOff<T>(signal: AbortSignal, answer: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const late = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const hear = (): void => {
    timer = setTimeout(() => late.reject(signal.reason), LAST_ANSWER_MS)
  }
  signal.addEventListener('abort', hear, { once: true })
  try {
    return await Promise.race([answer(), late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', hear)
  }
}
