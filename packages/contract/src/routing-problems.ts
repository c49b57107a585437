import { z } from 'zod'
import type { Naming as NamingOf } from './remark.ts'
import { remarkOf, sayingOf } from './remark.ts'

/** What can be wrong with a target, a rule, or a change to them, by code. The codes are a public contract. */
export const ROUTING_PROBLEMS = {
  name_taken: 'is the name of a target of the {origin} already',
  token_for_managed: 'a managed target gets no token that names your callers: use apiKey or header',
  managed_over_http: 'a managed target is reached over https',
  own_name_pattern: 'is a name without *, or * alone for the name that was asked for',
  desensitise_private: 'has no meaning for a private target, which gets what was said',
  discover_nothing: 'finds nothing to list where no name in models has a *',
  ollama_dialect: 'ollama goes with the dialect openai',
  realtime_dialect: 'goes with the dialect openai',
  money_without_price: 'counts money: the target needs a price',
  tls_over_http: 'has no meaning for a target that is reached over http',
  no_profile: 'names no profile: there are {profiles}',
  headers_leave: 'what a client writes into a header would leave unseen: only private targets get any',
  header_is_credential: 'carries the credential of the target',
  named_twice: 'is named twice',
  local_service: 'local is no service',
  no_target: 'names no target',
  model_for_services: 'names a model target in a rule for services',
  service_for_models: 'names a service in a rule for models',
  output_of_service: 'has no meaning for services',
  opaque_not_public: 'allow is for rules of class [public] only',
  cache_for_service: 'is for rules for models: what a service does is its own affair',
  none_not_public: 'none is for rules of class [public] only',
  classes_unlisted: 'names a managed target, so it must list its classes',
  class_stays: '{class} never leaves, and this rule names a managed target',
  zones_mixed: 'is of another zone than the first of its group',
  affinity_without_group: 'is for rules with a group: a list inside to',
  hedge_for_service: 'is for rules for models',
  hedge_without_pair: 'is for rules with two targets of one zone',
} as const

export type RoutingProblemCode = keyof typeof ROUTING_PROBLEMS

/** `message` is the same in English, with the field in front. */
export const routingProblem = remarkOf(ROUTING_PROBLEMS).extend({
  /** Below the target or rule, as in `to[0]`; null: all of it. */
  field: z.string().nullable(),
  message: z.string(),
})
export type RoutingProblemView = z.output<typeof routingProblem>

export type Naming<Code extends RoutingProblemCode> = NamingOf<(typeof ROUTING_PROBLEMS)[Code]>
export const routingProblemSaid = sayingOf(ROUTING_PROBLEMS)
