import type { LocalModelSetting } from '../../kernel/config/local-model-keys.ts'
import type { LocalModelDefinition, TargetDefinition } from '../../kernel/target-definition.ts'

/** Nothing is dialled; it only has to be an address, below which paths lie. */
const NOWHERE = 'http://local-model.invalid/v1'

/** The target that a local model is for rules, records and budgets. */
const targetOf = (engine: LocalModelSetting): LocalModelDefinition => ({
  kind: 'model',
  zone: 'local',
  name: engine.name,
  url: NOWHERE,
  dialect: 'openai',
  models: [...engine.models],
  responses: 'translated',
  maxOutput: engine.contextTokens,
  engine,
})

/** The targets of a configuration: those that are written, and its local models. */
export const allTargets = (config: {
  readonly targets: readonly TargetDefinition[]
  readonly localModels: readonly LocalModelSetting[]
}): readonly TargetDefinition[] => [...config.targets, ...config.localModels.map(targetOf)]

/** Where in the configuration a problem of one of `allTargets` stands. */
export function placeInConfig(
  path: readonly (string | number)[],
  written: number,
): readonly (string | number)[] {
  const [list, at, ...rest] = path
  return list === 'targets' && typeof at === 'number' && at >= written
    ? ['localModels', at - written, ...rest]
    : path
}
