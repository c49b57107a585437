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

function noticed(error: unknown): void {
  if (error instanceof FreeholdError && error.code === 'unidentified') for (const tell of ended) tell()
}

/** What screens asked for. The client already sends once more what may be sent once more. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 10_000 }, mutations: { retry: false } },
  })
  queries.getQueryCache().config.onError = noticed
  queries.getMutationCache().config.onError = noticed
  return queries
}
