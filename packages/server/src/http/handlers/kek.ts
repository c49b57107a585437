import type { Kek } from '../../ops/keys/kek.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Handlers } from './handlers.ts'

/** The keys under which everything is encrypted. */
export function kekHandlers(
  kek: Kek,
): Pick<Handlers, 'kek.status' | 'kek.rotate' | 'kek.rotate-root' | 'kek.shred'> {
  const by = ({ principal, tenant }: Caller, request: string) => ({ actor: principal.id, request, tenant })
  return {
    'kek.status': ({ caller, query }) => kek.status(query, caller),
    'kek.rotate': ({ caller, body, request }) =>
      kek.rotate(body.tenant ?? caller.tenant, by(caller, request)),
    'kek.rotate-root': ({ caller, body, request }) => kek.rotateRoot(body, by(caller, request)),
    'kek.shred': ({ caller, body, request }) => kek.shred(body, by(caller, request)),
  }
}
