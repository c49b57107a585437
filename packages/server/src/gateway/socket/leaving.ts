import type { Fault } from '../../kernel/fault.ts'

/** Tells why a client left, at once where it has; the signal's reason is that fault. Returns how to hear of it no more. */
export function hearLeaving(signal: AbortSignal, then: (reason: Fault) => void): () => void {
  const told = (): void => then(signal.reason)
  if (signal.aborted) told()
  else signal.addEventListener('abort', told, { once: true })
  return () => signal.removeEventListener('abort', told)
}
