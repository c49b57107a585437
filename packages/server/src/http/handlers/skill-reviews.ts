import { decideReview, getReview, listReviews } from '../../skills/checking/reviews/reviews.ts'
import type { Store } from '../../store/store.ts'
import type { Handlers } from './handlers.ts'

type ReviewOperation = Extract<keyof Handlers, `skill_review.${string}`>

/** Skills that a person has to decide about. */
export const skillReviewHandlers = (store: Store): Pick<Handlers, ReviewOperation> => ({
  'skill_review.list': ({ caller, query }) =>
    store.withTenant({ tenant: caller.tenant }, (tx) => listReviews(tx, query)),
  'skill_review.get': ({ caller, params }) =>
    store.withTenant({ tenant: caller.tenant }, (tx) => getReview(tx, params.id)),
  'skill_review.decide': ({ caller, params, body, request }) =>
    store.withTenant({ tenant: caller.tenant }, (tx) =>
      decideReview(tx, params.id, body, { actor: caller.principal.id, request }),
    ),
})
