import { Fault } from '../kernel/fault.ts'
import { ConversationLot } from './conversation-lot.ts'
import type { Deciding } from './decide.ts'
import { narrowed } from './decide.ts'
import type { Routing } from './routing/routing.ts'
import type { Side } from './routing/shadow.ts'

/** Where a request would go by a routing, by the very steps of a decision but for what counts requests. */
export function sideOf(
  routing: Routing,
  { caller, asked, classified, bound }: Omit<Deciding, 'ruleLimits' | 'record'>,
): Side {
  const lot = new ConversationLot(caller, asked, bound)
  const decision = routing.decide(asked.ask(classified.class), lot)
  const { rule } = decision
  try {
    const { list } = narrowed(decision, { caller, bound, class: classified.class, routing })
    return { rule, attempts: list, refused: null }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { rule, attempts: [], refused: error.code }
  }
}
