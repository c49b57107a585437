import { QueryClient } from '@tanstack/react-query'
import { createClient, FreeholdError } from '@freehold/sdk'

/** The server that gave out this page, in the session of this browser. */
export const server = createClient()

type Listener = () => void
const ended = new Set<Listener>()

/** Tells when a call was refused because nobody is signed in any more. Returns how to stop listening. */
export function onSessionEnded(listener: Listener): () => void {
  ended.add(listener)
  return () => ended.delete(listener)
}

/** Whether a refusal says that nobody is signed in any more; whoever listens is told. */
export function isSessionEnded(error: unknown): boolean {
  const isEnded = error instanceof FreeholdError && error.code === 'unidentified'
  if (isEnded) for (const tell of ended) tell()
  return isEnded
}

/** What screens asked for. The client already sends once more what may be sent once more. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 10_000 }, mutations: { retry: false } },
  })
  queries.getQueryCache().config.onError = isSessionEnded
  queries.getMutationCache().config.onError = isSessionEnded
  return queries
}
