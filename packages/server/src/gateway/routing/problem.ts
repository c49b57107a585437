import type { Naming, RoutingProblemCode, RoutingProblemView } from '@freehold/contract/routing-problems.ts'
import { routingProblemSaid } from '@freehold/contract/routing-problems.ts'

/** One thing that is wrong, below the target or rule that it is about. */
export interface Problem extends Omit<RoutingProblemView, 'field'> {
  readonly path: Path
}
export type Path = readonly (string | number)[]

export const problemAt = <Code extends RoutingProblemCode>(
  path: Path,
  code: Code,
  ...named: Naming<Code>
): Problem => ({ path, ...routingProblemSaid(code, ...named) })
