import { matcher } from '../routing/model-pattern.ts'
import { upstreamName } from '../routing/rule.ts'
import type { ModelDefinition } from './listing.ts'

/** Of one model; who wrote more names for it knows them. */
const MOST_NAMES = 20

/** Names and patterns under which clients reach what the target calls `id`; empty where its `models` hide it. */
export function exposedAs({ models }: Pick<ModelDefinition, 'models'>, id: string): string[] {
  if (Array.isArray(models)) return matcher(models)(id) ? [id] : []
  const names = Object.entries(models)
    .filter(([, own]) => own === id)
    .map(([asked]) => asked)
  if (upstreamName(models, id) === id && !names.includes(id)) names.push(id)
  return names.slice(0, MOST_NAMES)
}
