import { z } from 'zod'
import { operationId } from './skill-operation.ts'
import { skillName } from './skill-permissions.ts'

const literal = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()])
/** RFC 9535 over `{input, steps: {id: output}}`. */
const path = z.string().max(512).regex(/^\$/, 'a JSONPath that begins with $')

/** Holds when all that it says holds of the first value at `path`. */
const test = z.strictObject({
  path,
  exists: z.boolean().optional(),
  equals: literal.optional(),
  in: z.array(literal).min(1).max(100).optional(),
  above: z.number().optional(),
  below: z.number().optional(),
})

/** A condition without code. */
export const workflowCondition = z.union([
  test,
  z.strictObject({ all: z.array(test).min(1).max(16) }),
  z.strictObject({ any: z.array(test).min(1).max(16) }),
])
export type WorkflowCondition = z.infer<typeof workflowCondition>

const call = {
  skill: skillName,
  operation: operationId,
  /** Template over `{input, steps}`: `{input.order}` or `{steps.find.customer}`. */
  input: z.record(z.string(), z.unknown()).default({}),
}

export const workflowStep = z.strictObject({
  id: operationId,
  ...call,
  /** Where it does not hold the step is left out. */
  when: workflowCondition.optional(),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(10),
      backoffMs: z.int().min(0).max(600_000).default(1000),
    })
    .default({ attempts: 1, backoffMs: 1000 }),
  /** What undoes it when a later step fails for good; undone in reverse order. */
  compensate: z.strictObject(call).optional(),
})
export type WorkflowStep = z.infer<typeof workflowStep>

/** Steps of one operation, in order. Which were done is stored, so that a kill between two does neither twice. */
export const workflow = z.strictObject({
  operation: operationId,
  steps: z.array(workflowStep).min(1).max(50),
  /** Template of the result over `{input, steps}`; without it the last step's. */
  output: z.unknown().optional(),
})
export type Workflow = z.infer<typeof workflow>
