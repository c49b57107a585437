import type { Offer } from '../../gateway/offer/offer.ts'
import type { Handlers } from './handlers.ts'

type OfferOperation = 'target.test' | 'target.test_new'

/** What targets offer, and whether they can be reached. */
export function offerHandlers(offer: Offer): Pick<Handlers, OfferOperation> {
  return {
    'target.test_new': ({ caller, body, request }) => offer.testNew(caller, body, request),
    'target.test': ({ caller, params, body, request }) => offer.test(caller, params.name, body, request),
  }
}
