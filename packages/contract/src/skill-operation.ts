import { z } from 'zod'
import { toolEffect } from './loop-events.ts'
import { httpMethod } from './skill-permissions.ts'

/** Lower-case words joined by `_`; with the skill's name it makes the name that models call. */
export const operationId = z
  .string()
  .max(48)
  .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'lower-case words joined by _, as in find_order')

/** JSON Schema 2020-12. That it is one is checked when the skill is read. */
export const jsonSchemaObject = z.record(z.string(), z.unknown())

/** RFC 9535, from the root. */
const jsonPath = z.string().max(512).regex(/^\$/, 'a JSONPath that begins with $')

/**
 * How an operation becomes an HTTP request. In every text `{name}` stands for a value of the input; a text that is
 * nothing else takes the value as it is. What the input leaves out is left out.
 */
export const requestMapping = z.strictObject({
  method: httpMethod,
  /** Below the base URL. Values are percent-encoded, and a value can never add a segment. */
  path: z
    .string()
    .max(1024)
    .regex(/^\/[^?#\s]*$/, 'a path that begins with /, without ? and #'),
  query: z.record(z.string().min(1).max(128), z.unknown()).optional(),
  headers: z.record(z.string().regex(/^[\w-]{1,64}$/), z.string().max(1024)).optional(),
  /** JSON template. */
  body: z.unknown().optional(),
  /** Fields of a form (application/x-www-form-urlencoded) in place of a body. */
  form: z.record(z.string().min(1).max(128), z.unknown()).optional(),
})
export type RequestMapping = z.infer<typeof requestMapping>

/** `GET /orders/{id}`: everything of the input that the path does not name becomes the query or, with a body, the body. */
export const shortRequest = z
  .string()
  .max(1100)
  .regex(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE) \/[^?#\s]*$/, 'method and path, as in GET /orders/{id}')

/** What of an answer becomes the result: one value, or an object put together from several. */
export const responseMapping = z.union([
  jsonPath,
  z.record(z.string().min(1).max(64), jsonPath).describe('name: JSONPath'),
])
export type ResponseMapping = z.infer<typeof responseMapping>

export const skillOperation = z.strictObject({
  id: operationId,
  title: z.string().min(1).max(80).optional(),
  /** For people and models alike: what it does and when it is wanted. */
  description: z.string().min(1).max(1024),
  /** Title and description for those who read Chinese; models read the other one. */
  zh: z
    .strictObject({ title: z.string().min(1).max(80), description: z.string().min(1).max(1024) })
    .optional(),
  /** How people ask for it; `{{name}}` stands for a value of the input. These make it usable without a model. */
  examples: z
    .strictObject({
      en: z.array(z.string().min(1).max(200)).max(32).default([]),
      zh: z.array(z.string().min(1).max(200)).max(32).default([]),
    })
    .default({ en: [], zh: [] }),
  /** JSON Schema of an object. Without `type` its entries are its properties, each required unless its name ends in `?`. */
  input: jsonSchemaObject.default({}),
  output: jsonSchemaObject.optional(),
  effect: toolEffect
    .optional()
    .describe('default: read for GET and HEAD, destructive for DELETE, else write'),
  confirm: z.enum(['never', 'policy', 'always']).default('policy'),
  idempotent: z.boolean().optional().describe('default: true where nothing but reading happens'),
  timeoutMs: z.int().min(1).max(600_000).optional(),
  request: z.union([shortRequest, requestMapping]).optional(),
  response: responseMapping.optional(),
  /** Where it is offered besides the chat. */
  contexts: z
    .array(z.enum(['editor']))
    .max(1)
    .default([]),
})
export type SkillOperation = z.infer<typeof skillOperation>

/** What stands in for the world in a test. Requests come in this order; one that is not here fails the test. */
const mockExchange = z.strictObject({
  request: z
    .strictObject({
      method: httpMethod.optional(),
      path: z.string().max(2048).optional().describe('with the query'),
      body: z.unknown().optional(),
    })
    .default({}),
  response: z.strictObject({
    status: z.int().min(200).max(599).default(200),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
  }),
})
export type MockExchange = z.infer<typeof mockExchange>

/** Runs at certification, at installation and before every upgrade of the platform. Exactly one `expect…` is given. */
export const skillTest = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  operation: operationId,
  input: z.record(z.string(), z.unknown()).default({}),
  mock: z.array(mockExchange).max(32).default([]),
  /** The whole result; inside an object only what is named is compared. */
  expect: z.unknown().optional(),
  /** The call is refused before anything leaves. */
  expectDenied: z.literal(true).optional(),
  /** The call fails with this code. */
  expectFault: z.string().max(64).optional(),
})
export type SkillTest = z.infer<typeof skillTest>
