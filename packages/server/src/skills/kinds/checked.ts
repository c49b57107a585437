import type { ErrorObject, ValidateFunction } from 'ajv'
import { Fault } from '../../kernel/fault.ts'
import { schemaError } from '../../kernel/schema-error.ts'
import { isDeeper } from '../mapping/depth.ts'
import { Schemas } from '../manifest/schemas.ts'
import type { SkillPackage } from '../runner.ts'
import type { DescribedOperation } from './operations.ts'
import { operationsOf } from './operations.ts'

/** Schemas that hold themselves follow a value as deep as it goes. */
const MOST_NESTED = 64

/** An operation whose input and result are held against its schemas. */
export interface CheckedOperation extends DescribedOperation {
  /** @throws Fault `invalid` naming the first value that does not fit */
  takeInput(input: unknown): Readonly<Record<string, unknown>>
  /** @throws Fault `skill_failed` */
  takeOutput(value: unknown): void
}

/** The operations of a skill by their ids. Making them costs some milliseconds: once for a version. @throws Fault `invalid` */
export function checkedOperations(
  skill: Pick<SkillPackage, 'manifest' | 'files'>,
): ReadonlyMap<string, CheckedOperation> {
  const schemas = new Schemas()
  return new Map(operationsOf(skill).map((one) => [one.id, checked(one, schemas)]))
}

function checked(operation: DescribedOperation, schemas: Schemas): CheckedOperation {
  const isInput = compiled(schemas, operation, 'input')
  const isOutput = compiled(schemas, operation, 'output')
  return {
    ...operation,
    takeInput(input) {
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        throw new Fault('invalid', 'The input must be a JSON object.', { param: 'input' })
      }
      if (isDeeper(input, MOST_NESTED)) {
        throw new Fault('invalid', `The input is nested deeper than ${MOST_NESTED} levels.`, {
          param: 'input',
        })
      }
      if (isInput !== null && !isInput(input)) throw wrongInput(isInput.errors?.[0])
      // A JSON object, as was asked above.
      return input as Readonly<Record<string, unknown>>
    },
    takeOutput(value) {
      if (isOutput === null || isOutput(value)) return
      const said = saidOf(isOutput.errors?.[0])
      throw new Fault('skill_failed', `The result does not fit what the skill promises: ${said}.`)
    },
  }
}

/** Null where nothing is asked. @throws Fault `invalid` */
function compiled(
  schemas: Schemas,
  operation: DescribedOperation,
  part: 'input' | 'output',
): ValidateFunction | null {
  const schema = operation[part]
  if (schema === undefined || Object.keys(schema).length === 0) return null
  const found = schemas.compile(schema)
  if (typeof found !== 'string') return found
  throw new Fault('invalid', `${operation.id}.${part} ${found}.`, {
    param: `operations.${operation.id}.${part}`,
  })
}

function wrongInput(error: ErrorObject | undefined): Fault {
  const { field } = schemaError(error)
  return new Fault('invalid', `The input does not fit: ${saidOf(error)}.`, { param: field || 'input' })
}

function saidOf(error: ErrorObject | undefined): string {
  const { field, what } = schemaError(error)
  return field === '' ? what : `${field} ${what}`
}
