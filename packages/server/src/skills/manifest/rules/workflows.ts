import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Workflow, WorkflowCondition, WorkflowStep } from '@freehold/contract/skill-workflow.ts'
import { nearest } from '../../../kernel/config/nearest.ts'
import { isPath } from '../../mapping/json-path.ts'
import { namesIn } from '../../mapping/template.ts'
import type { Refuse } from '../manifest-problem.ts'

type WorkflowManifest = Extract<SkillManifest, { kind: 'workflow' }>

/** Every operation has its steps, every step calls a skill that is required, and nothing is read before it is there. */
export function checkWorkflows(manifest: SkillManifest, refuse: Refuse): void {
  if (manifest.kind !== 'workflow') return
  const ids = manifest.operations.map(({ id }) => id)
  const seen = new Set<string>()
  for (const [at, workflow] of manifest.workflows.entries()) {
    const steps = ['workflows', at] as const
    if (!ids.includes(workflow.operation)) {
      refuse('workflow-reference', [...steps, 'operation'], 'is no operation of this skill', {
        suggestion: nearest(workflow.operation, ids),
      })
    }
    if (seen.has(workflow.operation)) {
      refuse('manifest-duplicate', [...steps, 'operation'], 'has another workflow above')
    }
    seen.add(workflow.operation)
    checkSteps(manifest, workflow, at, refuse)
  }
  for (const [at, id] of ids.entries()) {
    if (!seen.has(id)) refuse('workflow-reference', ['operations', at, 'id'], 'has no entry in workflows')
  }
}

function checkSteps(manifest: WorkflowManifest, workflow: Workflow, index: number, refuse: Refuse): void {
  const required = manifest.compat.requires.map(({ skill }) => skill)
  const before: string[] = []
  for (const [at, step] of workflow.steps.entries()) {
    const place = ['workflows', index, 'steps', at] as const
    if (before.includes(step.id))
      refuse('manifest-duplicate', [...place, 'id'], 'is the id of an earlier step')
    for (const [call, steps] of callsOf(step, place)) {
      if (!required.includes(call.skill)) {
        refuse(
          'workflow-reference',
          [...steps, 'skill'],
          'is not in compat.requires: add it there with a range',
          {
            suggestion: nearest(call.skill, required),
          },
        )
      }
      // What undoes a step knows what the step came to.
      const known = call === step ? before : [...before, step.id]
      for (const name of namesIn(call.input)) checkName(name, known, [[...steps, 'input'], refuse])
    }
    for (const path of pathsOf(step.when)) {
      const wrong = isPath(path)
      if (wrong !== null) refuse('manifest-template', [...place, 'when'], wrong)
    }
    before.push(step.id)
  }
  for (const name of namesIn(workflow.output))
    checkName(name, before, [['workflows', index, 'output'], refuse])
}

function callsOf(step: WorkflowStep, place: readonly (string | number)[]) {
  const own = [step, place] as const
  return step.compensate === undefined ? [own] : [own, [step.compensate, [...place, 'compensate']] as const]
}

const pathsOf = (when: WorkflowCondition | undefined): readonly string[] =>
  when === undefined
    ? []
    : 'all' in when
      ? when.all.map(({ path }) => path)
      : 'any' in when
        ? when.any.map(({ path }) => path)
        : [when.path]

function checkName(
  name: string,
  known: readonly string[],
  [steps, refuse]: readonly [readonly (string | number)[], Refuse],
): void {
  const [root, step] = name.split('.')
  if (root === 'input') return undefined
  if (root !== 'steps' || step === undefined) {
    return refuse('workflow-reference', steps, `{${name}} must begin with input. or steps.<id>.`)
  }
  if (known.includes(step)) return undefined
  return refuse('workflow-reference', steps, `{${name}} is read before that step was done`, {
    suggestion: nearest(step, known),
  })
}
