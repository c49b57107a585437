import { setImmediate } from 'node:timers/promises'
import type { Operation, OperationInput } from '@freehold/contract/operation.ts'
import { faultBody } from '@freehold/contract/fault-body.ts'
import { oauthError } from '@freehold/contract/issuer-operations.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { scimError } from '@freehold/contract/scim.ts'
import { z } from 'zod'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** The interface as an OpenAPI 3.1 document, made from the route table; between two operations others have their turn. */
export async function openApi(version: string): Promise<object> {
  const paths: Record<string, Record<string, object>> = {}
  for (const [id, operation] of Object.entries(OPERATIONS) as [string, Operation][]) {
    await setImmediate()
    const item = (paths[operation.path] ??= {})
    item[operation.method.toLowerCase()] = describe(id, operation)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Freehold', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: fh_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'freehold_session' },
      },
      schemas: {
        Fault: schemaOf(faultBody, 'output'),
        ScimError: schemaOf(scimError, 'output'),
        OAuthError: schemaOf(oauthError, 'output'),
      },
    },
  }
}

const REFUSALS = { own: 'Fault', scim: 'ScimError', oauth: 'OAuthError' } as const

function describe(id: string, operation: Operation): object {
  const { input, output } = operation
  const content: Record<string, object> = {}
  const json = operation.dialect === 'scim' ? 'application/scim+json' : 'application/json'
  if (input.body) content[json] = { schema: schemaOf(input.body, 'input') }
  if (input.form) content['application/x-www-form-urlencoded'] = { schema: schemaOf(input.form, 'input') }
  if (input.csv) content['text/csv'] = { schema: { type: 'string' } }
  if (input.file) content['multipart/form-data'] = { schema: fileForm(input.file) }
  return {
    operationId: id,
    summary: operation.summary,
    parameters: [...parameters('path', input.params), ...parameters('query', input.query)],
    ...(Object.keys(content).length > 0 && { requestBody: { required: true, content } }),
    responses: {
      [String(operation.status ?? 200)]: {
        description: operation.messages ? 'The connection is open' : 'Done',
        ...((output !== null || operation.text === BYTES || operation.page) && {
          content: {
            ...(output && { [json]: { schema: schemaOf(output, 'output') } }),
            ...(operation.text && plain(operation.text)),
            ...(operation.page && plain(operation.page)),
          },
        }),
      },
      default: {
        description: 'Refused',
        content: {
          [json]: { schema: { $ref: `#/components/schemas/${REFUSALS[operation.dialect ?? 'own']}` } },
        },
      },
    },
    security: ACTIONS[operation.action] === 'anyone' ? [] : [{ key: [] }, { session: [] }],
    'x-freehold-action': operation.action,
    // OpenAPI has no words for messages.
    ...(operation.messages && {
      'x-freehold-messages': {
        client: schemaOf(operation.messages.input, 'input'),
        server: schemaOf(operation.messages.output, 'output'),
      },
    }),
    ...(operation.audit && { 'x-freehold-audit': operation.audit }),
  }
}

const FORM_FIELDS = {
  id: { type: 'string' },
  class: { enum: ['public', 'internal', 'confidential', 'restricted'] },
  acl: { type: 'string', description: 'JSON, as of a text: who may read it' },
} as const

const fileForm = ({ fields }: NonNullable<OperationInput['file']>): object => ({
  type: 'object',
  required: ['file'],
  properties: {
    ...Object.fromEntries(fields.map((name) => [name, FORM_FIELDS[name]])),
    file: { type: 'string', format: 'binary' },
  },
})

const BYTES = 'application/octet-stream'
/** Text, or a file. */
const plain = (type: NonNullable<Operation['text'] | Operation['page']>): object => ({
  [type]: {
    schema: { type: 'string', ...(type === BYTES && { format: 'binary' }) },
  },
})

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(field as z.ZodType, 'input'),
  }))
}
