import type { QueryClient } from '@tanstack/react-query'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionView } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { createContext, useContext, useEffect } from 'react'
import { keep, readKept } from '../kept.ts'
import { server } from '../server.ts'

/** Where the person at this browser stands. */
export type Standing =
  | { readonly at: 'loading' }
  | { readonly at: 'unreachable'; readonly error: unknown }
  | { readonly at: 'unclaimed' }
  | { readonly at: 'door' }
  | { readonly at: 'inside'; readonly session: SessionView }

export const SESSION_KEY = ['session'] as const

const PLATFORM = { queryKey: ['platform'], queryFn: () => server.platform.read() } as const

/** Whether somebody was in when this browser was here last. */
const KEPT = 'freehold.inside'

/** Who is in. Where nobody was, whether there is anybody is asked first: it is no refusal that nobody is. */
async function readSession({ client }: { readonly client: QueryClient }): Promise<SessionView | null> {
  if (readKept(KEPT) !== 'yes') {
    const { identified } = await client.fetchQuery({ ...PLATFORM, staleTime: 0 })
    if (!identified) return null
  }
  try {
    return await server.sessions.read()
  } catch (error) {
    if (error instanceof FreeholdError && error.status === 401) return null
    throw error
  }
}

/** Whose browser this is, asked once and again when somebody comes or goes. */
export function useStanding(): { readonly standing: Standing; readonly retry: () => void } {
  const session = useQuery({ queryKey: SESSION_KEY, queryFn: readSession, staleTime: Infinity })
  const platform = useQuery({ ...PLATFORM, enabled: session.data === null })
  const isInside = session.data === undefined ? null : session.data !== null
  useEffect(() => {
    if (isInside !== null) keep(KEPT, isInside ? 'yes' : 'no')
  }, [isInside])
  const retry = (): void => void Promise.all([session.refetch(), platform.refetch()])
  const error = session.error ?? platform.error
  if (session.data) return { standing: { at: 'inside', session: session.data }, retry }
  if (error) return { standing: { at: 'unreachable', error }, retry }
  if (session.data === undefined || platform.data === undefined) return { standing: { at: 'loading' }, retry }
  return { standing: { at: platform.data.claimed ? 'door' : 'unclaimed' }, retry }
}

const leaving = new Set<() => void>()

/** Whoever keeps something of a person outside of what is asked lets go of it here. */
export const onPersonLeft = (forget: () => void): void => void leaving.add(forget)

/** Nothing of the last person stays in this page. */
export function forgetPerson(queries: QueryClient): void {
  // Drafts and what waits to be sent.
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith('freehold.')) sessionStorage.removeItem(name)
  for (const forget of leaving) forget()
  queries.setQueryData(SESSION_KEY, null)
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] })
}

/** Takes in whoever has just opened a session, and shows out whoever has closed theirs. */
export function useComings(): {
  readonly enter: (session: SessionView) => void
  readonly leave: () => void
} {
  const queries = useQueryClient()
  return {
    enter: (session) => {
      queries.setQueryData(SESSION_KEY, session)
    },
    leave() {
      forgetPerson(queries)
    },
  }
}

export const SessionContext = createContext<SessionView | null>(null)

/** The session of the person inside. @throws outside of the app's frame */
export function useSession(): SessionView {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('Nobody is signed in here.')
  return session
}

/** Whether this session was opened by break-glass: it has every power, and some things are closed to it all the same. */
export const useIsEmergency = (): boolean => useSession().caller.roles.includes('break-glass')

/** Whether the person may use what needs a power, so that nobody is offered what would be refused. */
export function useMay(): (power: string) => boolean {
  const { caller } = useSession()
  return (power) => caller.powers.includes(power)
}
