/** What a form can ask for of a JSON Schema; anything else is written as JSON. */
export interface SchemaField {
  readonly name: string
  readonly kind: 'text' | 'long' | 'number' | 'flag' | 'choice' | 'json'
  readonly isRequired: boolean
  readonly help: string | null
  readonly choices: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

/** What may be longer than this may have several lines. */
const LINE_CHARACTERS = 300

const KINDS: Readonly<Record<string, SchemaField['kind']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'flag',
}

const isLong = ({ type, maxLength }: Fields): boolean =>
  type === 'string' && typeof maxLength === 'number' && maxLength > LINE_CHARACTERS

/** The fields of an operation's input, those that are needed first. */
export function schemaFields(schema: Fields): readonly SchemaField[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(fieldsOf(schema['properties']))
    .map(([name, value]): SchemaField => {
      const said = fieldsOf(value)
      const listed = Array.isArray(said['enum']) ? said['enum'] : []
      const isChoice = listed.length > 0 && listed.every((one) => typeof one === 'string')
      const type = typeof said['type'] === 'string' ? said['type'] : ''
      return {
        name,
        kind: isChoice ? 'choice' : isLong(said) ? 'long' : (KINDS[type] ?? 'json'),
        isRequired: required.includes(name),
        help: typeof said['description'] === 'string' ? said['description'] : null,
        choices: isChoice ? listed : [],
      }
    })
    .sort((one, other) => Number(other.isRequired) - Number(one.isRequired))
}

export type SchemaValues = Readonly<Record<string, string | boolean>>

/**
 * What was filled in, as the operation takes it; what was left empty is absent. What is wrong is said by the server,
 * by the name of the field.
 * @throws SyntaxError with the name of a field whose JSON cannot be read
 */
export function inputOf(fields: readonly SchemaField[], values: SchemaValues): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const { name, kind } of fields) {
    const value = values[name]
    if (value === undefined || value === '') continue
    if (kind === 'flag') input[name] = value === true || value === 'true'
    else if (kind === 'number') input[name] = Number(value)
    else if (kind === 'json') input[name] = parsed(name, String(value))
    else input[name] = value
  }
  return input
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyntaxError(name, { cause })
  }
}
