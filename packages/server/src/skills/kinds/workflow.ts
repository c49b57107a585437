import { Fault } from '../../kernel/fault.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import { walkOnce } from '../workflow/workflow-passage.ts'
import type { KindPorts } from './kind-ports.ts'

/** Skills of kind `workflow`: steps over operations of other skills, stored as they are made. */
export function openWorkflow({ manifest, digest }: SkillPackage, { workflows }: KindPorts): SkillRunner {
  if (manifest.kind !== 'workflow') throw new Error(`a skill of kind ${manifest.kind} was opened as workflow`)
  const byOperation = new Map(manifest.workflows.map((one) => [one.operation, one]))
  return {
    async run(operation, input, context) {
      const workflow = byOperation.get(operation)
      if (workflow === undefined)
        throw new Fault('no_such_operation', 'This skill has no such operation.', { param: 'operation' })
      if (workflows === undefined) return { value: await walkOnce(workflow, input, context) }
      const wish = {
        skill: manifest.metadata.name,
        digest,
        operation,
        call: context.call,
        owner: context.caller.principal.id,
        class: context.class,
        input,
      }
      return { value: await workflows.run(workflow, wish, context) }
    },
    async close() {},
  }
}
