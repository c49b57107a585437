import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'

/** A value as it is kept: of attributes of the table alone, under the names of the table. */
export type Scalar = string | boolean
export type Value = Scalar | Doc | readonly (Scalar | Doc)[]
export interface Doc {
  readonly [name: string]: Value
}

export const isDoc = (value: Value | undefined): value is Doc =>
  typeof value === 'object' && !Array.isArray(value)

const byName = new WeakMap<readonly ScimAttribute[], ReadonlyMap<string, ScimAttribute>>()

/** RFC 7643 section 2.1: names of attributes are one however they are capitalised. */
export function attributeNamed(attributes: readonly ScimAttribute[], name: string): ScimAttribute | null {
  let names = byName.get(attributes)
  if (names === undefined) {
    names = new Map(attributes.map((one) => [one.name.toLowerCase(), one]))
    byName.set(attributes, names)
  }
  return names.get(name.toLowerCase()) ?? null
}

/**
 * The attributes along a path such as `name.familyName` or `urn:…:User:manager.value`; empty for the schema of the type
 * itself, null for what is not there.
 */
export function attributesAlong(type: ScimType, path: string): readonly ScimAttribute[] | null {
  const { urn, names } = parted(type, path)
  const extension = urn === type.extension && urn !== null ? attributeNamed(type.attributes, urn) : null
  const steps: ScimAttribute[] = extension === null ? [] : [extension]
  for (const name of names) {
    const within = steps.length === 0 ? type.attributes : (steps.at(-1)?.subAttributes ?? [])
    const found = attributeNamed(within, name)
    if (found === null) return null
    steps.push(found)
  }
  return steps
}

/** A path may begin with a schema. */
function parted(
  { schema, extension }: ScimType,
  path: string,
): { readonly urn: string | null; readonly names: readonly string[] } {
  for (const urn of [schema, extension]) {
    if (urn === null || path.slice(0, urn.length).toLowerCase() !== urn.toLowerCase()) continue
    if (path.length === urn.length) return { urn, names: [] }
    if (path[urn.length] === ':') return { urn, names: path.slice(urn.length + 1).split('.') }
  }
  return { urn: null, names: path.split('.') }
}

/** All values along a path, those of several as one list. */
export function valuesAlong(doc: Doc, steps: readonly ScimAttribute[]): readonly (Scalar | Doc)[] {
  let found: readonly (Scalar | Doc)[] = [doc]
  for (const { name } of steps) {
    found = found.flatMap((one) => {
      const value = isDoc(one) ? one[name] : undefined
      return value === undefined ? [] : Array.isArray(value) ? value : [value]
    })
  }
  return found
}

export const without = (doc: Doc, names: readonly string[]): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([name]) => !names.includes(name)))
