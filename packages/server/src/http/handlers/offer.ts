import type { Offer } from '../../gateway/offer/offer.ts'
import type { Reloading } from '../../ops/reloading.ts'
import type { Handlers } from './handlers.ts'

type OfferOperation =
  | 'target.discover'
  | 'target.test'
  | 'target.test_new'
  | 'target.models'
  | 'target.pull'
  | 'target.pulls'
  | 'pull.cancel'

/** What targets offer, and whether they can be reached. */
export function offerHandlers(
  offer: Offer,
  { loaded }: Pick<Reloading, 'loaded'>,
): Pick<Handlers, OfferOperation> {
  return {
    'target.discover': ({ caller, request }) => offer.discover(caller, loaded().providerKeys, request),
    'target.test_new': ({ caller, body, request }) => offer.testNew(caller, body, request),
    'target.test': ({ caller, params, body, request }) => offer.test(caller, params.name, body, request),
    'target.models': ({ caller, params }) => offer.models(caller, params.name),
    'target.pull': ({ caller, params, body, request }) =>
      offer.pull(caller, { name: params.name, model: body.model, request }),
    'target.pulls': async ({ params }) => offer.pulls(params.name),
    async 'pull.cancel'({ caller, params, request }) {
      await offer.cancelPull(caller, params.id, request)
      return undefined
    },
  }
}
