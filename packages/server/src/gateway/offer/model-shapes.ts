import type { anthropicModel, model, modelPage } from '@freehold/contract/chat.ts'
import type { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { LOCAL_MODEL } from '../local-engine.ts'

/** A model that a caller may ask for. */
export interface Askable {
  readonly id: string
  /** Seconds since the epoch; 0 where nobody said when. */
  readonly createdS: number
}

export const openaiModel = ({ id, createdS }: Askable): z.output<typeof model> => ({
  id,
  object: 'model',
  created: createdS,
  owned_by: id === LOCAL_MODEL ? 'freehold' : 'target',
})

export const modelOfAnthropic = ({ id, createdS }: Askable): z.output<typeof anthropicModel> => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(createdS * 1000).toISOString().replace('.000Z', 'Z'),
})

/** @throws Fault `invalid` for a page that begins or ends at a model that is not of the list */
export function pageOfAnthropic(
  models: readonly Askable[],
  { limit, after_id: after, before_id: before }: z.output<typeof modelPage>,
) {
  if (after !== undefined && before !== undefined) {
    throw new Fault('invalid', 'before_id: a page begins after one model or ends before one, not both.', {
      param: 'before_id',
    })
  }
  const from = after === undefined ? 0 : placeOf(models, after, 'after_id') + 1
  const to = before === undefined ? models.length : placeOf(models, before, 'before_id')
  const rest = models.slice(from, to)
  const data = (before === undefined ? rest.slice(0, limit) : rest.slice(-limit)).map(modelOfAnthropic)
  return {
    data,
    has_more: data.length < rest.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  }
}

function placeOf(models: readonly Askable[], id: string, param: string): number {
  const at = models.findIndex((one) => one.id === id)
  if (at < 0) throw new Fault('invalid', `${param}: names no model of the list.`, { param })
  return at
}
