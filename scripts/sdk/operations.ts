import { ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { z } from 'zod'
import { placeOf } from '../../packages/sdk/src/place.ts'
import { remark, type TypeWriter } from './types.ts'

/** Answers whose fields belong to an API of somebody else: written by hand. */
const DIALECTS: Readonly<Record<string, { readonly answer: string; readonly event?: string }>> = {
  'chat.complete': { answer: 'ChatAnswer', event: 'ChatChunk' },
  'messages.create': { answer: 'MessagesAnswer', event: 'MessagesEvent' },
  'responses.create': { answer: 'ResponsesAnswer', event: 'ResponsesEvent' },
  'embeddings.create': { answer: 'EmbeddingsAnswer' },
}

const LINES = 'application/x-ndjson'
/** Texts that an operation may give instead of JSON, and what its method is called then. */
const TEXTS: Readonly<Record<string, string>> = { 'text/csv': 'Csv', 'text/markdown': 'Markdown' }
const BYTES = 'application/octet-stream'
const EVENTS = 'text/event-stream'

/** One operation, as the client needs to know it. */
interface Described {
  readonly id: string
  readonly operation: Operation
  /** Those of the path, with their types. */
  readonly params: readonly (readonly [string, string])[]
  /** Types as they stand in a signature; null where nothing is sent. */
  readonly query: string | null
  readonly body: string | null
  readonly isQueryNeeded: boolean
  readonly answer: string
  /** Of a list that goes on: the field that holds it, the parameter that continues it, and the type of one. */
  readonly pages: { readonly items: string; readonly cursor: string; readonly item: string } | null
}

const isRedirect = ({ status }: Operation): boolean => status === 302 || status === 303
/** What a program can call: the others are for a browser to go to, to follow, or a connection. */
const isCalled = (operation: Operation): boolean =>
  operation.surface !== 'socket' &&
  // Its clients speak a protocol of their own.
  operation.surface !== 'mcp' &&
  operation.method !== 'ANY' &&
  !isRedirect(operation) &&
  !isFollowed(operation) &&
  !isPage(operation)
const isPage = ({ page, output }: Operation): boolean => page !== undefined && output === null
const isFollowed = ({ text }: Operation): boolean => text === (EVENTS as string)

const ROWS = (Object.entries(OPERATIONS) as [string, Operation][]).sort(([a], [b]) => (a < b ? -1 : 1))

export function describeAll(types: TypeWriter): readonly Described[] {
  return ROWS.filter(([, operation]) => isCalled(operation)).map(([id, operation]) => {
    const { params, query, form } = operation.input
    const body = form ?? operation.input.body
    return {
      id,
      operation,
      params: Object.entries(params?.shape ?? {}).map(([name, schema]) => [
        name,
        types.use(schema as z.ZodType, 'in'),
      ]),
      query: query === undefined ? null : types.use(query, 'in'),
      isQueryNeeded: query !== undefined && !query.safeParse({}).success,
      body: body === undefined ? null : types.use(body, 'in'),
      answer: answerOf(id, operation, types),
      pages: pagesOf(operation, types),
    }
  })
}

function answerOf(id: string, { output, text }: Operation, types: TypeWriter): string {
  if (text === LINES) return 'Lines'
  if (text === BYTES) return 'Blob'
  return DIALECTS[id]?.answer ?? (output === null ? 'void' : types.use(output, 'out'))
}

function pagesOf({ output, input }: Operation, types: TypeWriter): Described['pages'] {
  if (!(output instanceof z.ZodObject) || !('next' in output.shape)) return null
  const cursor = ['after', 'from'].find((name) => name in (input.query?.shape ?? {}))
  const items = ['data', 'entries'].find((name) => output.shape[name] instanceof z.ZodArray)
  if (cursor === undefined || items === undefined) return null
  const list: unknown = output.shape[items]
  if (!(list instanceof z.ZodArray)) return null
  return { cursor, items, item: types.use(list.element as z.ZodType, 'out') }
}

/** What is sent, as the parameters of a method: of the path, then the body, then the query. */
function parametersOf({ params, body, query, isQueryNeeded }: Described): readonly string[] {
  return [
    ...params.map(([name, type]) => `${name}: ${type}`),
    ...(body === null ? [] : [`body: ${nested(body)}`]),
    ...(query === null ? [] : [`query${isQueryNeeded ? '' : '?'}: ${nested(query)}`]),
    'options?: CallOptions',
  ]
}

function who({ action }: Operation): string {
  const needed = ACTIONS[action]
  if (needed === 'anyone') return 'Anyone may.'
  if (needed === 'caller') return 'Whoever is known may.'
  return needed === 'operator' ? 'The operator of the machine may.' : `Needs the scope \`${needed}\`.`
}

function doc({ operation }: Described, more: string, pad: string): string {
  const { summary, method, path, audit } = operation
  const recorded = audit === undefined ? '' : ` Audited as \`${audit}\`.`
  const lines = [`${summary}.${more}`, '', `\`${method} ${path}\` ${who(operation)}${recorded}`]
  return `${pad}/**\n${lines.map((line) => `${pad} * ${line}`.trimEnd()).join('\n')}\n${pad} */\n`
}

const signature = (name: string, parameters: readonly string[], answer: string): string =>
  `${name}(${parameters.join(', ')}): ${answer}\n`

/** The methods of one operation: the call itself, and the other ways to ask for it. */
function methodsOf(row: Described, name: string, pad: string): string {
  const { operation, params, pages, answer, id } = row
  const own = parametersOf(row)
  const path = params.map(([param, type]) => `${param}: ${type}`)
  const plain = pages === null ? `Answer<${answer}>` : `Pages<${answer}, ${pages.item}>`
  const methods = [doc(row, '', pad) + pad + signature(name, own, plain)]
  const event = DIALECTS[id]?.event
  if (event !== undefined) {
    const told = doc(row, ' Told as it is made.', pad)
    methods.push(told + pad + signature('stream', own, `AnswerStream<${event}>`))
  }
  const { file, csv } = operation.input
  if (file !== undefined) {
    const text = doc(row, ' One file, with progress.', pad)
    const parameters = [...path, 'upload: Upload', 'options?: CallOptions']
    methods.push(text + pad + signature(`${name}File`, parameters, `Answer<${answer}>`))
  }
  if (csv !== undefined) {
    const parameters = [...path, 'csv: string', 'options?: CallOptions']
    methods.push(doc(row, ' From CSV.', pad) + pad + signature(`${name}Csv`, parameters, `Answer<${answer}>`))
  }
  const suffix = TEXTS[operation.text ?? '']
  if (suffix !== undefined)
    methods.push(doc(row, ` As ${suffix}.`, pad) + pad + signature(name + suffix, own, 'Answer<string>'))
  return methods.join('')
}

interface Tree {
  readonly rows: Map<string, Described>
  readonly groups: Map<string, Tree>
}

const tree = (): Tree => ({ rows: new Map(), groups: new Map() })

export function clientText(rows: readonly Described[]): string {
  const root = tree()
  for (const row of rows) {
    const { groups, method } = placeOf(row.id)
    let at = root
    for (const group of groups) {
      const next = at.groups.get(group) ?? tree()
      at.groups.set(group, next)
      at = next
    }
    at.rows.set(method, row)
  }
  const interfaces: string[] = []
  const write = ({ rows: methods, groups: inner }: Tree, name: string): string => {
    const own = [...methods].map(([method, row]) => methodsOf(row, method, '  '))
    const subjects = [...inner].map(
      ([group, one]) => `  readonly ${group}: ${write(one, name + pascal(group))}\n`,
    )
    interfaces.push(`export interface ${name}Api {\n${[...own, ...subjects].join('')}}\n`)
    return `${name}Api`
  }
  const all = [...root.groups].map(([group, one]) => `  readonly ${group}: ${write(one, pascal(group))}\n`)
  const said = '/** Every operation that a program can call, by what it is about. */'
  return `${interfaces.join('\n')}\n${said}\nexport interface PlatformApi {\n${all.join('')}}\n`
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** What `call` takes and gives, by the id of an operation. */
export function operationsText(rows: readonly Described[]): string {
  const entries = rows.map((row) => {
    const { id, operation, params, query, isQueryNeeded, body, answer } = row
    const parts = [
      ...(params.length > 0
        ? [`params: { ${params.map(([name, type]) => `${name}: ${type}`).join('; ')} }`]
        : []),
      ...(query === null ? [] : [`query${isQueryNeeded ? '' : '?'}: ${nested(query)}`]),
      ...(body === null ? [] : [`body: ${nested(body)}`]),
    ]
    const input = parts.length === 0 ? 'Record<string, never>' : `{ ${parts.join('; ')} }`
    return `${remark(`${operation.summary}.`, '  ')}  '${id}': { input: ${input}; output: ${answer} }\n`
  })
  return `/** What each operation takes and gives. */\nexport interface Operations {\n${entries.join('')}}\n`
}

/** A type that has no name, on one line, without what is said of its fields. */
const nested = (type: string): string =>
  type
    .replaceAll(/\/\*\*.*?\*\/\n/g, '')
    .replaceAll(/\{\n\s*/g, '{ ')
    .replaceAll(/\n\s*\}/g, ' }')
    .replaceAll(/\n\s*/g, '; ')

/** The text that it may give, what its method is called then, and the word of the query that asks for it. */
function asText({ text, input }: Operation): readonly string[] {
  const suffix = TEXTS[text ?? '']
  if (suffix === undefined) return []
  let format: unknown = input.query?.shape['format']
  while (format instanceof z.ZodOptional || format instanceof z.ZodDefault) format = format.unwrap()
  const words = format instanceof z.ZodEnum ? format.options.map(String) : []
  const word = words.find((one) => one === suffix.toLowerCase() || (one === 'md' && suffix === 'Markdown'))
  return [`text: ['${text}', '${suffix}'${word === undefined ? '' : `, '${word}'`}]`]
}

/** The operations as the client carries them: no schema, only where they are and how they may be repeated. */
export function tableText(types: TypeWriter): string {
  const described = new Map(describeAll(types).map((row) => [row.id, row]))
  const rows = ROWS.map(([id, operation]) => {
    const { method, path, input, surface, text } = operation
    const pages = described.get(id)?.pages
    const isRead = operation.readOnly !== undefined
    const fields = [
      `method: '${method}'`,
      `path: '${path}'`,
      ...(input.body ? [`body: 'json'`] : []),
      ...(input.form ? [`body: 'form'`] : []),
      ...(input.query ? ['query: true'] : []),
      ...(surface === 'data' ? ['model: true'] : []),
      ...(isRead && surface !== 'data' ? ['reads: true'] : []),
      ...(ACTIONS[operation.action] === 'anyone' ? ['open: true'] : []),
      ...(operation.output === null && text === undefined ? ['empty: true'] : []),
      ...(text === LINES ? ['lines: true'] : []),
      ...(text === BYTES ? ['bytes: true'] : []),
      ...(input.file ? ['file: true'] : []),
      ...(input.csv ? ['csv: true'] : []),
      ...asText(operation),
      ...(pages ? [`items: '${pages.items}'`, `cursor: '${pages.cursor}'`] : []),
      ...(isCalled(operation) ? [] : ['apart: true']),
    ]
    return `  '${id}': { ${fields.join(', ')} },\n`
  })
  return rows.join('')
}
