import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const contract = join(import.meta.dirname, '../../packages/contract/src')

/** A schema that the contract exports. */
export interface Named {
  readonly name: string
  readonly module: string
}

/** What the contract says about its schemas besides what they check. */
export interface Comments {
  readonly names: ReadonlyMap<z.ZodType, Named>
  ofSchema(schema: z.ZodType): string | null
  ofField(owner: Named | null, field: string, schema: z.ZodType): string | null
}

/** Reads every module of the contract: the names under which it exports schemas, and the comments in its text. */
export async function readComments(): Promise<Comments> {
  const names = new Map<z.ZodType, Named>()
  const texts = new Map<string, string>()
  const inherited = new Map<z.ZodType, Map<string, string>>()
  const modules = globSync('*.ts', { cwd: contract }).filter((file) => !file.endsWith('.test.ts'))
  for (const module of modules.sort()) {
    for (const [place, text] of commentsIn(readFileSync(join(contract, module), 'utf8')))
      texts.set(`${module} ${place}`, text)
    const exported: Record<string, unknown> = await import(join(contract, module))
    for (const [name, value] of Object.entries(exported)) {
      if (!(value instanceof z.ZodType) || names.has(value)) continue
      names.set(value, { name, module })
      for (const [field, schema] of Object.entries(value instanceof z.ZodObject ? value.shape : {})) {
        const text = texts.get(`${module} ${name}.${field}`)
        if (text !== undefined) inherited.set(schema, new Map(inherited.get(schema)).set(field, text))
      }
    }
  }
  return {
    names,
    ofSchema(schema) {
      const named = names.get(schema)
      return (named && texts.get(`${named.module} ${named.name}`)) ?? null
    },
    ofField: (owner, field, schema) =>
      (owner && texts.get(`${owner.module} ${owner.name}.${field}`)) ??
      // An object that extends another has its fields, and what is said of them.
      inherited.get(schema)?.get(field) ??
      null,
  }
}

/** Comments by what they stand before: `name` of a declaration, or `name.field` somewhere within it. */
export function commentsIn(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let declared = ''
  let comment: string[] | null = null
  let isWithin = false
  for (const line of source.split('\n').map((one) => one.trim())) {
    if (line.startsWith('/**')) {
      comment = []
      isWithin = true
    }
    if (isWithin) {
      comment?.push(line.replace(/^\/?\*+\/?\s?/, '').replace(/\s*\*\/$/, ''))
      isWithin = !line.endsWith('*/')
      continue
    }
    const declaration = /^(?:export )?const (\w+)/.exec(line)?.[1]
    const field = /^'?([\w:-]+)'?:/.exec(line)?.[1]
    if (declaration !== undefined) declared = declaration
    const place = declaration ?? (field === undefined ? null : `${declared}.${field}`)
    const text = comment?.join(' ').trim()
    if (place !== null && text && !found.has(place)) found.set(place, text)
    comment = null
  }
  return found
}
