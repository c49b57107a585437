import type { sessionView } from '@freehold/contract/identity.ts'
import type { z } from 'zod'
import { scopesOf } from '../authorise.ts'
import type { Caller } from '../caller.ts'
import type { Session } from '../roster.ts'

type Notice = z.output<typeof sessionView>['breakGlass']

/** What is told of a session of the emergency account; null for any other. */
export const noticeOf = ({ breakGlass, expiresMs }: Session): Notice =>
  breakGlass ? { ...breakGlass, endsAt: new Date(expiresMs).toISOString() } : null

/** That somebody came in by the emergency account is told to whoever looks after people. */
export function noticeFor(caller: Caller, open: () => readonly Session[]): Notice {
  const [first] = scopesOf(caller).has('people') ? open() : []
  return first ? noticeOf(first) : null
}
