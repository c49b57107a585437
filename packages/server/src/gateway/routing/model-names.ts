import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Ask, Decision, Routing, Target } from './routing.ts'
import { LOCAL_NAME, namesOf } from './rule.ts'

/** What is known of model names without asking anybody. */
export function modelNames(
  targets: readonly Target[],
  decide: (ask: Ask) => Decision,
): Pick<Routing, 'knowsModel' | 'modelsFor'> {
  const written = targets.flatMap(({ definition }) =>
    definition.kind === 'model' ? [namesOf(definition.models)] : [],
  )
  const known = new Set([LOCAL_NAME, ...written.flatMap(({ all }) => all)])
  const lists = new Map<string, readonly string[]>()
  return {
    knowsModel: (name) => known.has(name),
    modelsFor(dataClass, dialect) {
      const key = `${dataClass} ${dialect}`
      const found = lists.get(key) ?? list(dataClass, dialect)
      lists.set(key, found)
      return found
    },
  }

  function list(dataClass: DataClass, dialect: Dialect): readonly string[] {
    const ask = { kind: 'model', dialect, local: false, portable: true, class: dataClass } as const
    const reachable = [...new Set(written.flatMap(({ asked }) => asked))].filter(
      (model) => decide({ ...ask, model }).refused === null,
    )
    return [LOCAL_NAME, ...reachable]
  }
}
