import type { DryRunView } from '@freehold/contract/dry-run.ts'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { ModelOperation } from '../model-operations.ts'
import { withLeast } from './least.ts'
import type { Ask, Routing } from './routing.ts'
import type { Side } from './shadow.ts'
import { NONE, outcomeOf, shownSide } from './shadow.ts'

/** Of those that differ. */
const MOST_SHOWN = 100

interface DryRun {
  readonly tenant: string
  readonly inForce: Routing
  readonly candidate: Routing
  /** The newest first. */
  readonly requests: AsyncIterable<RequestView>
  /** How an operation asks for a model; null for one that asks for none. */
  readonly operationOf: (name: string) => Pick<ModelOperation, 'dialect' | 'local' | 'api'> | null
}

/**
 * What rules would make of requests that were made, by what their records say: classes, names of models. What bounds a
 * caller is left out on both sides, and so are rules that take a share.
 */
export async function dryRun({ requests, ...run }: DryRun): Promise<DryRunView> {
  const counts = { ...NONE }
  const differing: DryRunView['differing'] = []
  let [looked, compared] = [0, 0]
  let since: string | null = null
  for await (const request of requests) {
    looked += 1
    since = request.at
    const asked = askOf(request, run.operationOf(request.operation))
    if (asked === null) continue
    compared += 1
    const was = sideOf(run.inForce, run.tenant, asked)
    const wouldBe = sideOf(run.candidate, run.tenant, asked)
    const outcome = outcomeOf(was, wouldBe)
    counts[outcome] += 1
    if (outcome === 'same' || differing.length >= MOST_SHOWN) continue
    differing.push({
      request: request.id,
      at: request.at,
      principal: request.principal,
      class: request.class,
      model: asked.model,
      outcome,
      was: shownSide(was),
      wouldBe: shownSide(wouldBe),
    })
  }
  return { looked, compared, since, counts, differing }
}

type ModelAsk = Extract<Ask, { readonly kind: 'model' }>

function askOf(
  { modelAsked, class: reached }: RequestView,
  operation: ReturnType<DryRun['operationOf']>,
): ModelAsk | null {
  if (operation === null || modelAsked === null) return null
  const { dialect, local, api } = operation
  return { kind: 'model', model: modelAsked, dialect, local, portable: api !== null, class: reached }
}

function sideOf(routing: Routing, tenant: string, ask: ModelAsk): Side {
  const { rule, attempts, refused } = routing.decide(ask)
  return { rule, attempts: withLeast(attempts, routing.leastFor(tenant)), refused: refused?.code ?? null }
}
