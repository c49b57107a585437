import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Identity } from '../../identity/identity.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Call, Handlers } from './handlers.ts'

type FederationOperation = Extract<
  keyof Handlers,
  `connection.${string}` | `oidc.${string}` | `federated.${string}`
>

/** People who are vouched for by a provider elsewhere. */
export function federationHandlers(identity: Identity): Pick<Handlers, FederationOperation> {
  const { federation } = identity
  return {
    'connection.list': async () => ({ data: federation.list(), next: null }),
    'connection.test': ({ params }) => federation.test(params.id),
    'oidc.start': (call) =>
      told(call, async () => {
        const { location, cookie } = await federation.start(call.params.id, call.query.ticket, call.asking)
        call.header('set-cookie', cookie)
        call.header('location', location)
        return undefined
      }),
    'oidc.callback': (call) =>
      told(call, async () => {
        // Whatever comes of it, it is not asked twice.
        call.header('set-cookie', federation.forget())
        const { arrival, cookie } = await identity.enterFederated(call.params.id, call.query, call.asking)
        if (arrival.kind === 'try') return new TextAnswer('text/plain; charset=utf-8', arrival.text, 200)
        if (cookie !== null) call.header('set-cookie', cookie)
        // Only ever to our own page: where to is nobody's to say.
        call.header('location', arrival.kind === 'link' ? '/#linked' : '/')
        return undefined
      }),
    'federated.list': async (by) => ({ data: await federation.identities(by), next: null }),
    async 'federated.link'(by) {
      const { location, cookie } = await federation.beginLink(by, by.body)
      by.header('set-cookie', cookie)
      return { location }
    },
    async 'federated.unlink'(by) {
      await federation.unlink(by, by.params.id)
      return undefined
    },
  }
}

/** A browser that is on its way is shown a refusal by our page, in the language of its reader. */
async function told<T>(
  { asking, header }: Pick<Call<'oidc.start'>, 'asking' | 'header'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Fault) || !wantsPage(asking.headers.accept)) throw error
    const code: FaultCode = error.code
    header('location', `/#refused=${code}`)
    return undefined
  }
}

const wantsPage = (accept: string | undefined): boolean => accept?.includes('text/html') ?? false
