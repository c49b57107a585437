import type { Naming, Remark } from './remark.ts'

/** What is wrong with a field of a request where its schema says it, by code. The codes are a public contract. */
export const INPUT_PROBLEMS = {
  field_unknown: 'is not a known field',
  field_missing: 'is missing',
  field_empty: 'is empty',
  field_kind: 'is of another kind: {kind} is expected',
  field_choice: 'is not one of {choices}',
  field_short: 'has fewer than {least} characters',
  field_long: 'has more than {most} characters',
  field_few: 'has fewer than {least} entries',
  field_many: 'has more than {most} entries',
  field_small: 'is less than {least}',
  field_large: 'is more than {most}',
  field_address: 'is no address (URL)',
  field_date: 'is no date with its time',
  field_id: 'is no id',
} as const

type Sentences = typeof INPUT_PROBLEMS
export type InputProblemCode = keyof Sentences

export interface InputProblem extends Remark {
  readonly code: InputProblemCode
}

export const inputProblem = <Code extends InputProblemCode>(
  code: Code,
  ...named: Naming<Sentences[Code]>
): InputProblem => ({ code, params: named[0] ?? {} })
