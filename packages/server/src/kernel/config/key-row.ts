import { z } from 'zod'

/** A key whose value is one value. */
export interface KeyRow<S extends z.ZodType> {
  readonly schema: S
  /** What the key does, for `config explain` and for editors. */
  readonly meaning: string
  /** What a value must be, after the words "must be". */
  readonly expects: string
  /** Whether a running server follows a change. */
  readonly reload: 'live' | 'restart'
  /** Printed as `[secret]`; the only fields in which `${env:NAME}` and `${file:PATH}` are expanded. */
  readonly secret?: true
  /** A path that is relative to the file it stands in. */
  readonly path?: true
}

export function row<S extends z.ZodType>(fields: KeyRow<S>): KeyRow<S> {
  return { ...fields, schema: fields.schema.describe(fields.meaning) }
}

export const integer = (min: number, max: number) => z.int().min(min).max(max)
