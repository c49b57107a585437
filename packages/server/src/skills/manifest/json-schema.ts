import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import { z } from 'zod'
import { FIELD_MEANINGS } from './field-meanings.ts'

/** Where editors find what may stand in a manifest; hidden, so that it is no part of the skill. */
export const SCHEMA_FILE = '.freehold/skill.schema.json'
/** Tells editors that speak with yaml-language-server where the schema lies. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=${SCHEMA_FILE}`

interface Node {
  description?: string
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Node>>
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node | boolean
  readonly oneOf?: readonly Node[]
  readonly anyOf?: readonly Node[]
}

/** JSON Schema, draft 2020-12, of `skill.yaml`, with the meaning of each field. */
export function skillJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = plainSchema()
  eachField(schema, (field, path) => {
    field.description = FIELD_MEANINGS[path] ?? ''
  })
  return { ...schema, title: 'Skill of Freehold' }
}

/** The schema as it is written beside manifests and published with the documentation. */
export const schemaText = (): string => `${JSON.stringify(skillJsonSchema())}\n`

/** Every field of the schema by its path. */
export function fieldPaths(): readonly string[] {
  const paths = new Set<string>()
  eachField(plainSchema(), (_, path) => paths.add(path))
  return [...paths]
}

function plainSchema(): Node {
  const schema = z.toJSONSchema(skillManifest, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
    // What several kinds have stands in it once.
    reused: 'ref',
  })
  // Of what zod writes these parts are looked at.
  return schema as Node
}

function eachField(root: Node, told: (field: Node, path: string) => void): void {
  const walk = (node: Node, path: string): void => {
    const name = node.$ref?.replace('#/$defs/', '')
    const meant = name === undefined ? undefined : root.$defs?.[name]
    if (meant !== undefined) walk(meant, path)
    for (const one of [...(node.oneOf ?? []), ...(node.anyOf ?? [])]) walk(one, path)
    // The tests of a condition are the same, however many there are.
    if (typeof node.items === 'object') walk(node.items, path.endsWith('.when') ? path : `${path}[]`)
    for (const [key, field] of Object.entries(node.properties ?? {})) {
      const inner = path === '' ? key : `${path}.${key}`
      told(field, inner)
      walk(field, /\.when\.(?:all|any)$/.test(inner) ? path : inner)
    }
  }
  walk(root, '')
}
