import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../../kernel/fault.ts'
import type { AttachedFile, JsonSchema } from '../tool.ts'

/** A file of a conversation, as its owner may read it. */
export interface HandedFile {
  readonly bytes: Buffer
  readonly mediaType: string
  readonly class: DataClass
}

/**
 * A property whose value is a file: a text with `contentEncoding: base64` (JSON Schema, validation, section 8). In its
 * place a caller may name a file that is attached to a conversation.
 */
export interface FileInput {
  readonly name: string
  readonly label: string
  /** `contentMediaType`: one type, or all of a kind as in `image/*`. */
  readonly mediaType: string | null
  readonly isRequired: boolean
}

type Input = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NAMED = /^attachment:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const PATTERN = '^attachment:[0-9a-f-]{36}$'

/** The properties of an operation's input that are files. */
export function fileInputs(schema: JsonSchema): readonly FileInput[] {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return properties.flatMap(([name, property]) => {
    if (!isObject(property) || property['type'] !== 'string' || property['contentEncoding'] !== 'base64')
      return []
    const { title, contentMediaType: type } = property
    return [
      {
        name,
        label: typeof title === 'string' ? title : name,
        mediaType: typeof type === 'string' ? type : null,
        isRequired: required.includes(name),
      },
    ]
  })
}

/**
 * The input as a model is shown it: files are named, and never written out. Of what only reads the one that was attached
 * last need not be named; of anything else it is, so that whoever is asked sees which.
 */
export function withFilesNamed(schema: JsonSchema, files: readonly FileInput[], isRead: boolean): JsonSchema {
  const { properties, required } = schema
  if (files.length === 0 || !isObject(properties)) return schema
  const last = isRead ? ' Left out: the one that was attached last.' : ''
  const named = files.map(({ name, label }) => [
    name,
    {
      type: 'string',
      pattern: PATTERN,
      title: label,
      description: `${label}: a file that is attached to this conversation, as attachment:ID.${last}`,
    },
  ])
  const needed = Array.isArray(required) ? required : []
  const isFile = new Set(files.map(({ name }) => name))
  return {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(named) },
    required: isRead ? needed.filter((name) => !isFile.has(String(name))) : needed,
  }
}

const fits = (mediaType: string | null, type: string): boolean =>
  mediaType === null ||
  mediaType === type ||
  (mediaType.endsWith('/*') && type.startsWith(mediaType.slice(0, -1)))

/** With the file that is meant where none was named. @throws Fault `invalid` where there is none */
export function withLastAttached(
  input: Input,
  files: readonly FileInput[],
  attached: readonly AttachedFile[],
): Input {
  const added = files.flatMap(({ name, label, mediaType, isRequired }) => {
    if (!isRequired || input[name] !== undefined) return []
    const file = attached.find((one) => fits(mediaType, one.mediaType))
    if (file === undefined)
      throw new Fault('invalid', `${label}: attach a file to the message. 请先附上文件。`, { param: name })
    return [[name, `attachment:${file.id}`] as const]
  })
  return added.length === 0 ? input : { ...input, ...Object.fromEntries(added) }
}

interface Handing {
  readonly input: Input
  readonly class: DataClass
}

/**
 * The input with the files that it names in it, of the class that these have at least.
 * @throws Fault `not_found` for one that the caller has not, `invalid` for one of another type
 */
export async function withFiles(
  { input, class: said }: Handing,
  files: readonly FileInput[],
  read: (id: string) => Promise<HandedFile>,
): Promise<Handing & { readonly hasFiles: boolean }> {
  let reached = said
  const found: Record<string, string> = {}
  for (const { name, label, mediaType } of files) {
    const value = input[name]
    const id = typeof value === 'string' ? NAMED.exec(value)?.[1] : undefined
    if (id === undefined) continue
    const file = await read(id)
    if (!fits(mediaType, file.mediaType))
      throw new Fault('invalid', `${label}: must be ${mediaType}, and the file is ${file.mediaType}.`, {
        param: name,
      })
    reached = highestClass(reached, file.class)
    found[name] = file.bytes.toString('base64')
  }
  const hasFiles = Object.keys(found).length > 0
  return hasFiles
    ? { input: { ...input, ...found }, class: reached, hasFiles }
    : { input, class: said, hasFiles }
}
