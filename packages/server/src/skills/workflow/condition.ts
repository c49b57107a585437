import type { WorkflowCondition } from '@freehold/contract/skill-workflow.ts'
import { pickBy } from '../mapping/json-path.ts'

type Test = Extract<WorkflowCondition, { path: string }>

/** Whether it holds over `{input, steps}`. */
export function holds(condition: WorkflowCondition, document: unknown): boolean {
  if ('all' in condition) return condition.all.every((one) => passes(one, document))
  if ('any' in condition) return condition.any.some((one) => passes(one, document))
  return passes(condition, document)
}

function passes(test: Test, document: unknown): boolean {
  const picked = pickBy(test.path)(document)
  const value: unknown = Array.isArray(picked) && !isSingleList(test.path) ? picked[0] : picked
  const isThere = value !== undefined
  if (test.exists !== undefined && test.exists !== isThere) return false
  if (test.equals !== undefined && value !== test.equals) return false
  if (test.in !== undefined && !test.in.some((one) => one === value)) return false
  if (test.above !== undefined && !(typeof value === 'number' && value > test.above)) return false
  return test.below === undefined || (typeof value === 'number' && value < test.below)
}

/** A path that names one place gives what stands there, and that may be a list. */
const isSingleList = (path: string): boolean => !/[*?:,]|\.\./.test(path)
