import type { SkillView } from '@freehold/contract/skills.ts'
import type { DescribedOperation } from '../kinds/operations.ts'
import { toolName } from './tool-names.ts'

/** An operation as it is shown to those who may call it. */
export const shownOperation = (
  skill: string,
  one: Omit<DescribedOperation, 'examples'>,
): SkillView['operations'][number] => ({
  id: one.id,
  tool: toolName(skill, one.id),
  title: one.title ?? null,
  description: one.description,
  zh: one.zh ?? null,
  effect: one.effect,
  confirm: one.confirm,
  input: { ...one.input },
})
